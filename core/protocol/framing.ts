import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import { FRAME_BYTES_MAX } from '../base/limits.js';

const HEADER_BYTES = 2;

/** `u16 length` before a frame on a byte stream, PROTOCOL [P-2.2]. */
export function frameHeader(length: number): Uint8Array {
  assert(Number.isInteger(length) && length >= 1 && length <= FRAME_BYTES_MAX, `a frame of ${length} bytes`);
  return Uint8Array.of(length >>> 8, length & 0xff);
}

/**
 * Bytes of a stream in, frames out, each valid during the call it is handed to only: it is a view into the pushed bytes or,
 * when it came in several pieces, into memory that the next such frame uses again (fresh memory for each costs more than
 * all copying of its bytes). Holds at most one incomplete frame. After a throw it takes nothing more.
 */
export class FrameDecoder {
  /** The first byte of a header whose second is still to come. */
  #half: number | undefined;
  /** Where incomplete frames are put together; grows to the longest that came. */
  #memory = new Uint8Array(0);
  /** An incomplete frame, `#filled` bytes of it here. */
  #frame: Uint8Array | undefined;
  #filled = 0;
  #broken = false;

  /** Bytes held of what is incomplete, header included: not 0 at the end of the stream means it was cut. */
  get pending(): number {
    if (this.#half !== undefined) return 1;
    return this.#frame ? HEADER_BYTES + this.#filled : 0;
  }

  /** @throws SansfilError FRAME_EMPTY, and whatever `onFrame` throws */
  push(bytes: Uint8Array, onFrame: (frame: Uint8Array) => void): void {
    if (this.#broken) throw new SansfilError('FRAME_MALFORMED', 'the stream was broken before');
    this.#broken = true;
    let at = 0;
    while (at < bytes.length) {
      at = this.#frame ? this.#fill(bytes, at, onFrame) : this.#begin(bytes, at, onFrame);
    }
    this.#broken = false;
  }

  #begin(bytes: Uint8Array, start: number, onFrame: (frame: Uint8Array) => void): number {
    let at = start;
    const high = this.#half ?? bytes[at++] ?? 0;
    const low = bytes[at++];
    this.#half = low === undefined ? high : undefined;
    if (low === undefined) return at;
    const length = (high << 8) | low;
    if (length === 0) throw new SansfilError('FRAME_EMPTY');
    if (bytes.length - at >= length) {
      onFrame(bytes.subarray(at, at + length));
      return at + length;
    }
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    this.#frame = this.#memory.subarray(0, length);
    this.#frame.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
    return bytes.length;
  }

  #fill(bytes: Uint8Array, at: number, onFrame: (frame: Uint8Array) => void): number {
    const frame = this.#frame;
    assert(frame, 'there is a frame to fill');
    const taken = Math.min(frame.length - this.#filled, bytes.length - at);
    frame.set(bytes.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === frame.length) {
      this.#frame = undefined;
      onFrame(frame);
    }
    return at + taken;
  }
}
