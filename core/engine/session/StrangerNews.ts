import { STRANGERS_TOLD_BURST, STRANGERS_TOLD_PER_SECOND } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';

/** What callers who are nobody here did is told at a bounded rate: whoever reaches the port must not fill log and screen. */
export class StrangerNews {
  #left = STRANGERS_TOLD_BURST;
  #atMs: number;
  #untold = 0;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    this.#atMs = clock.monotonic();
  }

  /** How many were not told since the last that was; undefined when this one is not to be told either. */
  tell(): number | undefined {
    const now = this.clock.monotonic();
    this.#left = Math.min(STRANGERS_TOLD_BURST, this.#left + ((now - this.#atMs) / 1_000) * STRANGERS_TOLD_PER_SECOND);
    this.#atMs = now;
    if (this.#left < 1) {
      this.#untold++;
      return undefined;
    }
    this.#left--;
    const untold = this.#untold;
    this.#untold = 0;
    return untold;
  }
}
