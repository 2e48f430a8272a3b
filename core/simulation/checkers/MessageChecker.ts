import type { MessageId } from '../../base/ids.js';
import type { Command } from '../../events/commands.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { CheckedDevice, Checker, Finding, Findings, Roster } from './Checker.js';

type Fact<T extends DomainEvent['type']> = Extract<DomainEvent, { readonly type: T }>;

/** What was said one way. */
class Way {
  readonly heard = new Set<MessageId>();
  /** Where the last one that was heard stands in the sender's store. */
  position = -1;
  /** Accepted from a person, and not yet both heard and known to be delivered. */
  readonly underWay = new Map<MessageId, { heard: boolean; told: boolean }>();
}

/**
 * What a person wrote reaches the other's application once, in the order it was written, and its sender learns of it. The
 * order is that of the sender's store: it also holds what was accepted in the moment of a crash, before anybody was told.
 */
export class MessageChecker implements Checker {
  readonly #ways = new Map<string, Way>();
  /** `a>b`: a is no friend of b's any more. What waits between them may be dropped. */
  readonly #parted = new Set<string>();

  constructor(
    private readonly roster: Roster,
    private readonly findings: Findings,
  ) {}

  fact(device: CheckedDevice, fact: DomainEvent): void {
    switch (fact.type) {
      case 'message.queued':
        return this.#queued(device, fact);
      case 'message.received':
        return this.#received(device, fact);
      case 'message.delivered':
        return this.#told(device, fact);
      case 'friend.changed':
        return this.#befriended(device, fact);
      default:
        return undefined;
    }
  }

  /** A removal may be stored and, when the process ends at that moment, never told. */
  asked(device: CheckedDevice, command: Command): void {
    const friend = command.type === 'friend.remove' ? this.roster.named(command.name) : undefined;
    if (friend) this.#part(device, friend);
  }

  refused(device: CheckedDevice, command: Command): void {
    if (command.type === 'friend.remove') this.#parted.delete(wayOf(device.name, command.name));
  }

  /** What waits to go that way may be dropped from now on. */
  excuse(from: string, to: string): void {
    this.#way(from, to).underWay.clear();
  }

  /** Its next life finds in its store what this one had no time to tell. */
  crashed(device: CheckedDevice): void {
    for (const other of this.roster.all) {
      for (const [id, state] of this.#way(other.name, device.name).underWay) state.heard ||= device.committed.messages.get(id, other.id, 'in') !== undefined;
      for (const [id, state] of this.#way(device.name, other.name).underWay) state.told ||= isKnownThere(device, other, id);
    }
  }

  /** What was accepted and did not arrive, or whose sender does not know that it did: for a world that had time to settle. */
  undelivered(): readonly Finding[] {
    return this.roster.all.flatMap((from) =>
      this.roster.all.flatMap((to) => {
        const way = from.running && to.running ? this.#ways.get(wayOf(from.name, to.name)) : undefined;
        return way ? [...way.underWay].flatMap(([id, state]) => this.#missing(from, to, id, state)) : [];
      }),
    );
  }

  #missing(from: CheckedDevice, to: CheckedDevice, id: MessageId, { heard, told }: { readonly heard: boolean; readonly told: boolean }): readonly Finding[] {
    const message = `message ${id} from ${from.name} to ${to.name}`;
    if (!heard && !to.committed.messages.get(id, from.id, 'in')) return [`${message} was accepted and never arrived`];
    if (!heard) return [`${message} is on the disk of ${to.name}, and nobody there was told`];
    if (told) return [];
    return [`${message} arrived, and ${isKnownThere(from, to, id) ? 'nobody was told, though the store of its sender knows' : 'its sender does not know'}`];
  }

  #queued(from: CheckedDevice, { peer, id }: Fact<'message.queued'>): void {
    const to = this.roster.of(peer);
    if (!to || this.#parted.has(wayOf(from.name, to.name)) || this.#parted.has(wayOf(to.name, from.name))) return;
    const way = this.#way(from.name, to.name);
    way.underWay.set(id, { heard: way.heard.has(id), told: false });
  }

  #received(to: CheckedDevice, { peer, id, text }: Fact<'message.received'>): void {
    const from = this.roster.of(peer);
    if (!from) return;
    const message = `message ${id} from ${from.name} to ${to.name}`;
    const way = this.#way(from.name, to.name);
    if (way.heard.has(id)) return this.findings.add(`${message} was received twice`);
    way.heard.add(id);
    const written = from.committed.messages.get(id, to.id, 'out');
    if (!written) return this.findings.add(`${message} was received and never written`);
    if (written.text !== text) this.findings.add(`${message} was received with another text`);
    if (written.position < way.position) this.findings.add(`${message} was received out of order`);
    way.position = Math.max(way.position, written.position);
    const state = way.underWay.get(id);
    if (state) state.heard = true;
    if (state?.told) way.underWay.delete(id);
  }

  #told(from: CheckedDevice, { peer, id }: Fact<'message.delivered'>): void {
    const to = this.roster.of(peer);
    if (!to) return;
    const way = this.#way(from.name, to.name);
    const state = way.underWay.get(id);
    if (state) state.told = true;
    if (state?.heard) way.underWay.delete(id);
  }

  #befriended(device: CheckedDevice, { peer, state }: Fact<'friend.changed'>): void {
    const other = this.roster.of(peer);
    if (!other) return;
    if (state !== 'removed') return void this.#parted.delete(wayOf(device.name, other.name));
    this.#part(device, other);
  }

  #part(device: CheckedDevice, other: CheckedDevice): void {
    this.#parted.add(wayOf(device.name, other.name));
    this.excuse(device.name, other.name);
    this.excuse(other.name, device.name);
  }

  #way(from: string, to: string): Way {
    const key = wayOf(from, to);
    let way = this.#ways.get(key);
    if (!way) this.#ways.set(key, (way = new Way()));
    return way;
  }
}

/** The store of the sender knows that it was delivered. */
function isKnownThere(from: CheckedDevice, to: CheckedDevice, id: MessageId): boolean {
  const state = from.committed.messages.get(id, to.id, 'out')?.state;
  return state === 'delivered' || state === 'read';
}

const wayOf = (from: string, to: string): string => `${from}>${to}`;
