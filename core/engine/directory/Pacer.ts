import type { Clock, Timer } from '../../ports/clock.js';

/**
 * Runs a piece of work when asked, never twice at once, and not again before a pause; what is asked meanwhile is one more
 * run. Work that did not get through is run again without being asked, after a longer pause.
 */
export class Pacer {
  #running: Promise<void> | undefined;
  #pause: Timer;
  #asked = false;
  #stopped = false;

  /** `work` never rejects; false: it did not get through. */
  constructor(
    private readonly clock: Clock,
    private readonly pausesMs: { readonly after: number; readonly retry: number },
    private readonly work: () => Promise<boolean>,
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
    this.#running = this.work().then((through) => {
      this.#running = undefined;
      if (this.#stopped) return;
      if (!through) this.#asked = true;
      this.#pause = this.clock.setTimeout(
        () => {
          this.#pause = undefined;
          if (this.#asked) this.#run();
        },
        this.pausesMs[through ? 'after' : 'retry'],
      );
    });
  }
}
