import type { Clock, Timer } from '../../ports/clock.js';

/** Runs a piece of work when asked, never twice at once, and not again before a pause; what is asked meanwhile is one more run. */
export class Pacer {
  #running: Promise<void> | undefined;
  #pause: Timer;
  #asked = false;
  #stopped = false;

  /** `work` never rejects. */
  constructor(
    private readonly clock: Clock,
    private readonly pauseMs: number,
    private readonly work: () => Promise<void>,
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
    await this.#running;
  }

  #run(): void {
    this.#asked = false;
    this.#running = this.work().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      this.#pause = this.clock.setTimeout(() => {
        this.#pause = undefined;
        if (this.#asked) this.#run();
      }, this.pauseMs);
    });
  }
}
