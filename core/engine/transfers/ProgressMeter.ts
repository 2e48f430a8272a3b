import { PROGRESS_MS_MIN } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';

/** Weight of the newest sample in the speed that is shown: about a second of memory. */
const SMOOTHING = 0.2;

/** Turns bytes done into at most ten reports a second with a smoothed speed. Sets no timers: it speaks when asked to. */
export class ProgressMeter {
  #lastMs: number | undefined;
  #lastBytes = 0;
  #rate = 0;

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly report: (bytes: number, bytesPerSecond: number) => void,
  ) {}

  get bytesPerSecond(): number {
    return Math.round(this.#rate);
  }

  /** A session begins with that much done already. */
  start(bytes: number): void {
    this.#lastMs = this.clock.monotonic();
    this.#lastBytes = bytes;
    this.#rate = 0;
  }

  /** Nothing moves any more. */
  stop(): void {
    this.#lastMs = undefined;
    this.#rate = 0;
  }

  update(bytes: number): void {
    if (this.#lastMs === undefined) return;
    const elapsedMs = this.clock.monotonic() - this.#lastMs;
    if (elapsedMs < PROGRESS_MS_MIN) return;
    const sample = ((bytes - this.#lastBytes) * 1000) / elapsedMs;
    this.#rate = this.#rate === 0 ? sample : this.#rate + SMOOTHING * (sample - this.#rate);
    this.#lastMs += elapsedMs;
    this.#lastBytes = bytes;
    this.report(bytes, this.bytesPerSecond);
  }
}
