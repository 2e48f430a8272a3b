import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHex, utf8 } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { MESSAGES_IN_FLIGHT_MAX, MESSAGE_TEXT_BYTES_MAX, STORE_RETRY_MS, UNCOMMITTED_RECORDS_MAX } from '../../core/base/limits.js';
import type { MessageId } from '../../core/base/ids.js';
import { Delivery } from '../../core/engine/Delivery.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { EventHub } from '../../core/events/EventHub.js';
import type { Record } from '../../core/protocol/frames.js';
import { decodeMessageContent, encodeMessageContent, messageIdFromBytes } from '../../core/protocol/messageContent.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Rng } from '../../core/simulation/Rng.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryLogger } from '../support/dataFolder.js';
import { FakeSessions, type FakeSession } from '../support/FakeSessions.js';
import { GatedMessageStore } from '../support/GatedMessageStore.js';
import { messageIdOf, peerOf, rejection } from '../support/samples.js';
import { settled } from '../support/settled.js';

const ANNA = peerOf(1);
const BEN = peerOf(2);

let stores: MemoryStores;
let gate: GatedMessageStore;
let sessions: FakeSessions;
let clock: VirtualClock;
let facts: DomainEvent[];
let delivery: Delivery;

/** The device starts (again) with what its stores hold. */
async function start(): Promise<void> {
  gate = new GatedMessageStore(stores.messages);
  sessions = new FakeSessions();
  facts = [];
  const hub = new EventHub();
  hub.events$.subscribe((event) => facts.push(event));
  delivery = new Delivery({ store: gate, sessions, facts: hub, clock, random: new Rng(1), logger: new MemoryLogger() });
  sessions.consume(delivery);
  await delivery.start();
}

beforeEach(async () => {
  stores = new MemoryStores();
  clock = new VirtualClock();
  await start();
});

const text = (n: number, words = `text ${n}`): Record => ({
  type: 'msg',
  id: fromHex(messageIdOf(n)),
  content: encodeMessageContent({ type: 'text', createdMs: 1_000 + n, text: words }),
});
const receipt = (n: number, ids: readonly MessageId[]): Record => ({
  type: 'msg',
  id: fromHex(messageIdOf(n)),
  content: encodeMessageContent({ type: 'read', createdMs: 5, ids }),
});
const ack = (id: MessageId): Record => ({ type: 'ack', id: fromHex(id) });

const textsIn = (session: FakeSession): string[] =>
  session.sent.flatMap((record) => {
    const content = record.type === 'msg' ? decodeMessageContent(record.content) : undefined;
    return content?.type === 'text' ? [content.text] : [];
  });
const acksIn = (session: FakeSession): MessageId[] => session.sent.flatMap((record) => (record.type === 'ack' ? [messageIdFromBytes(record.id)] : []));
const factsOf = <T extends DomainEvent['type']>(type: T): Extract<DomainEvent, { type: T }>[] =>
  facts.filter((fact): fact is Extract<DomainEvent, { type: T }> => fact.type === type);
const received = (): string[] => factsOf('message.received').map((fact) => fact.text);
const stateOf = async (id: MessageId): Promise<string | undefined> => (await stores.messages.get(id, ANNA, 'out'))?.state;

describe('sending', () => {
  test('returns when the message is in the store, and not before', async () => {
    gate.shut();
    let sent = false;
    const sending = delivery.send(ANNA, 'hello').then((message) => {
      sent = true;
      return message;
    });
    await settled();
    expect([sent, factsOf('message.queued')]).toEqual([false, []]);
    gate.open();
    const message = await sending;
    expect(await stores.messages.get(message.id, ANNA, 'out')).toEqual(message);
    expect(message).toMatchObject({ text: 'hello', direction: 'out', state: 'queued', createdMs: clock.now() });
    expect(factsOf('message.queued')).toEqual([{ type: 'message.queued', peer: ANNA, id: message.id }]);
  });

  test('wants a session for as long as something is not delivered', async () => {
    const { id } = await delivery.send(ANNA, 'hello');
    expect([sessions.isWanted(ANNA), sessions.isWanted(BEN)]).toEqual([true, false]);
    const session = sessions.connect(ANNA);
    await settled();
    expect(sessions.isWanted(ANNA)).toBe(true);
    sessions.hear(session, ack(id));
    await settled();
    expect(sessions.isWanted(ANNA)).toBe(false);
  });

  test('goes out at once over a session that is open, and is sent, delivered and read in that order', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    const { id } = await delivery.send(ANNA, 'hello');
    await settled();
    expect(textsIn(session)).toEqual(['hello']);
    expect(await stateOf(id)).toBe('sent');
    sessions.hear(session, ack(id));
    await settled();
    expect(await stateOf(id)).toBe('delivered');
    sessions.hear(session, receipt(1, [id]));
    await settled();
    expect(await stateOf(id)).toBe('read');
    expect(facts).toEqual([
      { type: 'message.queued', peer: ANNA, id },
      { type: 'message.sent', peer: ANNA, id },
      { type: 'message.delivered', peer: ANNA, id },
      { type: 'message.read', peer: ANNA, id, by: 'peer' },
    ]);
    expect(acksIn(session)).toEqual([messageIdOf(1)]);
  });

  test('starts again from the oldest unacknowledged on every new session, in order', async () => {
    const ids: MessageId[] = [];
    for (const words of ['one', 'two', 'three']) ids.push((await delivery.send(ANNA, words)).id);
    const first = sessions.connect(ANNA);
    await settled();
    expect(textsIn(first)).toEqual(['one', 'two', 'three']);
    sessions.hear(first, ack(ids[0] ?? messageIdOf(0)));
    sessions.cut(first);
    await settled();
    await delivery.send(ANNA, 'four');
    const second = sessions.connect(ANNA);
    await settled();
    expect(textsIn(second)).toEqual(['two', 'three', 'four']);
    expect(factsOf('message.sent')).toHaveLength(4);
  });

  test('a session that replaces another takes over before the old one is closed', async () => {
    await delivery.send(ANNA, 'one');
    const old = sessions.connect(ANNA);
    await settled();
    const young = sessions.connect(ANNA);
    await settled();
    sessions.cut(old);
    await delivery.send(ANNA, 'two');
    await settled();
    expect([textsIn(old), textsIn(young)]).toEqual([['one'], ['one', 'two']]);
  });

  test('keeps a bounded number in flight and refills as acknowledgements come', async () => {
    const ids: MessageId[] = [];
    for (let i = 0; i < MESSAGES_IN_FLIGHT_MAX + 40; i++) ids.push((await delivery.send(ANNA, `${i}`)).id);
    const session = sessions.connect(ANNA);
    await settled();
    expect(textsIn(session)).toHaveLength(MESSAGES_IN_FLIGHT_MAX);
    for (const id of ids.slice(0, MESSAGES_IN_FLIGHT_MAX / 2)) sessions.hear(session, ack(id));
    await settled();
    expect(textsIn(session)).toHaveLength(1.5 * MESSAGES_IN_FLIGHT_MAX);
    for (const id of ids.slice(0, 1.5 * MESSAGES_IN_FLIGHT_MAX)) sessions.hear(session, ack(id));
    await settled();
    for (const id of ids) sessions.hear(session, ack(id));
    await settled();
    expect(textsIn(session)).toEqual(ids.map((_, i) => `${i}`));
    expect([delivery.waitingCount(ANNA), sessions.isWanted(ANNA)]).toEqual([0, false]);
  });

  test('stops when the link is full and goes on when it is drained', async () => {
    const session = sessions.connect(ANNA);
    session.full = true;
    await settled();
    await Promise.all(['one', 'two', 'three'].map((words) => delivery.send(ANNA, words)));
    await settled();
    expect(textsIn(session)).toEqual(['one']);
    sessions.drain(session);
    await settled();
    expect(textsIn(session)).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['', 'MESSAGE_EMPTY'],
    ['a'.repeat(MESSAGE_TEXT_BYTES_MAX + 1), 'MESSAGE_TOO_LONG'],
    ['é'.repeat(MESSAGE_TEXT_BYTES_MAX / 2 + 1), 'MESSAGE_TOO_LONG'],
  ])('refuses a text out of bounds and keeps nothing of it', async (words, code) => {
    expect(await rejection(delivery.send(ANNA, words))).toBe(code);
    expect([facts, await stores.messages.history({ peer: ANNA, limit: 1 }), sessions.isWanted(ANNA)]).toEqual([[], [], false]);
  });

  test('the longest text there is arrives whole', async () => {
    const session = sessions.connect(ANNA);
    const longest = '字'.repeat(MESSAGE_TEXT_BYTES_MAX / 3);
    await delivery.send(ANNA, longest);
    await settled();
    expect(textsIn(session)).toEqual([longest]);
  });

  test('half a surrogate pair is stored as what the other side will read', async () => {
    const session = sessions.connect(ANNA);
    const message = await delivery.send(ANNA, 'a\ud800b');
    await settled();
    expect([message.text, ...textsIn(session)]).toEqual(['a\ufffdb', 'a\ufffdb']);
  });

  test('a store that fails refuses the message and says why', async () => {
    gate.shut();
    const sending = delivery.send(ANNA, 'hello');
    await settled();
    gate.failOne(new SansfilError('DISK_FULL'));
    expect(await rejection(sending)).toBe('DISK_FULL');
    expect([facts, delivery.waitingCount(ANNA), sessions.isWanted(ANNA)]).toEqual([[], 0, false]);
  });

  test('an outbox that cannot be read closes the session and is tried again on the next, after a rest', async () => {
    await delivery.send(ANNA, 'hello');
    gate.shut();
    const first = sessions.connect(ANNA);
    await settled();
    gate.failOne(new SansfilError('STORE_FAILED', 'the disk is gone'));
    await settled();
    expect(first.ended).toEqual({ mood: 'errory', code: 'STORE_FAILED' });
    expect(factsOf('fault')).toEqual([{ type: 'fault', where: 'messages', code: 'STORE_FAILED', detail: 'the disk is gone' }]);
    gate.open();
    const second = sessions.connect(ANNA);
    await settled();
    expect([textsIn(second), second.pauses]).toEqual([[], 1]);
    clock.advance(STORE_RETRY_MS);
    await settled();
    expect([textsIn(second), second.pauses]).toEqual([['hello'], 0]);
  });
});

describe('a device that starts again', () => {
  test('wants sessions for what its outbox holds and sends it', async () => {
    await delivery.send(ANNA, 'hello');
    await start();
    expect([sessions.isWanted(ANNA), sessions.isWanted(BEN)]).toEqual([true, false]);
    const session = sessions.connect(ANNA);
    await settled();
    expect(textsIn(session)).toEqual(['hello']);
  });

  test('knows how much waits and how much is unread', async () => {
    await delivery.send(ANNA, 'hello');
    const session = sessions.connect(BEN);
    sessions.hear(session, text(1));
    sessions.hear(session, text(2));
    await settled();
    expect([delivery.waitingCount(ANNA), delivery.unreadCount(BEN)]).toEqual([1, 2]);
    await start();
    expect([delivery.waitingCount(ANNA), delivery.unreadCount(ANNA), delivery.waitingCount(BEN), delivery.unreadCount(BEN)]).toEqual([1, 0, 0, 2]);
  });

  test('takes what arrives before it has read its counts, and counts it once', async () => {
    gate = new GatedMessageStore(stores.messages, false);
    delivery = new Delivery({ store: gate, sessions, facts: new EventHub(), clock, random: new Rng(2), logger: new MemoryLogger() });
    sessions.consume(delivery);
    const starting = delivery.start();
    const session = sessions.connect(ANNA);
    sessions.hear(session, text(1));
    await settled();
    expect(acksIn(session)).toEqual([]);
    gate.open();
    await starting;
    await settled();
    expect([acksIn(session), delivery.unreadCount(ANNA)]).toEqual([[messageIdOf(1)], 1]);
  });
});

describe('receiving', () => {
  test('a message is committed, and only then acknowledged and told', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    sessions.hear(session, text(1, 'hi'));
    await settled();
    expect([acksIn(session), received()]).toEqual([[], []]);
    gate.open();
    await settled();
    expect(acksIn(session)).toEqual([messageIdOf(1)]);
    expect(factsOf('message.received')).toEqual([{ type: 'message.received', peer: ANNA, id: messageIdOf(1), text: 'hi', createdMs: 1_001 }]);
    expect(await stores.messages.get(messageIdOf(1), ANNA, 'in')).toMatchObject({ text: 'hi', createdMs: 1_001, storedMs: clock.now(), state: 'received' });
  });

  test('a message that comes again is acknowledged again and told once', async () => {
    const session = sessions.connect(ANNA);
    sessions.hear(session, text(1));
    sessions.hear(session, text(1));
    await settled();
    sessions.hear(session, text(1));
    await settled();
    expect([acksIn(session), received(), delivery.unreadCount(ANNA)]).toEqual([[1, 1, 1].map(messageIdOf), ['text 1'], 1]);
  });

  test('what comes during a commit is committed together in the next, in the order of arrival', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    for (const n of [1, 2, 3, 4]) {
      sessions.hear(session, text(n));
      await settled();
    }
    expect(gate.waiting).toEqual(['receive']);
    gate.letOne();
    await settled();
    expect([received(), gate.waiting]).toEqual([['text 1'], ['receive']]);
    gate.letOne();
    await settled();
    expect([received(), gate.waiting]).toEqual([['text 1', 'text 2', 'text 3', 'text 4'], []]);
    expect(acksIn(session)).toEqual([1, 2, 3, 4].map(messageIdOf));
  });

  test('a session that closes in the middle of a commit loses nothing and doubles nothing', async () => {
    const first = sessions.connect(ANNA);
    await settled();
    gate.shut();
    sessions.hear(first, text(1));
    sessions.cut(first);
    const second = sessions.connect(ANNA);
    for (const n of [1, 2]) sessions.hear(second, text(n));
    gate.open();
    await settled();
    expect(received()).toEqual(['text 1', 'text 2']);
    expect([acksIn(first), acksIn(second)]).toEqual([[], [messageIdOf(1), messageIdOf(2)]]);
  });

  test('a full disk acknowledges nothing, closes the session and loses nothing', async () => {
    const first = sessions.connect(ANNA);
    await settled();
    gate.shut();
    for (const n of [1, 2, 3]) sessions.hear(first, text(n));
    await settled();
    gate.failOne(new SansfilError('DISK_FULL'));
    await settled();
    expect([acksIn(first), received(), first.ended]).toEqual([[], [], { mood: 'errory', code: 'DISK_FULL' }]);
    expect(factsOf('fault')).toMatchObject([{ where: 'messages', code: 'DISK_FULL' }]);
    sessions.hear(first, text(4));
    gate.open();
    await settled();
    expect([await stores.messages.unread(ANNA), delivery.unreadCount(ANNA)]).toEqual([[], 0]);

    const second = sessions.connect(ANNA);
    expect(second.pauses).toBe(1);
    clock.advance(STORE_RETRY_MS);
    expect(second.pauses).toBe(0);
    for (const n of [1, 2, 3, 4]) sessions.hear(second, text(n));
    await settled();
    expect(received()).toEqual([1, 2, 3, 4].map((n) => `text ${n}`));
    expect(acksIn(second)).toEqual([1, 2, 3, 4].map(messageIdOf));
  });

  test('a friend who sends faster than our disk is not read until it catches up', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    for (let n = 1; n <= UNCOMMITTED_RECORDS_MAX - 1; n++) sessions.hear(session, text(n));
    expect(session.pauses).toBe(0);
    sessions.hear(session, text(UNCOMMITTED_RECORDS_MAX));
    sessions.hear(session, text(UNCOMMITTED_RECORDS_MAX + 1));
    expect(session.pauses).toBe(1);
    gate.open();
    await settled();
    expect([session.pauses, received().length]).toEqual([0, UNCOMMITTED_RECORDS_MAX + 1]);
  });

  test('long messages fill the bound by their bytes', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    for (let n = 1; n <= 17; n++) sessions.hear(session, text(n, 'a'.repeat(MESSAGE_TEXT_BYTES_MAX)));
    expect(session.pauses).toBe(1);
    gate.open();
    await settled();
    expect(session.pauses).toBe(0);
  });

  test('one friend at the bound does not hold up another', async () => {
    const [anna, ben] = [sessions.connect(ANNA), sessions.connect(BEN)];
    await settled();
    gate.shut();
    for (let n = 1; n <= UNCOMMITTED_RECORDS_MAX; n++) sessions.hear(anna, text(n));
    sessions.hear(ben, text(1));
    expect([anna.pauses, ben.pauses]).toEqual([1, 0]);
  });

  test.each([
    ['a text that is not UTF-8', { type: 'msg', id: fromHex(messageIdOf(1)), content: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0xc3) }, 'UTF8_INVALID'],
    ['content of an unknown type', { type: 'msg', id: fromHex(messageIdOf(1)), content: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0) }, 'RECORD_MALFORMED'],
    ['a record that is no message', { type: 'pause', transferId: fromHex(messageIdOf(1)) }, 'RECORD_UNKNOWN'],
  ] as const)('%s is refused by a throw with blame on the peer', async (_, record, code) => {
    const session = sessions.connect(ANNA);
    expect(() => sessions.hear(session, record)).toThrow(expect.objectContaining({ code, blame: 'peer' }));
    await settled();
    expect([facts, acksIn(session)]).toEqual([[], []]);
  });

  test('an acknowledgement of what was never sent changes nothing', async () => {
    const session = sessions.connect(ANNA);
    sessions.hear(session, ack(messageIdOf(77)));
    await settled();
    expect([facts, session.ended]).toEqual([[], undefined]);
  });

  test('an acknowledgement that cannot be stored closes the session, and the message goes out again', async () => {
    const { id } = await delivery.send(ANNA, 'hello');
    const first = sessions.connect(ANNA);
    await settled();
    gate.shut();
    sessions.hear(first, ack(id));
    await settled();
    gate.failOne(new SansfilError('DISK_FULL'));
    await settled();
    expect([first.ended?.code, factsOf('message.delivered')]).toEqual(['DISK_FULL', []]);
    gate.open();
    const second = sessions.connect(ANNA);
    clock.advance(STORE_RETRY_MS);
    await settled();
    expect(textsIn(second)).toEqual(['hello']);
    sessions.hear(second, ack(id));
    await settled();
    expect([factsOf('message.delivered').length, delivery.waitingCount(ANNA)]).toEqual([1, 0]);
  });
});

describe('reading', () => {
  test('marks everything unread, tells the peer over the outbox, and returns it oldest first', async () => {
    const session = sessions.connect(ANNA);
    for (const n of [1, 2]) sessions.hear(session, text(n));
    await settled();
    const read = await delivery.markRead(ANNA);
    await settled();
    expect(read.map(({ id, state }) => [id, state])).toEqual([1, 2].map((n) => [messageIdOf(n), 'read']));
    expect(factsOf('message.read')).toEqual([1, 2].map((n) => ({ type: 'message.read', peer: ANNA, id: messageIdOf(n), by: 'me' })));
    const [content] = session.sent.flatMap((record) => (record.type === 'msg' ? [decodeMessageContent(record.content)] : []));
    expect(content).toEqual({ type: 'read', createdMs: clock.now(), ids: [messageIdOf(1), messageIdOf(2)] });
    expect([await delivery.markRead(ANNA), delivery.unreadCount(ANNA)]).toEqual([[], 0]);
  });

  test('a receipt waits for a session, over a restart too, and is sent again until it is acknowledged', async () => {
    const session = sessions.connect(ANNA);
    sessions.hear(session, text(1));
    await settled();
    sessions.cut(session);
    await delivery.markRead(ANNA);
    expect(sessions.isWanted(ANNA)).toBe(true);
    await start();
    expect(sessions.isWanted(ANNA)).toBe(true);
    const again = sessions.connect(ANNA);
    await settled();
    const [sent] = again.sent;
    expect(sent).toMatchObject({ type: 'msg' });
    if (sent?.type === 'msg') sessions.hear(again, { type: 'ack', id: sent.id });
    await settled();
    expect([sessions.isWanted(ANNA), delivery.waitingCount(ANNA), await stores.messages.outboxPeers()]).toEqual([false, 0, []]);
  });

  test('two who read at once name each message once', async () => {
    const session = sessions.connect(ANNA);
    for (const n of [1, 2]) sessions.hear(session, text(n));
    await settled();
    const [first, second] = await Promise.all([delivery.markRead(ANNA), delivery.markRead(ANNA)]);
    expect([first.length, second.length, factsOf('message.read').length, delivery.unreadCount(ANNA)]).toEqual([2, 0, 2, 0]);
  });

  test('more than one receipt may name is split', async () => {
    await stores.messages.receive(Array.from({ length: 1_001 }, (_, n) => ({ id: messageIdOf(n + 1), peer: ANNA, text: 'x', createdMs: 1, storedMs: 1 })));
    await start();
    expect(await delivery.markRead(ANNA)).toHaveLength(1_001);
    expect(await stores.messages.outbox(ANNA, 0, 10)).toHaveLength(2);
  });

  test('a receipt that comes before the acknowledgement still tells of the delivery first', async () => {
    const { id } = await delivery.send(ANNA, 'hello');
    const session = sessions.connect(ANNA);
    await settled();
    sessions.hear(session, receipt(1, [id]));
    sessions.hear(session, ack(id));
    await settled();
    expect(facts.map(({ type }) => type)).toEqual(['message.queued', 'message.sent', 'message.delivered', 'message.read']);
    expect([await stateOf(id), delivery.waitingCount(ANNA), sessions.isWanted(ANNA)]).toEqual(['read', 0, false]);
  });

  test('a receipt for messages that are not ours to that peer changes nothing', async () => {
    const { id } = await delivery.send(ANNA, 'hello');
    const ben = sessions.connect(BEN);
    sessions.hear(ben, receipt(1, [id, messageIdOf(5)]));
    await settled();
    expect([await stateOf(id), factsOf('message.read'), acksIn(ben)]).toEqual(['queued', [], [messageIdOf(1)]]);
  });
});

describe('an end', () => {
  test('forgetting a peer stops what waits for them', async () => {
    await delivery.send(ANNA, 'hello');
    delivery.forget(ANNA);
    await settled();
    expect([sessions.isWanted(ANNA), delivery.waitingCount(ANNA), await stores.messages.outboxPeers()]).toEqual([false, 0, []]);
    expect(await stores.messages.history({ peer: ANNA, limit: 5 })).toHaveLength(1);
  });

  test('stopping waits for what is being written and takes nothing more', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    sessions.hear(session, text(1));
    sessions.hear(session, text(2));
    await settled();
    let stopped = false;
    const stopping = delivery.stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    gate.open();
    await stopping;
    sessions.hear(session, text(3));
    await settled();
    expect([received(), acksIn(session)]).toEqual([['text 1'], [messageIdOf(1)]]);
    expect(await rejection(delivery.send(ANNA, 'late'))).toBe('STOPPED');
    expect(await rejection(delivery.markRead(ANNA))).toBe('STOPPED');
  });

  test('a device that never started stops', async () => {
    await new Delivery({ store: gate, sessions, facts: new EventHub(), clock, random: new Rng(3), logger: new MemoryLogger() }).stop();
    expect(facts).toEqual([]);
  });

  test('what it logs and what it faults never holds a text', async () => {
    const session = sessions.connect(ANNA);
    await settled();
    gate.shut();
    sessions.hear(session, text(1, 'the planted secret'));
    await settled();
    gate.failOne(new SansfilError('STORE_FAILED', 'no'));
    await settled();
    expect(JSON.stringify(facts)).not.toContain('planted');
    expect(utf8(JSON.stringify(facts)).length).toBeGreaterThan(10);
  });
});
