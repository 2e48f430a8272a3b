import type { Clock } from '../ports/clock.js';

/**
 * What a device takes for the time of day: outlives its processes, may be wrong by years, jump, stand still or go back.
 * Nothing of that is seen by the monotonic clock, which timers go by. Never before 1970, as no real clock can be set there.
 */
export class WallClock {
  #offsetMs = 0;
  #frozenAtMs: number | undefined;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  now(): number {
    return this.#frozenAtMs ?? Math.max(0, this.clock.now() + this.#offsetMs);
  }

  set(ms: number): void {
    const atMs = Math.max(0, ms);
    this.#offsetMs = atMs - this.clock.now();
    if (this.#frozenAtMs !== undefined) this.#frozenAtMs = atMs;
  }

  jump(ms: number): void {
    this.set(this.now() + ms);
  }

  freeze(): void {
    this.#frozenAtMs = this.now();
  }

  /** Goes on from where it stood. */
  thaw(): void {
    const atMs = this.now();
    this.#frozenAtMs = undefined;
    this.set(atMs);
  }
}
