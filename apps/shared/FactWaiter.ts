import { SansfilError } from '../../core/base/errors.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';

/** Where facts come from: a ControlClient, or a stand-in. */
export interface FactSource {
  watch(onFact: (event: DomainEvent) => void): Promise<void>;
  readonly closed: Promise<Error>;
}

/** Facts nobody waited for are kept up to this many, then the oldest are forgotten. */
const KEPT_MAX = 10_000;

/** Collects facts from before the first question, so that nothing is missed between asking and waiting. */
export class FactWaiter {
  #facts: DomainEvent[] = [];
  #wake: () => void = () => undefined;
  #ended: Error | undefined;

  static async on(source: FactSource): Promise<FactWaiter> {
    const waiter = new FactWaiter();
    await source.watch((event) => waiter.#take(event));
    void source.closed.then((why) => waiter.#end(why));
    return waiter;
  }

  /**
   * The first value `pick` finds in the facts, those already there first; facts it passes over are dropped.
   * @throws SansfilError WAIT_TIMEOUT after `timeoutMs`; what ended the source when it ends before.
   */
  async until<T>(pick: (event: DomainEvent) => T | undefined, options: { readonly timeoutMs?: number | undefined; readonly what: string }): Promise<T> {
    let late = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            this.#wake();
          }, options.timeoutMs);
    try {
      for (;;) {
        for (let event = this.#facts.shift(); event; event = this.#facts.shift()) {
          const found = pick(event);
          if (found !== undefined) return found;
        }
        if (this.#ended) throw this.#ended;
        if (late) throw new SansfilError('WAIT_TIMEOUT', `waited for: ${options.what}`);
        await new Promise<void>((wake) => (this.#wake = wake));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #take(event: DomainEvent): void {
    this.#facts.push(event);
    if (this.#facts.length > KEPT_MAX) this.#facts.shift();
    this.#wake();
  }

  #end(why: Error): void {
    this.#ended = why;
    this.#wake();
  }
}
