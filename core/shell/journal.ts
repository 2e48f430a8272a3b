import { JOURNAL_MAX, JOURNAL_TEXT_CHARS_MAX } from '../base/shellLimits.js';
import type { DomainEvent, DomainEventType } from '../events/domainEvents.js';
import { nameOf } from './foldPeople.js';
import type { JournalEntry, View } from './View.js';

/** Whether people see the fact among what happened. Not what a message or a bar shows by itself, again and again. */
const TOLD: Readonly<Record<DomainEventType, boolean>> = {
  'node.started': true,
  'node.stopped': true,
  'node.addressesChanged': true,
  'plugin.failed': true,
  'directory.changed': true,
  'account.registered': true,
  'friend.changed': true,
  'friend.keyChanged': true,
  'friend.verified': true,
  'presence.changed': true,
  'presence.own': true,
  'session.opened': true,
  'session.closed': true,
  'session.refused': true,
  'peer.waiting': true,
  'message.queued': false,
  'message.sent': false,
  'message.delivered': false,
  'message.read': false,
  'message.received': true,
  'transfer.offered': true,
  'transfer.accepted': true,
  'transfer.fetching': true,
  'transfer.holderDropped': true,
  'transfer.started': true,
  'transfer.progressed': false,
  'transfer.interrupted': true,
  'transfer.paused': true,
  'transfer.resumed': true,
  'transfer.completed': true,
  'transfer.ended': true,
  'share.added': true,
  'share.progressed': false,
  'share.ready': true,
  'share.failed': true,
  'share.removed': true,
  fault: true,
};

/** What happened up to now, with the fact that makes `before` what comes next. */
export function foldJournal(before: View, event: DomainEvent, nowMs: number): readonly JournalEntry[] {
  const { journal } = before;
  if (!TOLD[event.type] || isRepeated(before, event)) return journal;
  const number = (journal.at(-1)?.number ?? 0) + 1;
  return [...journal.slice(journal.length >= JOURNAL_MAX ? 1 - JOURNAL_MAX : 0), { number, atMs: nowMs, event: shortened(event) }];
}

/** Somebody who is not there is called again and again: that is told once for each reason. */
function isRepeated({ away, people }: View, event: DomainEvent): boolean {
  if (event.type !== 'peer.waiting') return false;
  const name = nameOf(people, event.peer);
  return name !== undefined && away.get(name)?.code === event.code;
}

/** What others wrote may be long, and the journal keeps many. */
function shortened(event: DomainEvent): DomainEvent {
  if (event.type === 'message.received') return { ...event, text: cut(event.text) };
  return event.type === 'plugin.failed' || event.type === 'fault' ? { ...event, detail: cut(event.detail) } : event;
}

const cut = (text: string): string =>
  text.length <= JOURNAL_TEXT_CHARS_MAX ? text : `${text.slice(0, JOURNAL_TEXT_CHARS_MAX - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
