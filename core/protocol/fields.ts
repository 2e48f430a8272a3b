import { assert } from '../base/assert.js';
import { SansfilError, type ErrorCode } from '../base/errors.js';

/**
 * Bounded reading of big-endian fields (PROTOCOL [P-1.1]). What is taken is a view into the bytes that were given,
 * never a copy. Every failure is a SansfilError with the code the reader was made with.
 */
export class Reader {
  #at = 0;
  readonly #view: DataView;

  constructor(
    readonly source: Uint8Array,
    private readonly code: ErrorCode = 'FRAME_MALFORMED',
  ) {
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.source.length - this.#at;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** As a number; more than 2^53 − 1 is refused. */
  u64(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new SansfilError(this.code, 'a 64-bit number is out of range');
    return value;
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.source.subarray(at, at + length);
  }

  /** `u8 length ‖ bytes`. */
  bytesU8(): Uint8Array {
    return this.bytes(this.u8());
  }

  /** `u16 length ‖ bytes`. */
  bytesU16(): Uint8Array {
    return this.bytes(this.u16());
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  /** Nothing may be left. */
  end(): void {
    if (this.left !== 0) throw new SansfilError(this.code, `${this.left} bytes too many`);
  }

  /** All that is left must be zeros. */
  zeros(): void {
    for (const byte of this.rest()) if (byte !== 0) throw new SansfilError(this.code, 'padding is not zeros');
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.source.length - at) throw new SansfilError(this.code, `ends ${length - (this.source.length - at)} bytes early`);
    this.#at = at + length;
    return at;
  }
}

/** The same verbs, writing. A value that does not fit its field is a bug of ours. */
export class Writer {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  /** `capacity`: the expected size in bytes; it grows when that was too little. */
  constructor(capacity = 128) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xff, `${value} is not a u8`);
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xffff, `${value} is not a u16`);
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff, `${value} is not a u32`);
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
    return this;
  }

  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, `${value} is not a safe u64`);
    const at = this.#grow(8);
    this.#view.setUint32(at, Math.floor(value / 2 ** 32));
    this.#view.setUint32(at + 4, value % 2 ** 32);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  bytesU8(bytes: Uint8Array): this {
    return this.u8(bytes.length).bytes(bytes);
  }

  bytesU16(bytes: Uint8Array): this {
    return this.u16(bytes.length).bytes(bytes);
  }

  zeros(count: number): this {
    this.#grow(count);
    return this;
  }

  /** Fills in a u16 that was written before it was known. */
  patchU16(at: number, value: number): this {
    assert(at + 2 <= this.#at && Number.isInteger(value) && value >= 0 && value <= 0xffff, 'nothing to patch there');
    this.#view.setUint16(at, value);
    return this;
  }

  /** What was written, in a buffer of exactly that size; the writer is not used again. */
  done(): Uint8Array {
    return this.#at === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#at);
  }

  /** Where the next `count` bytes go; may replace the buffer, so it comes before any use of it. */
  #grow(count: number): number {
    const at = this.#at;
    const length = at + count;
    if (length > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      bytes.set(this.#bytes.subarray(0, at));
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    this.#at = length;
    return at;
  }
}
