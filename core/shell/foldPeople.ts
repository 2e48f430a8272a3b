import type { ErrorCode } from '../base/errors.js';
import type { AccountName, PeerId } from '../base/ids.js';
import type { FriendView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Away } from './View.js';

export const nameOf = (people: readonly FriendView[], peer: PeerId): AccountName | undefined => people.find((person) => person.peer === peer)?.name;

/** With these a session ends because another one with the same friend takes its place. */
const REPLACED: ReadonlySet<ErrorCode | undefined> = new Set(['SESSION_EXPIRED', 'SESSION_DUPLICATE'] as const);

export function foldPeople(people: readonly FriendView[], event: DomainEvent): readonly FriendView[] {
  switch (event.type) {
    case 'friend.changed': {
      const { peer, name, state } = event;
      if (state !== 'removed') return change(people, peer, () => ({ name, state }));
      return people.some((person) => person.peer === peer) ? people.filter((person) => person.peer !== peer) : people;
    }
    case 'friend.keyChanged':
      return change(people, event.from, () => ({ keyChanged: true, verified: false }));
    case 'friend.verified':
      return change(people, event.peer, ({ keyChanged }) => ({ verified: event.verified && !keyChanged }));
    case 'presence.changed':
      return shown(people, event);
    case 'session.opened':
      return change(people, event.peer, () => ({ connected: true }));
    case 'session.closed':
      return REPLACED.has(event.code) ? people : change(people, event.peer, () => ({ connected: false }));
    case 'message.received':
      return change(people, event.peer, ({ unread }) => ({ unread: unread + 1 }));
    case 'message.read':
      return event.by === 'peer' ? people : change(people, event.peer, ({ unread }) => ({ unread: Math.max(0, unread - 1) }));
    case 'message.queued':
      return change(people, event.peer, ({ waiting }) => ({ waiting: waiting + 1 }));
    case 'message.delivered':
      return change(people, event.peer, ({ waiting }) => ({ waiting: Math.max(0, waiting - 1) }));
    default:
      return people;
  }
}

/** Whose counts of messages the fact changes: by one, so that it must be told once only. */
export function countedFor(event: DomainEvent): PeerId | undefined {
  switch (event.type) {
    case 'message.received':
    case 'message.queued':
    case 'message.delivered':
      return event.peer;
    case 'message.read':
      return event.by === 'me' ? event.peer : undefined;
    default:
      return undefined;
  }
}

export function foldAway(
  away: ReadonlyMap<AccountName, Away>,
  people: readonly FriendView[],
  event: DomainEvent,
  nowMs: number,
): ReadonlyMap<AccountName, Away> {
  switch (event.type) {
    case 'peer.waiting': {
      const name = nameOf(people, event.peer);
      return name === undefined ? away : new Map(away).set(name, { code: event.code, retryAtMs: nowMs + event.retryInMs });
    }
    case 'session.opened':
      return withoutName(away, nameOf(people, event.peer));
    case 'friend.changed':
      return event.state === 'removed' ? withoutName(away, event.name) : away;
    case 'friend.keyChanged':
      return withoutName(away, event.name);
    default:
      return away;
  }
}

export function withoutName<T>(map: ReadonlyMap<AccountName, T>, name: AccountName | undefined): ReadonlyMap<AccountName, T> {
  if (name === undefined || !map.has(name)) return map;
  const rest = new Map(map);
  rest.delete(name);
  return rest;
}

function shown(people: readonly FriendView[], event: Extract<DomainEvent, { readonly type: 'presence.changed' }>): readonly FriendView[] {
  const { state, sinceMs } = event;
  const index = people.findIndex((person) => person.peer === event.peer);
  const person = people[index];
  if (!person) return people;
  const { sinceMs: _former, ...rest } = person;
  return people.with(index, { ...rest, presence: state, ...(sinceMs === 0 ? {} : { sinceMs }) });
}

function change(people: readonly FriendView[], peer: PeerId, to: (person: FriendView) => Partial<FriendView>): readonly FriendView[] {
  const index = people.findIndex((person) => person.peer === peer);
  const person = people[index];
  if (!person) return people;
  const changes = to(person);
  const isSame = (Object.keys(changes) as (keyof FriendView)[]).every((key) => person[key] === changes[key]);
  return isSame ? people : people.with(index, { ...person, ...changes });
}
