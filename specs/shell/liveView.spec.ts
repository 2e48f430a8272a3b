import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import type { AccountName } from '../../core/base/ids.js';
import {
  CONVERSATION_MESSAGES_MAX,
  CONVERSATION_PAGE_MESSAGES,
  CONVERSATIONS_MAX,
  VIEW_FACTS_KEPT_MAX,
  VIEW_READ_MS_MIN,
  VIEW_RETRY_MS_MAX,
} from '../../core/base/shellLimits.js';
import type { CommandType, FriendView } from '../../core/events/commands.js';
import { LiveView, type ReadFailure } from '../../core/shell/LiveView.js';
import type { Conversation, View } from '../../core/shell/View.js';
import { VirtualClock } from '../../core/testing.js';
import { PretendDevice } from '../support/PretendDevice.js';
import { messageIdOf, peerOf } from '../support/samples.js';
import { settled } from '../support/settled.js';

const ann = 'ann' as AccountName;

let clock: VirtualClock;
let device: PretendDevice;
let live: LiveView;
let failures: ReadFailure[];

const friend = (name: AccountName = ann): FriendView => device.person(name)!;
const shown = (name: AccountName = ann): FriendView | undefined => live.view.people.find((person) => person.name === name);
const conversation = (name: AccountName = ann): Conversation | undefined => live.view.conversations.get(name);
const asked = (type: CommandType): number => device.asked.filter((one) => one === type).length;
const times = (count: number, act: () => void): void => Array.from({ length: count }).forEach(act);

/** Time goes on, tick by tick, with everything answered that is answered at once. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(Math.min(10, ms - passed));
    await settled();
  }
}
async function answer(): Promise<void> {
  for (const question of device.questions.splice(0)) question.answer();
  await settled();
}

beforeEach(() => {
  clock = new VirtualClock();
  device = new PretendDevice(clock);
  device.answersAtOnce = true;
  device.settle(ann, peerOf(1), 'friend');
  failures = [];
  live = new LiveView({ commands: device.commands, events: device.events, clock, onFailure: (failure) => void failures.push(failure) });
});
afterEach(async () => {
  await live[Symbol.asyncDispose]();
  expect(clock.pending).toBe(0);
});

async function started(...open: readonly AccountName[]): Promise<void> {
  live.start();
  for (const name of open) live.open(name);
  await settled();
  await pass(VIEW_READ_MS_MIN);
  device.asked.length = 0;
}

describe('a live view that starts', () => {
  test('does nothing before it is told to', async () => {
    await settled();
    expect([device.asked, device.events.observed]).toEqual([[], false]);
  });

  test('reads every part once, and tells the view as it stands and every change after it', async () => {
    const told: View[] = [];
    live.start();
    live.start();
    await settled();
    live.view$.subscribe((view) => void told.push(view));
    expect([...device.asked].sort()).toEqual(['account.show', 'friend.list', 'node.show', 'share.list', 'transfer.list']);
    expect(told).toEqual([live.view]);
    device.presence(friend(), 'online', 5);
    expect(told.map(({ people }) => people[0]?.presence)).toEqual(['offline', 'online']);
  });

  test('misses nothing that happens before the first answer', async () => {
    Object.assign(device, { answersAtOnce: false, early: true });
    live.start();
    device.presence(friend(), 'busy', 5);
    device.wait(friend());
    device.receive(friend());
    await answer();
    expect(shown()?.presence).toBe('busy');
    expect([...live.view.away.keys()]).toEqual([ann]);
    await pass(VIEW_READ_MS_MIN);
    await answer();
    expect(live.view.people).toEqual(device.people);
  });

  test('opens a conversation that was asked for before anybody was known', async () => {
    device.receive(friend());
    await started(ann);
    expect(conversation()).toEqual({ messages: device.history(friend().peer), complete: true });
  });
});

describe('facts', () => {
  test('that say nothing new leave the view the very same', async () => {
    await started();
    const before = live.view;
    live.refresh('people');
    live.refresh('node');
    await pass(VIEW_READ_MS_MIN);
    device.tell({ type: 'message.sent', peer: peerOf(1), id: messageIdOf(77) });
    expect(live.view).toBe(before);
  });

  test('that come a thousand in a second are folded at once and read about ten times', async () => {
    await started(ann);
    for (let ms = 0; ms < 1_000; ms += 10) {
      times(10, () => device.receive(friend()));
      expect(conversation()?.messages.at(-1)?.text).toBe(device.history(friend().peer).at(-1)?.text);
      expect(shown()?.unread).toBe(friend().unread);
      await pass(10);
    }
    await pass(VIEW_READ_MS_MIN);
    expect(asked('message.history')).toBeLessThanOrEqual(2 * 12);
    expect(asked('friend.list')).toBe(0);
    expect(conversation()?.messages).toEqual(device.history(friend().peer));
  });

  test('about progress are never read again', async () => {
    device.offer(friend(), 'in');
    await started();
    const [offered] = device.transfers;
    for (let bytes = 1; bytes <= 500; bytes++) {
      const progress = { bytes, total: 1_000, bytesPerSecond: 10 };
      device.transfer(offered!, progress, { type: 'transfer.progressed', peer: friend().peer, id: offered!.id, ...progress });
      await pass(2);
    }
    expect(live.view.transfers[0]).toMatchObject({ bytes: 500, secondsLeft: 50 });
    expect(device.asked).toEqual([]);
  });

  test.each([
    ['older', true],
    ['newer', false],
  ])('that come while a read is under way show at once and stay, though its answer is %s, and it is read once more', async (_what, early) => {
    await started();
    Object.assign(device, { answersAtOnce: false, early });
    live.refresh('people');
    device.presence(friend(), 'online', 5);
    device.receive(friend());
    times(20, () => device.close(friend().peer, 'SESSION_EXPIRED'));
    await answer();
    expect(shown()).toMatchObject({ presence: 'online', unread: 1 });
    expect(asked('friend.list')).toBe(1);
    await pass(VIEW_READ_MS_MIN);
    expect(asked('friend.list')).toBe(2);
    await answer();
    expect(live.view.people).toEqual(device.people);
  });

  test('that are more than are kept while an answer is awaited are read once more', async () => {
    await started();
    Object.assign(device, { answersAtOnce: false, early: true });
    live.refresh('people');
    device.presence(friend(), 'online', 5);
    times(VIEW_FACTS_KEPT_MAX, () => device.tell({ type: 'share.progressed', id: 'x' as never, bytes: 1, total: 2, bytesPerSecond: 1 }));
    await answer();
    await pass(VIEW_READ_MS_MIN);
    await answer();
    expect(live.view.people).toEqual(device.people);
  });
});

describe('people', () => {
  test('who are removed are gone with their conversation, and come back with it', async () => {
    device.receive(friend());
    await started(ann);
    const { peer } = friend();
    device.remove(friend());
    expect([live.view.people, live.view.conversations.size]).toEqual([[], 0]);
    device.settle(ann, peer, 'friend');
    await pass(3 * VIEW_READ_MS_MIN);
    expect(conversation()?.messages).toHaveLength(1);
  });

  test('whose key changed show it at once, and the number to compare soon', async () => {
    await started();
    device.keyChange(friend(), peerOf(2));
    expect(shown()).toMatchObject({ keyChanged: true, verified: false });
    await pass(VIEW_READ_MS_MIN);
    expect(shown()?.safetyNumber).toBe(friend().safetyNumber);
  });

  test('on a new device do not get the messages of the old one from a late answer', async () => {
    device.receive(friend());
    await started(ann);
    Object.assign(device, { answersAtOnce: false, early: true });
    device.receive(friend());
    const [late] = device.questions.splice(0);
    device.answersAtOnce = true;
    device.adopt(friend(), peerOf(2));
    await pass(VIEW_READ_MS_MIN);
    expect(shown()?.peer).toBe(peerOf(2));
    late?.answer();
    await settled();
    await pass(2 * VIEW_READ_MS_MIN);
    expect(conversation()).toEqual({ messages: [], complete: true });
  });

  test('have nothing unread when their messages were read', async () => {
    times(3, () => device.receive(friend()));
    await started(ann);
    expect(shown()?.unread).toBe(3);
    device.markRead(friend());
    expect(shown()?.unread).toBe(0);
    expect(conversation()?.messages.map(({ state }) => state)).toEqual(['read', 'read', 'read']);
  });

  test('for whom something waits since before the start say why', async () => {
    device.queue(friend());
    device.wait(friend());
    await started(ann);
    expect(live.view.away.get(ann)).toMatchObject({ code: 'LINK_FAILED' });
    device.open(friend().peer);
    expect(live.view.away.size).toBe(0);
  });
});

describe('a conversation', () => {
  const page = CONVERSATION_PAGE_MESSAGES;

  test('has its newest page, then page by page what is older, and knows where it begins', async () => {
    times(2 * page + 5, () => device.receive(friend()));
    await started(ann);
    const told: (readonly [number | undefined, boolean | undefined])[] = [];
    for (let reads = 0; reads < 4; reads++) {
      told.push([conversation()?.messages.length, conversation()?.complete]);
      live.older(ann);
      live.older(ann);
      await pass(VIEW_READ_MS_MIN);
    }
    expect(told.slice(0, 3)).toEqual([
      [page, false],
      [2 * page, false],
      [2 * page + 5, true],
    ]);
    expect(asked('message.history')).toBe(2);
    expect(conversation()?.messages).toEqual(device.history(friend().peer));
  });

  test('is read back to a place that is asked for, and no farther', async () => {
    device.fill(friend(), 5 * page);
    await started(ann);
    const wanted = device.history(friend().peer)[2 * page + 7];
    live.older(ann, wanted?.position);
    await pass(10 * VIEW_READ_MS_MIN);
    expect(conversation()?.messages).toHaveLength(3 * page);
    expect(conversation()?.messages).toContainEqual(wanted);
    live.older(ann);
    await pass(10 * VIEW_READ_MS_MIN);
    expect(conversation()?.messages).toHaveLength(4 * page);
  });

  test('has no gap when more came than a page while nothing was told', async () => {
    device.receive(friend());
    await started(ann);
    device.fill(friend(), 3 * page);
    device.queue(friend());
    await pass(4 * VIEW_READ_MS_MIN);
    expect(conversation()?.messages).toHaveLength(3 * page + 2);
  });

  test(`keeps ${CONVERSATION_MESSAGES_MAX} messages at most, and does not ask for older ones that it could not keep`, async () => {
    const { peer } = friend();
    device.fill(friend(), CONVERSATION_MESSAGES_MAX + page);
    await started(ann);
    for (let reads = 0; reads < CONVERSATION_MESSAGES_MAX / page + 3; reads++) {
      live.older(ann);
      await pass(VIEW_READ_MS_MIN);
    }
    expect(conversation()?.messages).toEqual(device.history(peer).slice(-CONVERSATION_MESSAGES_MAX));
    expect(asked('message.history')).toBe(CONVERSATION_MESSAGES_MAX / page - 1);
    device.receive(friend());
    await pass(VIEW_READ_MS_MIN);
    expect(conversation()?.messages).toEqual(device.history(peer).slice(-CONVERSATION_MESSAGES_MAX));
    expect(conversation()?.complete).toBe(false);
  });

  test('takes no older page that does not fit any more before its first message', async () => {
    const { peer } = friend();
    device.fill(friend(), 3 * page);
    await started(ann);
    live.older(ann);
    await pass(VIEW_READ_MS_MIN);
    device.answersAtOnce = false;
    live.older(ann);
    const [older] = device.questions.splice(0);
    device.answersAtOnce = true;
    device.remove(friend());
    device.settle(ann, peer, 'friend');
    await pass(3 * VIEW_READ_MS_MIN);
    older?.answer();
    await settled();
    expect(conversation()?.messages).toEqual(device.history(peer).slice(-page));
  });

  test(`is dropped when ${CONVERSATIONS_MAX} others were opened after it`, async () => {
    const names = Array.from({ length: CONVERSATIONS_MAX }, (_, n) => `friend${n}` as AccountName);
    for (const [n, name] of names.entries()) device.settle(name, peerOf(10 + n), 'friend');
    await started(ann, ...names.slice(1), ann, names[0]!);
    expect([...live.view.conversations.keys()].sort()).toEqual([ann, names[0], ...names.slice(2)].sort());
    times(2, () => device.receive(friend(names[1])));
    await pass(VIEW_READ_MS_MIN);
    expect(device.asked).toEqual([]);
  });
});

describe('a read that fails', () => {
  const failAll = async (): Promise<void> => {
    for (const question of device.questions.splice(0)) question.fail(new SansfilError('STORE_FAILED', 'no'));
    await settled();
  };

  test('is told once, tried again less and less often, and told again after it succeeded', async () => {
    await started();
    device.answersAtOnce = false;
    live.refresh('shares');
    for (let ms = 0; ms < 10 * VIEW_RETRY_MS_MAX; ms += VIEW_READ_MS_MIN) {
      await failAll();
      live.refresh('shares');
      await pass(VIEW_READ_MS_MIN);
    }
    expect(failures.map(({ part, error }) => [part, error.code])).toEqual([['shares', 'STORE_FAILED']]);
    expect(asked('share.list')).toBeGreaterThan(10);
    expect(asked('share.list')).toBeLessThan(20);
    device.share();
    await pass(VIEW_RETRY_MS_MAX);
    await answer();
    expect(live.view.shares).toEqual(device.shares);
    live.refresh('shares');
    await pass(VIEW_READ_MS_MIN);
    await failAll();
    expect(failures).toHaveLength(2);
  });

  test.each([
    ['names it', false, [{ conversation: ann }]],
    ['is nobody’s business when that person was removed meanwhile', true, []],
  ])('of a conversation %s', async (_what, removed, told) => {
    await started(ann);
    device.answersAtOnce = false;
    device.queue(friend());
    const [history] = device.questions.splice(0);
    if (removed) device.remove(friend());
    history?.fail(new SansfilError('STORE_FAILED'));
    await settled();
    expect(failures.map(({ part }) => part)).toEqual(told);
  });

  test('because the facts broke off is told', async () => {
    await started();
    device.events.error(new SansfilError('NOT_RUNNING'));
    expect(failures.map(({ part, error }) => [part, error.code])).toEqual([['facts', 'NOT_RUNNING']]);
  });
});

test('a live view that has ended asks nothing, takes no late answer, and tells that it is over', async () => {
  await started(ann);
  let isOver = false;
  live.view$.subscribe({ complete: () => (isOver = true) });
  device.answersAtOnce = false;
  live.refresh('people');
  const before = live.view;
  await live[Symbol.asyncDispose]();
  device.presence(friend(), 'online', 5);
  await answer();
  live.open(ann);
  live.refresh('people');
  await pass(VIEW_READ_MS_MIN);
  expect([isOver, device.questions, device.events.observed]).toEqual([true, [], false]);
  expect(live.view).toBe(before);
});
