import type { Clock, Timer } from '../../ports/clock.js';

/**
 * Runs a piece of work when asked, never twice at once, and not again before a pause; what is asked meanwhile is one more
 * run. Work that did not get through is run again without being asked.
 */
export class Pacer {
  #running: Promise<void> | undefined;
  #pause: Timer;
  /** Runs while nobody asks and something is left to be done. */
  #again: Timer;
  #asked = false;
  #stopped = false;

  /** `work` never rejects; it tells after how long it must run again, if it must. */
  constructor(
    private readonly clock: Clock,
    private readonly pauseMs: number,
    private readonly work: () => Promise<number | undefined>,
  ) {}

  ask(): void {
    if (this.#stopped) return;
    this.#asked = true;
    if (this.#running === undefined && this.#pause === undefined) this.#run();
  }

  /** No more runs; resolves when the current one has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.clock.clearTimeout(this.#pause);
    this.clock.clearTimeout(this.#again);
    await this.#running;
  }

  #run(): void {
    this.#asked = false;
    this.clock.clearTimeout(this.#again);
    this.#running = this.work().then((againMs) => {
      this.#running = undefined;
      if (this.#stopped) return;
      this.#pause = this.clock.setTimeout(() => {
        this.#pause = undefined;
        if (this.#asked) this.#run();
      }, this.pauseMs);
      if (againMs !== undefined) this.#again = this.clock.setTimeout(() => this.ask(), againMs);
    });
  }
}
