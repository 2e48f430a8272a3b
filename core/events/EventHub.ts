import { Subject, type Observable } from 'rxjs';
import type { SansfilError } from '../base/errors.js';
import type { Facts } from '../engine/contracts.js';
import type { DomainEvent } from './domainEvents.js';
import { isolatedStream, type GuestStream } from './isolatedStream.js';

/**
 * Where facts come together. Never errors and never completes: a failure is a fact too. A fact published while
 * another is being told waits for its turn, so that everybody hears all facts in the same order.
 */
export class EventHub implements Facts {
  readonly #facts = new Subject<DomainEvent>();
  readonly #guests = new Map<string, GuestStream<DomainEvent>>();
  readonly #waiting: DomainEvent[] = [];
  #telling = false;
  /** For the application itself; what its subscribers throw becomes a `fault`. */
  readonly events$: Observable<DomainEvent> = isolatedStream(this.#facts, (error) => {
    this.publish({ type: 'fault', where: 'events', code: error.code, detail: error.message });
  }).stream$;

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

  /** The facts for one plugin: what its subscribers throw is reported, as `plugin.failed` if nobody asks, and hits nobody else. */
  for(plugin: string, report: (error: SansfilError) => void = this.#failed(plugin)): Observable<DomainEvent> {
    this.drop(plugin);
    const guest = isolatedStream(this.#facts, report);
    this.#guests.set(plugin, guest);
    return guest.stream$;
  }

  /** Ends every subscription of that plugin. */
  drop(plugin: string): void {
    this.#guests.get(plugin)?.close();
    this.#guests.delete(plugin);
  }

  #failed(plugin: string): (error: SansfilError) => void {
    return (error) => this.publish({ type: 'plugin.failed', plugin, code: error.code, detail: error.message });
  }
}
