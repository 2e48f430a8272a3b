import type { Clock, Timer } from '../ports/clock.js';

/** The clock of one process: when the process dies, its timers die with it. */
export class MortalClock implements Clock {
  readonly #timers = new Set<Timer>();
  #dead = false;

  /** `wall` outlives the process and may be wrong; timers do not go by it. */
  constructor(
    private readonly clock: Clock,
    private readonly wall: Pick<Clock, 'now'> = clock,
  ) {}

  now(): number {
    return this.wall.now();
  }

  monotonic(): number {
    return this.clock.monotonic();
  }

  /** Timers this process still waits for. */
  get pending(): number {
    return this.#timers.size;
  }

  setTimeout(callback: (...args: unknown[]) => void, ms: number): Timer {
    if (this.#dead) return undefined;
    const timer = this.clock.setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer): void {
    this.#timers.delete(timer);
    this.clock.clearTimeout(timer);
  }

  die(): void {
    this.#dead = true;
    for (const timer of this.#timers) this.clock.clearTimeout(timer);
    this.#timers.clear();
  }
}
