import type { AccountName, MessageId } from '../base/ids.js';
import type { FriendView, MessageView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Direction, MessageState } from '../ports/stores.js';
import { bounded, isBefore, UNPLACED } from './conversation.js';
import { nameOf, withoutName } from './foldPeople.js';
import type { Conversation } from './View.js';

type Conversations = ReadonlyMap<AccountName, Conversation>;

export function foldConversations(all: Conversations, people: readonly FriendView[], event: DomainEvent, nowMs: number): Conversations {
  if (event.type === 'friend.changed') return event.state === 'removed' ? withoutName(all, event.name) : all;
  if (all.size === 0 || !('peer' in event) || event.peer === undefined) return all;
  const name = nameOf(people, event.peer);
  const before = name === undefined ? undefined : all.get(name);
  if (name === undefined || before === undefined) return all;
  const after = foldConversation(before, name, event, nowMs);
  return after === before ? all : new Map(all).set(name, after);
}

function foldConversation(before: Conversation, name: AccountName, event: DomainEvent, nowMs: number): Conversation {
  switch (event.type) {
    case 'message.received': {
      const { id, text, createdMs } = event;
      if (indexOf(before.messages, 'in', id) >= 0) return before;
      const message = { id, with: name, direction: 'in', text, createdMs, storedMs: nowMs, state: 'received', position: UNPLACED } as const;
      return bounded({ ...before, messages: [...before.messages, message] });
    }
    case 'message.sent':
      return advance(before, 'out', event.id, 'sent');
    case 'message.delivered':
      return advance(before, 'out', event.id, 'delivered');
    case 'message.read':
      return advance(before, event.by === 'peer' ? 'out' : 'in', event.id, 'read');
    case 'peer.waiting':
      return waitFor(before, { code: event.code, retryInMs: event.retryInMs });
    case 'session.opened':
      return waitFor(before, undefined);
    default:
      return before;
  }
}

function advance(conversation: Conversation, direction: Direction, id: MessageId, state: MessageState): Conversation {
  const { messages } = conversation;
  const index = indexOf(messages, direction, id);
  const message = messages[index];
  if (!message || !isBefore(message.state, state)) return conversation;
  const { waits, ...rest } = message;
  return { ...conversation, messages: messages.with(index, { ...rest, state, ...(state === 'sent' && waits ? { waits } : {}) }) };
}

/** What is not acknowledged yet waits for that, or for nothing any more. */
function waitFor(conversation: Conversation, waits: MessageView['waits']): Conversation {
  const isWaiting = ({ direction, state }: MessageView): boolean => direction === 'out' && (state === 'queued' || state === 'sent');
  const changes = (message: MessageView): boolean => isWaiting(message) && (waits !== undefined || message.waits !== undefined);
  if (!conversation.messages.some(changes)) return conversation;
  const messages = conversation.messages.map((message) => {
    if (!changes(message)) return message;
    const { waits: _former, ...rest } = message;
    return waits ? { ...rest, waits } : rest;
  });
  return { ...conversation, messages };
}

/** From the end: facts are about what is new. The same id may stand in both directions. */
const indexOf = (messages: readonly MessageView[], direction: Direction, id: MessageId): number =>
  messages.findLastIndex((message) => message.id === id && message.direction === direction);
