import { Subject, type Observable } from 'rxjs';
import type { Facts } from '../engine/contracts.js';
import type { DomainEvent } from './domainEvents.js';
import { isolatedStream, type GuestStream } from './isolatedStream.js';

/**
 * Where facts come together. Never errors and never completes: a failure is a fact too. A fact published while
 * another is being told waits for its turn, so that everybody hears all facts in the same order.
 */
export class EventHub implements Facts {
  readonly #facts = new Subject<DomainEvent>();
  readonly #waiting: DomainEvent[] = [];
  #telling = false;
  /** For the application itself; what its subscribers throw becomes a `fault`. */
  readonly events$: Observable<DomainEvent>;
  readonly #stream: GuestStream<DomainEvent>;

  constructor() {
    this.#stream = isolatedStream(this.#facts, ({ code, message }) => this.publish({ type: 'fault', where: 'events', code, detail: message }));
    this.events$ = this.#stream.stream$;
  }

  /** Subscriptions to `events$` that have not ended. */
  get listeners(): number {
    return this.#stream.listeners;
  }

  publish(event: DomainEvent): void {
    this.#waiting.push(event);
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#facts.next(next);
    } finally {
      this.#telling = false;
    }
  }
}
