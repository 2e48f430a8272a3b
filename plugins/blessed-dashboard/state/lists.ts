import {
  questionsOf,
  searchKey,
  sortPeople,
  type FriendView,
  type JournalEntry,
  type LanguageCode,
  type TransferView,
  type View,
} from '../../../core/index.js';
import type { Scene } from './Scene.js';
import type { OpenRequest } from './OpenDialog.js';

const contains = (text: string, part: string): boolean => part === '' || searchKey(text).includes(searchKey(part));

/** The people of the pane, in the order and with the filter they are shown in. */
export function listedPeople({ view, ui, language }: Scene): readonly FriendView[] {
  const people = sortedOnce(view.people, language.code);
  return ui.filters.people === '' ? people : people.filter(({ name }) => contains(name, ui.filters.people));
}

/** They are drawn ten times a second, and seldom others. */
const sorted = new WeakMap<readonly FriendView[], { readonly code: LanguageCode; readonly people: readonly FriendView[] }>();

function sortedOnce(people: readonly FriendView[], code: LanguageCode): readonly FriendView[] {
  const before = sorted.get(people);
  if (before?.code === code) return before.people;
  const made = sortPeople(people, code);
  sorted.set(people, { code, people: made });
  return made;
}

const OVER: ReadonlySet<TransferView['state']> = new Set(['done', 'declined', 'cancelled', 'failed']);

/** It has not ended, one way or the other. */
export const isOpen = ({ state }: TransferView): boolean => !OVER.has(state);

/** A friend offers it, and nobody here has answered. */
export const isQuestion = ({ direction, state }: TransferView): boolean => direction === 'in' && state === 'offered';

const rank = (one: TransferView): number => (isQuestion(one) ? 0 : isOpen(one) ? 1 : 2);

/** What needs an answer first, then what is under way, then what is over; the newest first of each. */
export function listedTransfers({ view, ui }: Scene): readonly TransferView[] {
  const part = ui.filters.transfers;
  return view.transfers
    .filter((one) => contains(one.with, part) || one.items.some(({ name }) => contains(name, part)))
    .toSorted((a, b) => rank(a) - rank(b) || b.createdMs - a.createdMs);
}

/** Who a fact is about, by name. */
export function nameIn({ view }: Scene): (peer: string) => string {
  const names = new Map<string, string>(view.people.map(({ peer, name }) => [peer, name]));
  return (peer) => names.get(peer) ?? `${peer.slice(0, 7)}…`;
}

/** What happened, as far as it has words, oldest first. */
export function listedEvents(scene: Scene): readonly JournalEntry[] {
  const { view, ui, language } = scene;
  const nameOf = nameIn(scene);
  return view.journal.filter(({ event }) => {
    const line = language.fact(event, nameOf);
    return line !== undefined && contains(line, ui.filters.events);
  });
}

/** The dialogs of what waits for an answer, in its order. */
export function waitingQuestions(view: View): readonly OpenRequest[] {
  return questionsOf(view).map((question) =>
    question.asks === 'friend' ? { kind: 'friend-request', about: question.friend.name } : { kind: 'file-question', about: question.transfer.id },
  );
}
