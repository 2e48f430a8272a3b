import type { Clock, Timer } from '../../../core/index.js';
import { PAINT_MS_MIN } from '../terminalLimits.js';

/** Draws at once after a rest, and otherwise at most ten times a second, whatever happens in between. */
export class RedrawLimiter {
  readonly #clock: Clock;
  readonly #draw: () => void;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(clock: Clock, draw: () => void) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Something changed. */
  request(): void {
    if (this.#stopped || this.#timer !== undefined) return;
    const wait = this.#drawnAt + PAINT_MS_MIN - this.#clock.monotonic();
    if (wait <= 0) this.#now();
    else this.#timer = this.#clock.setTimeout(() => this.#now(), wait);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #now(): void {
    this.#timer = undefined;
    this.#drawnAt = this.#clock.monotonic();
    this.#draw();
  }
}
