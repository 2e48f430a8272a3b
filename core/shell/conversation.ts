import { CONVERSATION_CHARS_MAX, CONVERSATION_MESSAGES_MAX } from '../base/shellLimits.js';
import type { MessageView } from '../events/commands.js';
import type { MessageState } from '../ports/stores.js';
import type { Conversation } from './View.js';

/** The position of a message of which a fact told, before the store has said where it stands: behind all that it has. */
export const UNPLACED = Number.MAX_SAFE_INTEGER;

const RANK: Readonly<Record<MessageState, number>> = { queued: 0, received: 0, sent: 1, delivered: 2, read: 3 };

/** States never go back. */
export const isBefore = (state: MessageState, next: MessageState): boolean => RANK[state] < RANK[next];

/** Messages of one stretch of the history without a gap, oldest first. */
export interface Stretch {
  readonly messages: readonly MessageView[];
  /** There is nothing before the first of them. */
  readonly begins: boolean;
}

/** The position of the newest message that was read; undefined when there is none. */
export const newestPlace = (conversation: Conversation): number | undefined =>
  conversation.messages.findLast(({ position }) => position !== UNPLACED)?.position;

/** The newest messages as they were read now, behind what was there before, when nothing is missing between the two. */
export function withNewest(before: Conversation | undefined, { messages, begins }: Stretch): Conversation {
  const first = messages[0]?.position;
  const known = before ? newestPlace(before) : undefined;
  if (begins || before === undefined || known === undefined || first === undefined || first > known) return bounded({ messages, complete: begins });
  const older = before.messages.filter(({ position }) => position < first);
  return bounded({ messages: [...older, ...messages], complete: before.complete });
}

/** What was read before the first message; nothing changes when that is not the first one any more. */
export function withOlder(conversation: Conversation, before: number, { messages, begins }: Stretch): Conversation {
  if (conversation.messages[0]?.position !== before) return conversation;
  return bounded({ messages: [...messages, ...conversation.messages], complete: begins });
}

/** Only as many of the newest as may be kept. */
export function bounded(conversation: Conversation): Conversation {
  const { messages } = conversation;
  let from = Math.max(0, messages.length - CONVERSATION_MESSAGES_MAX);
  let chars = 0;
  for (let index = messages.length - 1; index >= from; index--) {
    chars += messages[index]?.text.length ?? 0;
    if (chars > CONVERSATION_CHARS_MAX) from = index + 1;
  }
  return from === 0 ? conversation : { messages: messages.slice(from), complete: false };
}
