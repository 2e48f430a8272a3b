import {
  isOver,
  isQuestion,
  questionsOf,
  searchKey,
  sortPeople,
  type FriendView,
  type JournalEntry,
  type Language,
  type TransferView,
  type View,
} from '../../../core/index.js';
import { remembered } from '../remembered.js';
import type { Scene } from './Scene.js';
import type { OpenRequest } from './OpenDialog.js';

/** Whether a text contains what a list is filtered by. */
export function searching(filter: string): (text: string) => boolean {
  if (filter === '') return () => true;
  const part = searchKey(filter);
  return (text) => searchKey(text).includes(part);
}

const sorted = remembered(sortPeople);

/** The people of the pane, in the order and with the filter they are shown in. */
export function listedPeople({ view, ui, language }: Scene): readonly FriendView[] {
  const people = sorted(view.people, language.code);
  if (ui.filters.people === '') return people;
  const contains = searching(ui.filters.people);
  return people.filter(({ name }) => contains(name));
}

/** It has not ended, one way or the other. */
export const isOpen = ({ state }: TransferView): boolean => !isOver(state);

const rank = (one: TransferView): number => (isQuestion(one) ? 0 : isOpen(one) ? 1 : 2);

const ranked = remembered((transfers: readonly TransferView[], filter: string): readonly TransferView[] => {
  const contains = searching(filter);
  const found = transfers.filter((one) => contains(one.with) || one.items.some(({ name }) => contains(name)));
  return found.sort((a, b) => rank(a) - rank(b) || b.createdMs - a.createdMs);
});

/** What needs an answer first, then what is under way, then what is over; the newest first of each. */
export const listedTransfers = ({ view, ui }: Scene): readonly TransferView[] => ranked(view.transfers, ui.filters.transfers);

const namesIn = remembered((people: readonly FriendView[]) => {
  const names = new Map<string, string>(people.map(({ peer, name }) => [peer, name]));
  return (peer: string): string => names.get(peer) ?? `${peer.slice(0, 7)}…`;
});

/** Who a fact is about, by name. */
export const nameIn = ({ view }: Scene): ((peer: string) => string) => namesIn(view.people);

const told = remembered((journal: readonly JournalEntry[], language: Language, part: string, nameOf: (peer: string) => string): readonly JournalEntry[] => {
  const contains = searching(part);
  return journal.filter(({ event }) => {
    const line = language.fact(event, nameOf);
    return line !== undefined && contains(line);
  });
});

/** What happened, as far as it has words, oldest first. */
export const listedEvents = (scene: Scene): readonly JournalEntry[] => told(scene.view.journal, scene.language, scene.ui.filters.events, nameIn(scene));

/** The dialogs of what waits for an answer, in its order. */
export function waitingQuestions(view: View): readonly OpenRequest[] {
  return questionsOf(view).map((question) =>
    question.asks === 'friend' ? { kind: 'friend-request', about: question.friend.name } : { kind: 'file-question', about: question.transfer.id },
  );
}
