import type { AccountName } from '../base/ids.js';
import type { FriendView, MessageView, TransferView } from '../events/commands.js';
import type { Presence } from '../events/domainEvents.js';
import type { Conversation, View } from './View.js';
import type { LanguageCode } from './words/bilingual.js';

const PRESENCE_ORDER: Readonly<Record<Presence, number>> = { online: 0, busy: 1, away: 2, offline: 3 };

/** Who asks to become a friend first, then who wrote something unread, then who is there, then by name. */
export function sortPeople(people: readonly FriendView[], locale: LanguageCode): readonly FriendView[] {
  const { compare } = new Intl.Collator(locale);
  const asks = ({ state }: FriendView): number => (state === 'incoming' ? 0 : 1);
  const wrote = ({ unread }: FriendView): number => (unread > 0 ? 0 : 1);
  return [...people].sort(
    (a, b) => asks(a) - asks(b) || wrote(a) - wrote(b) || PRESENCE_ORDER[a.presence] - PRESENCE_ORDER[b.presence] || compare(a.name, b.name),
  );
}

/** Somebody by name; nobody has none. */
export const personOf = (view: View, name: string | undefined): FriendView | undefined => view.people.find((person) => person.name === name);

/** Messages of all friends that nobody has read. */
export const unreadTotal = (view: View): number => view.people.reduce((sum, { unread }) => sum + unread, 0);

/** Not over yet: neither offers that wait for an answer, nor what has ended. */
export const transfersUnderWay = (view: View): readonly TransferView[] => view.transfers.filter(({ state }) => state === 'active' || state === 'paused');

/** A friend offers it, and nobody here has answered. */
export const isQuestion = ({ direction, state }: TransferView): boolean => direction === 'in' && state === 'offered';

/** What a person here is asked. */
export type Question = { readonly asks: 'friend'; readonly friend: FriendView } | { readonly asks: 'files'; readonly transfer: TransferView };

/** What waits for an answer of the person here: who wants to become a friend, then whose files wait, oldest first. */
export function questionsOf(view: View): readonly Question[] {
  const friends = view.people.filter(({ state }) => state === 'incoming');
  const offers = view.transfers.filter(isQuestion);
  return [...friends.map((friend) => ({ asks: 'friend' as const, friend })), ...offers.map((transfer) => ({ asks: 'files' as const, transfer }))];
}

/** A line of a conversation. `atMs`: our clock. `day`: everything after it, up to the next one, came on that day. */
export type ConversationItem =
  | { readonly kind: 'day'; readonly atMs: number }
  | { readonly kind: 'message'; readonly atMs: number; readonly message: MessageView }
  | { readonly kind: 'transfer'; readonly atMs: number; readonly transfer: TransferView };

/** Messages and transfers with somebody as they came, with the beginnings of days between them. Days are those of this device. */
export function itemsOf({ messages, complete }: Conversation, transfers: readonly TransferView[], name: AccountName): readonly ConversationItem[] {
  const sinceMs = complete ? -Infinity : (messages[0]?.storedMs ?? Infinity);
  const theirs = transfers.filter((transfer) => transfer.with === name && transfer.createdMs >= sinceMs);
  const items: ConversationItem[] = [];
  let next = 0;
  const transfersUntil = (atMs: number): void => {
    for (let transfer = theirs[next]; transfer && transfer.createdMs <= atMs; transfer = theirs[++next]) {
      items.push({ kind: 'transfer', atMs: transfer.createdMs, transfer });
    }
  };
  for (const message of messages) {
    transfersUntil(message.storedMs);
    items.push({ kind: 'message', atMs: message.storedMs, message });
  }
  transfersUntil(Infinity);
  return withDays(items);
}

function withDays(items: readonly ConversationItem[]): readonly ConversationItem[] {
  const all: ConversationItem[] = [];
  let [sinceMs, untilMs] = [Infinity, Infinity];
  for (const item of items) {
    if (!(item.atMs >= sinceMs && item.atMs < untilMs)) {
      [sinceMs, untilMs] = dayOf(item.atMs);
      all.push({ kind: 'day', atMs: item.atMs });
    }
    all.push(item);
  }
  return all;
}

/** From midnight to midnight on the clock of this device: not always 24 hours. */
function dayOf(atMs: number): [sinceMs: number, untilMs: number] {
  const at = new Date(atMs);
  const midnight = (days: number): number => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
  return [midnight(0), midnight(1)];
}
