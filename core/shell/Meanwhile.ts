import { VIEW_FACTS_KEPT_MAX } from '../base/shellLimits.js';
import type { PeerId } from '../base/ids.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { foldStanding } from './foldFact.js';
import { countedFor } from './foldPeople.js';
import type { View } from './View.js';

interface Told {
  readonly event: DomainEvent;
  readonly nowMs: number;
}

/** The facts that came while an answer was on its way: it may be older than they are. */
export class Meanwhile {
  readonly #told: Told[] = [];
  readonly #counted = new Set<PeerId>();
  #isWhole = true;

  /** Whether all of them are here: the first are forgotten when an answer takes long and there are many. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  note(event: DomainEvent, nowMs: number): void {
    const counted = countedFor(event);
    if (counted !== undefined) this.#counted.add(counted);
    this.#told.push({ event, nowMs });
    if (this.#told.length <= VIEW_FACTS_KEPT_MAX) return;
    this.#told.shift();
    this.#isWhole = false;
  }

  /** The facts told again on top of an answer. Counts are left as they are in `shown`: the answer may have them counted, or not. */
  onTopOf(answer: View, shown: View): View {
    const folded = this.#told.reduce((view, { event, nowMs }) => foldStanding(view, event, nowMs), answer);
    if (this.#counted.size === 0) return folded;
    const people = folded.people.map((person) => {
      const before = this.#counted.has(person.peer) ? shown.people.find(({ peer }) => peer === person.peer) : undefined;
      return before ? { ...person, unread: before.unread, waiting: before.waiting } : person;
    });
    return { ...folded, people };
  }
}
