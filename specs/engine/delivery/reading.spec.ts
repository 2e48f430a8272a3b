import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHex } from '../../../core/base/bytes.js';
import { SansfilError } from '../../../core/base/errors.js';
import { STORE_RETRY_MS } from '../../../core/base/limits.js';
import { decodeMessageContent } from '../../../core/protocol/messageContent.js';
import { ack, acksIn, ANNA, BEN, DeliveryBench, receipt, text } from '../../support/DeliveryBench.js';
import { messageIdOf, rejection } from '../../support/samples.js';
import { settled } from '../../support/settled.js';

let bench: DeliveryBench;
beforeEach(async () => {
  bench = new DeliveryBench();
  await bench.start();
});

describe('reading', () => {
  test('marks everything unread, tells the peer over the outbox, and returns it oldest first', async () => {
    const session = bench.sessions.connect(ANNA);
    for (const n of [1, 2]) bench.sessions.hear(session, text(n));
    await settled();
    const read = await bench.delivery.markRead(ANNA);
    await settled();
    expect(read.map(({ id, state }) => [id, state])).toEqual([1, 2].map((n) => [messageIdOf(n), 'read']));
    expect(bench.factsOf('message.read')).toEqual([1, 2].map((n) => ({ type: 'message.read', peer: ANNA, id: messageIdOf(n), by: 'me' })));
    const [content] = session.sent.flatMap((record) => (record.type === 'msg' ? [decodeMessageContent(record.content)] : []));
    expect(content).toEqual({ type: 'read', createdMs: bench.clock.now(), ids: [messageIdOf(1), messageIdOf(2)] });
    expect([await bench.delivery.markRead(ANNA), bench.delivery.unreadCount(ANNA)]).toEqual([[], 0]);
  });

  test('a receipt waits for a session, over a restart too, and is sent again until it is acknowledged', async () => {
    const session = bench.sessions.connect(ANNA);
    bench.sessions.hear(session, text(1));
    await settled();
    bench.sessions.cut(session);
    await bench.delivery.markRead(ANNA);
    expect(bench.sessions.isWanted(ANNA)).toBe(true);
    await bench.start();
    expect(bench.sessions.isWanted(ANNA)).toBe(true);
    const again = bench.sessions.connect(ANNA);
    await settled();
    const [sent] = again.sent;
    expect(sent).toMatchObject({ type: 'msg' });
    if (sent?.type === 'msg') bench.sessions.hear(again, { type: 'ack', id: sent.id });
    await settled();
    expect([bench.sessions.isWanted(ANNA), bench.delivery.waitingCount(ANNA), await bench.stores.messages.outboxPeers()]).toEqual([false, 0, []]);
  });

  test('two who read at once name each message once', async () => {
    const session = bench.sessions.connect(ANNA);
    for (const n of [1, 2]) bench.sessions.hear(session, text(n));
    await settled();
    const [first, second] = await Promise.all([bench.delivery.markRead(ANNA), bench.delivery.markRead(ANNA)]);
    expect([first.length, second.length, bench.factsOf('message.read').length, bench.delivery.unreadCount(ANNA)]).toEqual([2, 0, 2, 0]);
  });

  test('more than one receipt may name is split', async () => {
    await bench.stores.messages.receive(
      Array.from({ length: 1_001 }, (_, n) => ({ id: messageIdOf(n + 1), peer: ANNA, text: 'x', createdMs: 1, storedMs: 1 })),
    );
    await bench.start();
    expect(await bench.delivery.markRead(ANNA)).toHaveLength(1_001);
    expect(await bench.stores.messages.outbox(ANNA, 0, 10)).toHaveLength(2);
  });

  test('a receipt that comes before the acknowledgement still tells of the delivery first', async () => {
    const { id } = await bench.delivery.send(ANNA, 'hello');
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.sessions.hear(session, receipt(1, [id]));
    bench.sessions.hear(session, ack(id));
    await settled();
    expect(bench.facts.map(({ type }) => type)).toEqual(['message.queued', 'message.sent', 'message.delivered', 'message.read']);
    expect([await bench.stateOf(id), bench.delivery.waitingCount(ANNA), bench.sessions.isWanted(ANNA)]).toEqual(['read', 0, false]);
  });

  test('a receipt for messages that are not ours to that peer changes nothing', async () => {
    const { id } = await bench.delivery.send(ANNA, 'hello');
    const ben = bench.sessions.connect(BEN);
    bench.sessions.hear(ben, receipt(1, [id, messageIdOf(5)]));
    await settled();
    expect([await bench.stateOf(id), bench.factsOf('message.read'), acksIn(ben)]).toEqual(['queued', [], [messageIdOf(1)]]);
  });
});

describe('an end', () => {
  test('an acknowledgement that comes after a peer was forgotten counts for nothing', async () => {
    const session = bench.sessions.connect(ANNA);
    const { id } = await bench.delivery.send(ANNA, 'on its way');
    await settled();
    bench.delivery.forget(ANNA);
    bench.sessions.hear(session, { type: 'ack', id: fromHex(id) });
    await settled();
    expect(bench.delivery.waitingCount(ANNA)).toBe(0);
  });

  test('forgetting a peer stops what waits for them', async () => {
    await bench.delivery.send(ANNA, 'hello');
    bench.delivery.forget(ANNA);
    await settled();
    expect([bench.sessions.isWanted(ANNA), bench.delivery.waitingCount(ANNA), await bench.stores.messages.outboxPeers()]).toEqual([false, 0, []]);
    expect(await bench.stores.messages.history({ peer: ANNA, limit: 5 })).toHaveLength(1);
  });

  test('who is removed while it is looked what is unread gets no receipt', async () => {
    const session = bench.sessions.connect(ANNA);
    bench.sessions.hear(session, text(1));
    await settled();
    bench.gate.shut();
    const refusal = rejection(bench.delivery.markRead(ANNA));
    await settled();
    bench.delivery.forget(ANNA);
    bench.gate.open();
    expect(await refusal).toBe('FRIEND_UNKNOWN');
    await settled();
    expect(await bench.stores.messages.outboxPeers()).toEqual([]);
  });

  test('of a message that was read its delivery is told also when the disk refused to note that at first', async () => {
    const session = bench.sessions.connect(ANNA);
    const { id } = await bench.delivery.send(ANNA, 'hello');
    await settled();
    bench.gate.shut();
    bench.sessions.hear(session, receipt(1, [id]));
    await settled();
    bench.gate.failOne(new SansfilError('STORE_FAILED'));
    bench.gate.open();
    await settled();
    bench.sessions.cut(session);
    const next = bench.sessions.connect(ANNA);
    bench.clock.advance(STORE_RETRY_MS);
    await settled();
    bench.sessions.hear(next, receipt(1, [id]));
    await settled();
    expect(bench.facts.filter(({ type }) => type === 'message.delivered' || type === 'message.read').map(({ type }) => type)).toEqual([
      'message.delivered',
      'message.read',
    ]);
    expect(bench.delivery.waitingCount(ANNA)).toBe(0);
  });

  test('stopping waits for what is being written and takes nothing more', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    bench.sessions.hear(session, text(1));
    bench.sessions.hear(session, text(2));
    await settled();
    let stopped = false;
    const stopping = bench.delivery.stop().then(() => {
      stopped = true;
    });
    await settled();
    expect(stopped).toBe(false);
    bench.gate.open();
    await stopping;
    bench.sessions.hear(session, text(3));
    await settled();
    expect([bench.received(), acksIn(session)]).toEqual([['text 1'], [messageIdOf(1)]]);
    expect(await rejection(bench.delivery.send(ANNA, 'late'))).toBe('STOPPED');
    expect(await rejection(bench.delivery.markRead(ANNA))).toBe('STOPPED');
  });

  test('a device that never started stops', async () => {
    await bench.make().stop();
    expect(bench.facts).toEqual([]);
  });

  test('what it logs and what it faults never holds a text', async () => {
    const session = bench.sessions.connect(ANNA);
    await settled();
    bench.gate.shut();
    bench.sessions.hear(session, text(1, 'the planted secret'));
    await settled();
    bench.gate.failOne(new SansfilError('STORE_FAILED', 'no'));
    await settled();
    expect(bench.logger.lines).toHaveLength(1);
    expect(bench.factsOf('fault')).toHaveLength(1);
    expect(JSON.stringify([bench.facts, bench.logger.lines])).not.toContain('planted');
  });
});
