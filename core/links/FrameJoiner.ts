import { frameHeader } from '../protocol/framing.js';

const SLAB_BYTES = 64 * 1024;
const HEADER_BYTES = 2;

/**
 * Copies the frames of one run of code into one piece and writes it when that run ends: a write costs a system call
 * however small it is. On loopback, frames of 200 bytes went three times as fast as with a write for each (1.9 against 0.67 million a second).
 */
export class FrameJoiner {
  readonly #write: (bytes: Uint8Array) => void;
  /** What is written stays untouched; the rest of a slab serves the next frames. */
  #slab = new Uint8Array(0);
  #from = 0;
  #to = 0;
  #scheduled = false;

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  /** The number of bytes the frame takes on the stream. */
  add(frame: Uint8Array): number {
    const bytes = HEADER_BYTES + frame.length;
    if (this.#slab.length - this.#to < bytes) {
      this.flush();
      this.#slab = new Uint8Array(Math.max(SLAB_BYTES, bytes));
      this.#from = this.#to = 0;
    }
    this.#slab.set(frameHeader(frame.length), this.#to);
    this.#slab.set(frame, this.#to + HEADER_BYTES);
    this.#to += bytes;
    if (!this.#scheduled) {
      this.#scheduled = true;
      void Promise.resolve().then(() => {
        this.#scheduled = false;
        this.flush();
      });
    }
    return bytes;
  }

  flush(): void {
    if (this.#to === this.#from) return;
    const joined = this.#slab.subarray(this.#from, this.#to);
    this.#from = this.#to;
    this.#write(joined);
  }
}
