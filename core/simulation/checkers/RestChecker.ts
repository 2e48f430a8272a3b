import type { Command } from '../../events/commands.js';
import type { DomainEvent, Presence } from '../../events/domainEvents.js';
import type { ContactState } from '../../ports/stores.js';
import { contactOf, keyOf, type CheckedConnection, type CheckedDevice, type Checker, type Finding, type Roster } from './Checker.js';
import type { ReadyChecker } from './ReadyChecker.js';
import type { SessionChecker } from './SessionChecker.js';

export interface RestParts {
  readonly roster: Roster;
  readonly connections: () => Iterable<CheckedConnection>;
  readonly ready: ReadyChecker;
  readonly sessions: SessionChecker;
}

/** What the other says when this one says so. */
const COUNTERPART: { readonly [S in ContactState]: ContactState } = { friend: 'friend', outgoing: 'incoming', incoming: 'outgoing' };

/** How two devices stand to each other once nothing goes wrong any more and there was time enough. */
export class RestChecker implements Checker {
  readonly #own = new Map<string, Presence>();
  /** What the person there asked to be seen as, in this life. */
  readonly #wish = new Map<string, Presence>();
  /** What a device shows of a friend, in this life. */
  readonly #shown = new Map<string, Presence>();
  /** Who was once no friend of whom any more: what they had read of each other may be lost. */
  readonly #parted = new Set<string>();

  constructor(private readonly parts: RestParts) {}

  asked(device: CheckedDevice, command: Command): void {
    if (command.type === 'presence.set') this.#wish.set(device.name, command.state);
  }

  fact(device: CheckedDevice, fact: DomainEvent): void {
    if (fact.type === 'presence.own') this.#own.set(device.name, fact.state);
    if (fact.type === 'presence.changed') this.#shown.set(keyOf(device, fact.peer), fact.state);
    if (fact.type === 'friend.changed' && fact.state === 'removed') {
      this.#shown.delete(keyOf(device, fact.peer));
      this.#parted.add(keyOf(device, fact.peer));
    }
    if (fact.type === 'node.stopped') this.crashed(device);
  }

  crashed(device: CheckedDevice): void {
    this.#own.delete(device.name);
    this.#wish.delete(device.name);
    for (const { id } of this.parts.roster.all) this.#shown.delete(keyOf(device, id));
  }

  findings(): readonly Finding[] {
    const pairs = this.parts.roster
      .pairs()
      .flatMap(([a, b]) => [...friendship(a, b), ...this.#sessions(a, b), ...this.#leftovers(a, b), ...this.#leftovers(b, a)]);
    return [...this.parts.roster.all.flatMap((device) => this.#wished(device)), ...this.presence(), ...pairs];
  }

  /** What each shows of each other: this must hold also of one who is gone. */
  presence(): readonly Finding[] {
    return this.parts.roster.pairs().flatMap(([a, b]) => [...this.#presence(a, b), ...this.#presence(b, a)]);
  }

  #wished({ name, running }: CheckedDevice): readonly Finding[] {
    const [own, wish] = [this.#own.get(name) ?? 'offline', this.#wish.get(name) ?? 'online'];
    return !running || own === wish ? [] : [`${name} says it is ${own}, and its person wished ${wish}`];
  }

  #presence(viewer: CheckedDevice, friend: CheckedDevice): readonly Finding[] {
    if (!viewer.running) return [];
    const truth = friend.running && areFriends(viewer, friend) ? (this.#own.get(friend.name) ?? 'offline') : 'offline';
    const shown = this.#shown.get(keyOf(viewer, friend.id)) ?? 'offline';
    return shown === truth ? [] : [`${viewer.name} shows ${friend.name} as ${shown}, who is ${truth}`];
  }

  #sessions(a: CheckedDevice, b: CheckedDevice): readonly Finding[] {
    const names = `${a.name} and ${b.name}`;
    const [held, heldThere] = [countOf(a, b), countOf(b, a)];
    if (held > 1 || heldThere > 1) return [`${names} hold ${held} and ${heldThere} sessions with each other`];
    if (held !== heldThere) return [`${held === 1 ? a.name : b.name} holds a session with ${held === 1 ? b.name : a.name}, who does not`];
    if (held > 0 && !areFriends(a, b)) return [`${names} are no friends and hold a session with each other`];
    const roles = [this.parts.sessions.roleOf(a, b.id), this.parts.sessions.roleOf(b, a.id)];
    if (held === 1 && roles[0] === roles[1]) return [`${names} are both the ${roles[0] ?? 'stranger'} of the session between them: there are two`];
    const all = [...this.parts.connections()].filter((connection) => isBetween(connection, a, b));
    const up = all.filter((connection) => this.#isUp(connection));
    if (up.length !== held) return [`${names} hold ${held} sessions over ${up.length} links that are up: ${up.map(({ near }) => near.id).join(', ')}`];
    return all.length === held ? [] : [`${names} hold ${held} sessions and have ${all.length} links: ${all.map(({ near }) => near.id).join(', ')}`];
  }

  /** What waits, and what the sender does not know to be read. */
  #leftovers(from: CheckedDevice, to: CheckedDevice): readonly Finding[] {
    if (!from.running || !to.running) return [];
    const waiting = from.committed.messages.outboxLength(to.id);
    if (waiting > 0) return [`${waiting} messages for ${to.name} still wait in the outbox of ${from.name}`];
    if (this.#parted.has(keyOf(from, to.id)) || this.#parted.has(keyOf(to, from.id))) return [];
    return to.committed.messages
      .history({ peer: from.id, limit: Infinity })
      .filter(({ id, direction, state }) => direction === 'in' && state === 'read' && from.committed.messages.get(id, to.id, 'out')?.state !== 'read')
      .map(({ id }) => `message ${id} from ${from.name} to ${to.name} was read, and its sender does not know`);
  }

  #isUp({ near, far }: CheckedConnection): boolean {
    return near.open && far.open && this.parts.ready.isUp(near.id) && this.parts.ready.isUp(far.id);
  }
}

function isBetween({ near }: CheckedConnection, a: CheckedDevice, b: CheckedDevice): boolean {
  return (near.host === a.name && near.remote === b.name) || (near.host === b.name && near.remote === a.name);
}

const areFriends = (a: CheckedDevice, b: CheckedDevice): boolean => contactOf(a, b.id)?.state === 'friend' && contactOf(b, a.id)?.state === 'friend';

function countOf(device: CheckedDevice, other: CheckedDevice): number {
  return [...device.open.values()].filter((peer) => peer === other.id).length;
}

function friendship(a: CheckedDevice, b: CheckedDevice): readonly Finding[] {
  if (!a.running || !b.running) return [];
  const [here, there] = [contactOf(a, b.id)?.state, contactOf(b, a.id)?.state];
  if ((here && COUNTERPART[here]) === there) return [];
  return [`${b.name} is ${here ?? 'nobody'} for ${a.name}, and ${a.name} is ${there ?? 'nobody'} for ${b.name}`];
}
