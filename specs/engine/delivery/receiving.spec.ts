import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHex } from '../../../core/base/bytes.js';
import { SansfilError } from '../../../core/base/errors.js';
import { MESSAGE_TEXT_BYTES_MAX, STORE_RETRY_MS, UNCOMMITTED_RECORDS_MAX } from '../../../core/base/limits.js';
import { ack, acksIn, ANNA, BEN, DeliveryBench, text, textsIn } from '../../support/DeliveryBench.js';
import { messageIdOf } from '../../support/samples.js';
import { settled } from '../../support/settled.js';

let bench: DeliveryBench;
beforeEach(async () => {
  bench = new DeliveryBench();
  await bench.start();
});

describe('[P-3.11] receiving', () => {
  test('a message is committed, and only then acknowledged and told', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    bench.sessions.hear(session, text(1, 'hi'));
    await settled();
    expect([acksIn(session), bench.received()]).toEqual([[], []]);
    bench.gate.open();
    await settled();
    expect(acksIn(session)).toEqual([messageIdOf(1)]);
    expect(bench.factsOf('message.received')).toEqual([{ type: 'message.received', peer: ANNA, id: messageIdOf(1), text: 'hi', createdMs: 1_001 }]);
    expect(await bench.stores.messages.get(messageIdOf(1), ANNA, 'in')).toMatchObject({
      text: 'hi',
      createdMs: 1_001,
      storedMs: bench.clock.now(),
      state: 'received',
    });
  });

  test('a message that comes again is acknowledged again and told once', async () => {
    const session = bench.sessions.connect(ANNA);
    bench.sessions.hear(session, text(1));
    bench.sessions.hear(session, text(1));
    await settled();
    bench.sessions.hear(session, text(1));
    await settled();
    expect([acksIn(session), bench.received(), bench.delivery.unreadCount(ANNA)]).toEqual([[1, 1, 1].map(messageIdOf), ['text 1'], 1]);
  });

  test('what comes during a commit is committed together in the next, in the order of arrival', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    for (const n of [1, 2, 3, 4]) {
      bench.sessions.hear(session, text(n));
      await settled();
    }
    expect(bench.gate.waiting).toEqual(['receive']);
    bench.gate.letOne();
    await settled();
    expect([bench.received(), bench.gate.waiting]).toEqual([['text 1'], ['receive']]);
    bench.gate.letOne();
    await settled();
    expect([bench.received(), bench.gate.waiting]).toEqual([['text 1', 'text 2', 'text 3', 'text 4'], []]);
    expect(acksIn(session)).toEqual([1, 2, 3, 4].map(messageIdOf));
  });

  test('a session that closes in the middle of a commit loses nothing and doubles nothing', async () => {
    const first = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    bench.sessions.hear(first, text(1));
    bench.sessions.cut(first);
    const second = bench.sessions.connect(ANNA);
    for (const n of [1, 2]) bench.sessions.hear(second, text(n));
    bench.gate.open();
    await settled();
    expect(bench.received()).toEqual(['text 1', 'text 2']);
    expect([acksIn(first), acksIn(second)]).toEqual([[], [messageIdOf(1), messageIdOf(2)]]);
  });

  test('a full disk acknowledges nothing, closes the session and loses nothing', async () => {
    const first = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    for (const n of [1, 2, 3]) bench.sessions.hear(first, text(n));
    await settled();
    bench.gate.failOne(new SansfilError('DISK_FULL'));
    await settled();
    expect([acksIn(first), bench.received(), first.ended]).toEqual([[], [], { mood: 'errory', code: 'DISK_FULL' }]);
    expect(bench.factsOf('fault')).toMatchObject([{ where: 'messages', code: 'DISK_FULL' }]);
    bench.sessions.hear(first, text(4));
    bench.gate.open();
    await settled();
    expect([await bench.stores.messages.unread(ANNA), bench.delivery.unreadCount(ANNA)]).toEqual([[], 0]);

    const second = bench.sessions.connect(ANNA);
    expect(second.pauses).toBe(1);
    bench.clock.advance(STORE_RETRY_MS);
    expect(second.pauses).toBe(0);
    for (const n of [1, 2, 3, 4]) bench.sessions.hear(second, text(n));
    await settled();
    expect(bench.received()).toEqual([1, 2, 3, 4].map((n) => `text ${n}`));
    expect(acksIn(second)).toEqual([1, 2, 3, 4].map(messageIdOf));
  });

  test('a friend who sends faster than our disk is not read until it catches up', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    for (let n = 1; n <= UNCOMMITTED_RECORDS_MAX - 1; n++) bench.sessions.hear(session, text(n));
    expect(session.pauses).toBe(0);
    bench.sessions.hear(session, text(UNCOMMITTED_RECORDS_MAX));
    bench.sessions.hear(session, text(UNCOMMITTED_RECORDS_MAX + 1));
    expect(session.pauses).toBe(1);
    bench.gate.open();
    await settled();
    expect([session.pauses, bench.received().length]).toEqual([0, UNCOMMITTED_RECORDS_MAX + 1]);
  });

  test('long messages fill the bound by their bytes', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    for (let n = 1; n <= 17; n++) bench.sessions.hear(session, text(n, 'a'.repeat(MESSAGE_TEXT_BYTES_MAX)));
    expect(session.pauses).toBe(1);
    bench.gate.open();
    await settled();
    expect(session.pauses).toBe(0);
  });

  test('one friend at the bound does not hold up another', async () => {
    const [anna, ben] = [bench.sessions.connect(ANNA), bench.sessions.connect(BEN)];
    await settled();
    bench.gate.shut();
    for (let n = 1; n <= UNCOMMITTED_RECORDS_MAX; n++) bench.sessions.hear(anna, text(n));
    bench.sessions.hear(ben, text(1));
    expect([anna.pauses, ben.pauses]).toEqual([1, 0]);
  });

  test.each([
    ['a text that is not UTF-8', { type: 'msg', id: fromHex(messageIdOf(1)), content: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0xc3) }, 'UTF8_INVALID'],
    ['content of an unknown type', { type: 'msg', id: fromHex(messageIdOf(1)), content: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0) }, 'RECORD_MALFORMED'],
    ['a record that is no message', { type: 'pause', transferId: fromHex(messageIdOf(1)), what: 'sender' }, 'RECORD_UNKNOWN'],
  ] as const)('%s is refused by a throw with blame on the peer', async (_, record, code) => {
    const session = bench.sessions.connect(ANNA);
    expect(() => bench.sessions.hear(session, record)).toThrow(expect.objectContaining({ code, blame: 'peer' }));
    await settled();
    expect([bench.facts, acksIn(session)]).toEqual([[], []]);
  });

  test('an acknowledgement of what was never sent changes nothing', async () => {
    const session = bench.sessions.connect(ANNA);
    bench.sessions.hear(session, ack(messageIdOf(77)));
    await settled();
    expect([bench.facts, session.ended]).toEqual([[], undefined]);
  });

  test('an acknowledgement that cannot be stored closes the session, and the message goes out again', async () => {
    const { id } = await bench.delivery.send(ANNA, 'hello');
    const first = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    bench.sessions.hear(first, ack(id));
    await settled();
    bench.gate.failOne(new SansfilError('DISK_FULL'));
    await settled();
    expect([first.ended?.code, bench.factsOf('message.delivered')]).toEqual(['DISK_FULL', []]);
    bench.gate.open();
    const second = bench.sessions.connect(ANNA);
    bench.clock.advance(STORE_RETRY_MS);
    await settled();
    expect(textsIn(second)).toEqual(['hello']);
    bench.sessions.hear(second, ack(id));
    await settled();
    expect([bench.factsOf('message.delivered').length, bench.delivery.waitingCount(ANNA)]).toEqual([1, 0]);
  });
});
