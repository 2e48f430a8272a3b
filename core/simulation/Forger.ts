import type { Rng } from './Rng.js';

export interface ForgerParts {
  readonly rng: Rng;
  /** Puts a frame into the stream. */
  readonly add: (frame: Uint8Array) => void;
  /** So many bytes of the sender's never arrive; negative: more of them arrive than were sent. */
  readonly vanished: (bytes: number) => void;
  readonly note: (what: string) => void;
}

/** Somebody on the wire who can rewrite the stream of one direction, which the ends must notice. Takes the frames over. */
export class Forger {
  readonly #parts: ForgerParts;
  /** Waits for the next frame, to go after it. */
  #held: Uint8Array | undefined;

  constructor(parts: ForgerParts) {
    this.#parts = parts;
  }

  /** Lets the frame through, or with that probability does something to it. */
  pass(frame: Uint8Array, probability: number): void {
    const { rng, add, note } = this.#parts;
    if (this.#held) {
      note('frames swapped');
      add(frame);
      this.release();
    } else if (rng.chance(probability)) this.#forge(frame);
    else add(frame);
  }

  /** Lets go what is held back: nothing comes to be swapped with it. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#parts.add(held);
  }

  #forge(frame: Uint8Array): void {
    const { rng, add, vanished, note } = this.#parts;
    const way = rng.between(0, 3);
    if (way === 0) {
      note('frame dropped');
      vanished(frame.length);
    } else if (way === 1) {
      note('frame doubled');
      vanished(-frame.length);
      add(frame.slice());
      add(frame);
    } else if (way === 2) {
      note('frame changed');
      const at = rng.between(0, frame.length - 1);
      frame[at] = (frame[at] ?? 0) ^ (1 << rng.between(0, 7));
      add(frame);
    } else this.#held = frame;
  }
}
