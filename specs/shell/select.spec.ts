import { describe, expect, test } from '@jest/globals';
import type { AccountName } from '../../core/base/ids.js';
import type { FriendView, MessageView, TransferView } from '../../core/events/commands.js';
import { itemsOf, personOf, questionsOf, sortPeople, transfersUnderWay, unreadTotal } from '../../core/shell/select.js';
import { EMPTY_VIEW, type View } from '../../core/shell/View.js';
import { friendView } from '../support/friendView.js';
import { messageIdOf, peerOf, transferIdOf } from '../support/samples.js';

const ann = 'ann' as AccountName;
const MIDNIGHT = new Date(2026, 10, 16).getTime();
const HOUR = 3_600_000;

const person = (name: string, change: Partial<FriendView> = {}): FriendView => friendView(name, peerOf(1), change);
const message = (n: number, storedMs: number): MessageView => {
  return { id: messageIdOf(n), with: ann, direction: 'in', text: `m${n}`, createdMs: 0, storedMs, state: 'read', position: n };
};
const transfer = (n: number, createdMs: number, change: Partial<TransferView> = {}): TransferView => {
  const rest = { items: [], bytes: 0, total: 1, bytesPerSecond: 0, paths: [] };
  return { id: transferIdOf(n), with: ann, direction: 'in', state: 'offered', createdMs, ...rest, ...change };
};
const viewOf = (change: Partial<View>): View => ({ ...EMPTY_VIEW, ...change });
const talk = (messages: readonly MessageView[], complete: boolean): Partial<View> => ({ conversations: new Map([[ann, { messages, complete }]]) });

describe('people', () => {
  test('are those who ask, then who wrote, then who is there, then by name as their reader sorts it', () => {
    const people = [
      person('zoé'),
      person('Éric'),
      person('away', { presence: 'away' }),
      person('busy', { presence: 'busy' }),
      person('there', { presence: 'online' }),
      person('wrote', { unread: 2 }),
      person('asks', { state: 'incoming' }),
      person('frank'),
    ];
    const names = sortPeople(people, 'fr').map(({ name }) => name);
    expect(names).toEqual(['asks', 'wrote', 'there', 'busy', 'away', 'Éric', 'frank', 'zoé']);
    expect(people[0]?.name).toBe('zoé');
  });

  test('are found by name, and their unread messages counted', () => {
    const view = viewOf({ people: [person('ann', { unread: 2 }), person('bob', { unread: 3 })] });
    expect([personOf(view, ann)?.unread, personOf(view, 'x'), unreadTotal(view)]).toEqual([2, undefined, 5]);
  });
});

describe('transfers', () => {
  const states = ['offered', 'active', 'paused', 'done', 'declined', 'cancelled', 'failed'] as const;
  test('are under way when they are neither offered nor over', () => {
    const view = viewOf({ transfers: states.map((state, n) => transfer(n, n, { state })) });
    expect(transfersUnderWay(view).map(({ state }) => state)).toEqual(['active', 'paused']);
  });
});

test('questions are the requests and the files that wait for an answer of ours', () => {
  const view = viewOf({
    people: [person('ann'), person('bob', { state: 'incoming' }), person('carl', { state: 'outgoing' })],
    transfers: [transfer(1, 1), transfer(2, 2, { direction: 'out' }), transfer(3, 3, { state: 'active' })],
  });
  expect(questionsOf(view)).toEqual([
    { asks: 'friend', friend: view.people[1] },
    { asks: 'files', transfer: view.transfers[0] },
  ]);
});

describe('a conversation', () => {
  const shape = (view: View): readonly string[] =>
    itemsOf(view.conversations.get(ann) ?? { messages: [], complete: true }, view.transfers, ann).map((item) =>
      item.kind === 'day' ? `day ${new Date(item.atMs).getDate()}` : item.kind === 'message' ? item.message.text : 'file',
    );

  test('is messages and transfers as they came, with a mark where a day begins', () => {
    const messages = [message(1, MIDNIGHT + HOUR), message(2, MIDNIGHT + 3 * HOUR), message(3, MIDNIGHT + 25 * HOUR)];
    const transfers = [transfer(1, MIDNIGHT - HOUR), transfer(2, MIDNIGHT + 2 * HOUR), transfer(3, MIDNIGHT + 26 * HOUR)];
    const view = viewOf({ ...talk(messages, true), transfers });
    expect(shape(view)).toEqual(['day 15', 'file', 'day 16', 'm1', 'file', 'm2', 'day 17', 'm3', 'file']);
  });

  test('has nothing from before its first message while older ones are not loaded, and nothing of others', () => {
    const transfers = [transfer(1, MIDNIGHT - HOUR), transfer(2, MIDNIGHT + 2 * HOUR), transfer(3, MIDNIGHT + 3 * HOUR, { with: 'bob' as AccountName })];
    expect(shape(viewOf({ ...talk([message(1, MIDNIGHT + HOUR)], false), transfers }))).toEqual(['day 16', 'm1', 'file']);
  });

  test('keeps the order of the store when the clock was set back', () => {
    expect(shape(viewOf(talk([message(1, MIDNIGHT + 25 * HOUR), message(2, MIDNIGHT)], true)))).toEqual(['day 17', 'm1', 'day 16', 'm2']);
  });

  test('without messages is empty but for the files', () => {
    expect(shape(EMPTY_VIEW)).toEqual([]);
    expect(shape(viewOf({ transfers: [transfer(1, MIDNIGHT)] }))).toEqual(['day 16', 'file']);
  });
});
