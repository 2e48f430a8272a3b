import { beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../../core/base/errors.js';
import { MESSAGES_IN_FLIGHT_MAX, MESSAGE_TEXT_BYTES_MAX, STORE_RETRY_MS } from '../../../core/base/limits.js';
import type { MessageId } from '../../../core/base/ids.js';
import { ack, acksIn, ANNA, BEN, DeliveryBench, receipt, text, textsIn } from '../../support/DeliveryBench.js';
import { GatedMessageStore } from '../../support/GatedMessageStore.js';
import { messageIdOf, rejection } from '../../support/samples.js';
import { settled } from '../../support/settled.js';

let bench: DeliveryBench;
beforeEach(async () => {
  bench = new DeliveryBench();
  await bench.start();
});

describe('sending', () => {
  test('returns when the message is in the store, and not before', async () => {
    bench.gate.shut();
    let sent = false;
    const sending = bench.delivery.send(ANNA, 'hello').then((message) => {
      sent = true;
      return message;
    });
    await settled();
    expect([sent, bench.factsOf('message.queued')]).toEqual([false, []]);
    bench.gate.open();
    const message = await sending;
    expect(await bench.stores.messages.get(message.id, ANNA, 'out')).toEqual(message);
    expect(message).toMatchObject({ text: 'hello', direction: 'out', state: 'queued', createdMs: bench.clock.now() });
    expect(bench.factsOf('message.queued')).toEqual([{ type: 'message.queued', peer: ANNA, id: message.id }]);
  });

  test('wants a session for as long as something is not delivered', async () => {
    const { id } = await bench.delivery.send(ANNA, 'hello');
    expect([bench.sessions.isWanted(ANNA), bench.sessions.isWanted(BEN)]).toEqual([true, false]);
    const session = bench.sessions.connect(ANNA);
    await settled();
    expect(bench.sessions.isWanted(ANNA)).toBe(true);
    bench.sessions.hear(session, ack(id));
    await settled();
    expect(bench.sessions.isWanted(ANNA)).toBe(false);
  });

  test.each([0, 1])('is refused, and leaves nothing, for a friend who is removed %i turns after it began', async (turns) => {
    const refused = rejection(bench.delivery.send(ANNA, 'hello'));
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    bench.delivery.forget(ANNA);
    await settled();
    expect(await refused).toBe('FRIEND_UNKNOWN');
    expect([bench.sessions.isWanted(ANNA), bench.delivery.waitingCount(ANNA), bench.factsOf('message.queued')]).toEqual([false, 0, []]);
    expect(await bench.stores.messages.outboxPeers()).toEqual([]);
  });

  test.each([2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'is written before or after, and in neither case goes out, for a friend who is removed %i turns after it began',
    async (turns) => {
      const sent = bench.delivery.send(ANNA, 'hello').then(
        () => 'queued',
        (error: unknown) => SansfilError.from(error).code,
      );
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      bench.delivery.forget(ANNA);
      await settled();
      const outcome = await sent;
      expect(outcome).toBe(bench.factsOf('message.queued').length === 1 ? 'queued' : 'FRIEND_UNKNOWN');
      expect([bench.sessions.isWanted(ANNA), bench.delivery.waitingCount(ANNA)]).toEqual([false, 0]);
      expect(await bench.stores.messages.outboxPeers()).toEqual([]);
    },
  );

  test('goes out at once over a session that is open, and is sent, delivered and read in that order', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    const { id } = await bench.delivery.send(ANNA, 'hello');
    await settled();
    expect(textsIn(session)).toEqual(['hello']);
    expect(await bench.stateOf(id)).toBe('sent');
    bench.sessions.hear(session, ack(id));
    await settled();
    expect(await bench.stateOf(id)).toBe('delivered');
    bench.sessions.hear(session, receipt(1, [id]));
    await settled();
    expect(await bench.stateOf(id)).toBe('read');
    expect(bench.facts).toEqual([
      { type: 'message.queued', peer: ANNA, id },
      { type: 'message.sent', peer: ANNA, id },
      { type: 'message.delivered', peer: ANNA, id },
      { type: 'message.read', peer: ANNA, id, by: 'peer' },
    ]);
    expect(acksIn(session)).toEqual([messageIdOf(1)]);
  });

  test('starts again from the oldest unacknowledged on every new session, in order', async () => {
    const ids: MessageId[] = [];
    for (const words of ['one', 'two', 'three']) ids.push((await bench.delivery.send(ANNA, words)).id);
    const first = bench.sessions.connect(ANNA);
    await settled();
    expect(textsIn(first)).toEqual(['one', 'two', 'three']);
    bench.sessions.hear(first, ack(ids[0] ?? messageIdOf(0)));
    bench.sessions.cut(first);
    await settled();
    await bench.delivery.send(ANNA, 'four');
    const second = bench.sessions.connect(ANNA);
    await settled();
    expect(textsIn(second)).toEqual(['two', 'three', 'four']);
    expect(bench.factsOf('message.sent')).toHaveLength(4);
  });

  test('a session that replaces another takes over before the old one is closed', async () => {
    await bench.delivery.send(ANNA, 'one');
    const old = bench.sessions.connect(ANNA);
    await settled();
    const young = bench.sessions.connect(ANNA);
    await settled();
    bench.sessions.cut(old);
    await bench.delivery.send(ANNA, 'two');
    await settled();
    expect([textsIn(old), textsIn(young)]).toEqual([['one'], ['one', 'two']]);
  });

  test('goes on with the next when an acknowledgement of an earlier session comes between reading and sending, at any moment', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const { gate, sessions, delivery } = bench;
      const { id } = await delivery.send(ANNA, 'known');
      await delivery.send(ANNA, 'next');
      gate.shut();
      const session = sessions.connect(ANNA);
      await settled();
      sessions.hear(session, ack(id));
      await settled();
      expect(gate.waiting).toEqual(['outbox', 'acknowledged']);
      gate.letOne();
      for (let n = 0; n < turns; n++) await Promise.resolve();
      gate.letOne();
      gate.open();
      await settled();
      expect(bench.factsOf('fault')).toEqual([]);
      expect(textsIn(session)).toContain('next');
      // Nothing is left in flight but what was sent and not acknowledged.
      for (const record of session.sent) if (record.type === 'msg') sessions.hear(session, { type: 'ack', id: record.id });
      await settled();
      expect(sessions.isWanted(ANNA)).toBe(false);
      await bench.start();
    }
  });

  test('keeps a bounded number in flight and refills as acknowledgements come', async () => {
    const ids: MessageId[] = [];
    for (let i = 0; i < MESSAGES_IN_FLIGHT_MAX + 40; i++) ids.push((await bench.delivery.send(ANNA, `${i}`)).id);
    const session = bench.sessions.connect(ANNA);
    await settled();
    expect(textsIn(session)).toHaveLength(MESSAGES_IN_FLIGHT_MAX);
    for (const id of ids.slice(0, MESSAGES_IN_FLIGHT_MAX / 2)) bench.sessions.hear(session, ack(id));
    await settled();
    expect(textsIn(session)).toHaveLength(1.5 * MESSAGES_IN_FLIGHT_MAX);
    for (const id of ids.slice(0, 1.5 * MESSAGES_IN_FLIGHT_MAX)) bench.sessions.hear(session, ack(id));
    await settled();
    for (const id of ids) bench.sessions.hear(session, ack(id));
    await settled();
    expect(textsIn(session)).toEqual(ids.map((_, i) => `${i}`));
    expect([bench.delivery.waitingCount(ANNA), bench.sessions.isWanted(ANNA)]).toEqual([0, false]);
  });

  test('stops when the link is full and goes on when it is drained', async () => {
    const session = bench.sessions.connect(ANNA);
    session.full = true;
    await settled();
    await Promise.all(['one', 'two', 'three'].map((words) => bench.delivery.send(ANNA, words)));
    await settled();
    expect(textsIn(session)).toEqual(['one']);
    bench.sessions.drain(session);
    await settled();
    expect(textsIn(session)).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['', 'MESSAGE_EMPTY'],
    ['a'.repeat(MESSAGE_TEXT_BYTES_MAX + 1), 'MESSAGE_TOO_LONG'],
    ['é'.repeat(MESSAGE_TEXT_BYTES_MAX / 2 + 1), 'MESSAGE_TOO_LONG'],
  ])('refuses a text out of bounds and keeps nothing of it', async (words, code) => {
    expect(await rejection(bench.delivery.send(ANNA, words))).toBe(code);
    expect([bench.facts, await bench.stores.messages.history({ peer: ANNA, limit: 1 }), bench.sessions.isWanted(ANNA)]).toEqual([[], [], false]);
  });

  test('the longest text there is arrives whole', async () => {
    const session = bench.sessions.connect(ANNA);
    const longest = '字'.repeat(MESSAGE_TEXT_BYTES_MAX / 3);
    await bench.delivery.send(ANNA, longest);
    await settled();
    expect(textsIn(session)).toEqual([longest]);
  });

  test('half a surrogate pair is stored as what the other side will read', async () => {
    const session = bench.sessions.connect(ANNA);
    const message = await bench.delivery.send(ANNA, 'a\ud800b');
    await settled();
    expect([message.text, ...textsIn(session)]).toEqual(['a\ufffdb', 'a\ufffdb']);
  });

  test('a store that fails refuses the message and says why', async () => {
    bench.gate.shut();
    const sending = bench.delivery.send(ANNA, 'hello');
    await settled();
    bench.gate.failOne(new SansfilError('DISK_FULL'));
    expect(await rejection(sending)).toBe('DISK_FULL');
    expect([bench.facts, bench.delivery.waitingCount(ANNA), bench.sessions.isWanted(ANNA)]).toEqual([[], 0, false]);
  });

  test('an outbox that cannot be read closes the session and is tried again on the next, after a rest', async () => {
    await bench.delivery.send(ANNA, 'hello');
    bench.gate.shut();
    const first = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.failOne(new SansfilError('STORE_FAILED', 'the disk is gone'));
    await settled();
    expect(first.ended).toEqual({ mood: 'errory', code: 'STORE_FAILED' });
    expect(bench.factsOf('fault')).toEqual([{ type: 'fault', where: 'messages', code: 'STORE_FAILED', detail: 'the disk is gone' }]);
    bench.gate.open();
    const second = bench.sessions.connect(ANNA);
    await settled();
    expect([textsIn(second), second.pauses]).toEqual([[], 1]);
    bench.clock.advance(STORE_RETRY_MS);
    await settled();
    expect([textsIn(second), second.pauses]).toEqual([['hello'], 0]);
  });
});

describe('a device that starts again', () => {
  test('wants sessions for what its outbox holds and sends it', async () => {
    await bench.delivery.send(ANNA, 'hello');
    await bench.start();
    expect([bench.sessions.isWanted(ANNA), bench.sessions.isWanted(BEN)]).toEqual([true, false]);
    const session = bench.sessions.connect(ANNA);
    await settled();
    expect(textsIn(session)).toEqual(['hello']);
  });

  test('knows how much waits and how much is unread', async () => {
    await bench.delivery.send(ANNA, 'hello');
    const session = bench.sessions.connect(BEN);
    bench.sessions.hear(session, text(1));
    bench.sessions.hear(session, text(2));
    await settled();
    expect([bench.delivery.waitingCount(ANNA), bench.delivery.unreadCount(BEN)]).toEqual([1, 2]);
    await bench.start();
    expect([bench.delivery.waitingCount(ANNA), bench.delivery.unreadCount(ANNA), bench.delivery.waitingCount(BEN), bench.delivery.unreadCount(BEN)]).toEqual([
      1, 0, 0, 2,
    ]);
  });

  test('takes what arrives before it has read its counts, and counts it once', async () => {
    bench.gate = new GatedMessageStore(bench.stores.messages, false);
    bench.delivery = bench.make();
    const starting = bench.delivery.start(() => true);
    const session = bench.sessions.connect(ANNA);
    bench.sessions.hear(session, text(1));
    await settled();
    expect(acksIn(session)).toEqual([]);
    bench.gate.open();
    await starting;
    await settled();
    expect([acksIn(session), bench.delivery.unreadCount(ANNA)]).toEqual([[messageIdOf(1)], 1]);
  });
});
