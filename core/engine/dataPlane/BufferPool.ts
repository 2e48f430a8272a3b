import { assert } from '../../base/assert.js';

/** Below this a fresh array is as cheap as a pooled one. */
const POOLED_FROM_BYTES = 1024;
/** From here on another thread may do the work on it. */
const SHARED_FROM_BYTES = 64 * 1024;

/**
 * Chunk buffers that are used again: fresh megabytes are mapped and unmapped by the system each time. Buffers of one
 * size (a power of two) wait in one list; what is given back beyond `idleBytesMax` is left to the collector.
 */
export class BufferPool {
  readonly #idle = new Map<number, Uint8Array[]>();
  #idleBytes = 0;
  #usedBytes = 0;
  #peakBytes = 0;

  constructor(private readonly idleBytesMax: number) {}

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The most that was ever in use at once. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Exactly `length` bytes, their content undefined. */
  take(length: number): Uint8Array {
    const size = slotOf(length);
    const kept = this.#idle.get(size)?.pop();
    if (kept) this.#idleBytes -= size;
    this.#usedBytes += size;
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes);
    return (kept ?? fresh(size)).subarray(0, length);
  }

  /** Only what `take` gave, once, and never touched afterwards. */
  give(bytes: Uint8Array): void {
    const size = bytes.buffer.byteLength;
    this.#usedBytes -= size;
    assert(this.#usedBytes >= 0, 'a buffer was given back twice');
    if (size < POOLED_FROM_BYTES || this.#idleBytes + size > this.idleBytesMax) return;
    const idle = this.#idle.get(size) ?? [];
    idle.push(new Uint8Array(bytes.buffer));
    this.#idle.set(size, idle);
    this.#idleBytes += size;
  }
}

function slotOf(length: number): number {
  if (length < POOLED_FROM_BYTES) return length;
  let size = POOLED_FROM_BYTES;
  while (size < length) size *= 2;
  return size;
}

const fresh = (size: number): Uint8Array => new Uint8Array(size < SHARED_FROM_BYTES ? new ArrayBuffer(size) : new SharedArrayBuffer(size));
