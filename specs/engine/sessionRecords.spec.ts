import { describe, expect, test } from '@jest/globals';
import { BULK_BYTES_MAX, BULK_SIGN_MS, FRAME_BYTES_MAX, RECORD_PAD_BYTES, REKEY_RECORDS, SEND_QUEUE_BYTES_MAX } from '../../core/base/limits.js';
import type { Record } from '../../core/protocol/frames.js';
import { nodePrimitives } from '../../plugins/node-primitives/nodePrimitives.js';
import { RawPeer, READY } from '../support/rawPeer.js';
import { SessionWorld, type Party } from '../support/sessionWorld.js';

const message = (n: number, bytes = 10): Record => ({ type: 'msg', id: new Uint8Array(16).fill(n & 255), content: new Uint8Array(bytes).fill(n & 255) });

function plaintext(type: number, body: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(RECORD_PAD_BYTES);
  bytes.set([type, 0, body.length, ...body]);
  return bytes;
}

async function raw(): Promise<{ world: SessionWorld; board: Party; peer: RawPeer }> {
  const world = new SessionWorld();
  const board = await world.party('board');
  return { world, board, peer: await new RawPeer(world, board).open() };
}

async function ending(board: Party, world: SessionWorld): Promise<unknown> {
  await world.run(20);
  return board.of('session.closed').map(({ mood, code }) => ({ mood, code }));
}

describe('[P-3.11] a record that does not follow the protocol', () => {
  test.each([
    ['of an unknown type below 0x80', plaintext(0x44), 'RECORD_UNKNOWN'],
    ['of a known type that nobody takes', plaintext(0x7f), 'RECORD_UNKNOWN'],
    ['whose body is longer than it', plaintext(0x10, [1, 2]).fill(0xff, 1, 3), 'RECORD_MALFORMED'],
    ['that is not padded', plaintext(0x01, [1, 2, 3, 4, 5, 6, 7, 8]).subarray(0, 11), 'RECORD_MALFORMED'],
    ['padded with anything but zeros', plaintext(0x01, [1, 2, 3, 4, 5, 6, 7, 8]).fill(1, 20), 'RECORD_MALFORMED'],
    ['whose body is too short for its type', plaintext(0x02, [1]), 'RECORD_MALFORMED'],
    ['that closes for a reason there is not', plaintext(0x03, [99]), 'RECORD_MALFORMED'],
    ['of no bytes at all', new Uint8Array(0), 'RECORD_MALFORMED'],
  ])('%s ends the session', async (_what, bytes, code) => {
    const { world, board, peer } = await raw();
    peer.sendPlaintext(bytes);
    expect(await ending(board, world)).toEqual([{ mood: 'errory', code }]);
    expect(peer.read().at(-1)).toEqual({ type: 'close', reason: 'protocol' });
    expect(peer.ended).toBe(true);
    expect(board.of('fault')).toEqual([]);
  });

  test.each([
    ['a frame of an unknown kind', Uint8Array.of(2, 1, 2, 3), 'FRAME_MALFORMED', 'errory'],
    ['bulk bytes without bytes', Uint8Array.of(1, 0, 7), 'FRAME_MALFORMED', 'errory'],
    ['a record cut short', Uint8Array.of(0, 1, 2), 'DECRYPT_FAILED', 'scary'],
    ['a record of nothing', Uint8Array.of(0), 'DECRYPT_FAILED', 'scary'],
  ])('%s ends the session', async (_what, frame, code, mood) => {
    const { world, board, peer } = await raw();
    peer.sendRaw(frame);
    expect(await ending(board, world)).toEqual([{ mood, code }]);
  });

  test('of a type from 0x80 on is passed over', async () => {
    const { world, board, peer } = await raw();
    peer.sendPlaintext(plaintext(0x80, [1, 2, 3]));
    peer.sendPlaintext(plaintext(0xff));
    peer.send({ type: 'contactSecret', secret: new Uint8Array(32) });
    peer.send(message(1));
    expect(await ending(board, world)).toEqual([]);
    expect(board.consumer.records).toHaveLength(1);
  });
});

describe('[P-3.10] before READY', () => {
  test.each([
    ['a message', message(1)],
    ['a ping', { type: 'ping', echo: new Uint8Array(8) }],
    ['a close', { type: 'close', reason: 'done' }],
  ] as const)('%s ends the session, which never was one', async (_what, record) => {
    const world = new SessionWorld();
    const board = await world.party('board');
    const peer = new RawPeer(world, board);
    await peer.shakeHands();
    peer.send(record);
    await world.run(20);
    expect(board.facts).toEqual([{ type: 'session.refused', peer: peer.id, mood: 'errory', code: 'FRAME_UNEXPECTED' }]);
    expect(board.consumer.records).toEqual([]);
  });

  test('the other side sends READY and nothing else', async () => {
    const world = new SessionWorld();
    const board = await world.party('board');
    const peer = new RawPeer(world, board);
    await peer.shakeHands();
    await world.run(1_000);
    expect(peer.read()).toEqual([READY]);
    expect(board.registry.sessions()).toEqual([]);
  });

  test('a second READY ends the session', async () => {
    const { world, board, peer } = await raw();
    peer.send(READY);
    expect(await ending(board, world)).toEqual([{ mood: 'errory', code: 'FRAME_UNEXPECTED' }]);
  });
});

describe('[P-3.12] a replayed record', () => {
  test('ends the session in a scary mood, without an answer', async () => {
    const { world, board, peer } = await raw();
    peer.send(message(1));
    await world.run(10);
    peer.received.length = 0;
    const again = peer.wire.sent.filter(({ from }) => from === 'caller').at(-1);
    peer.sendRaw(again?.frame ?? new Uint8Array(1));
    expect(await ending(board, world)).toEqual([{ mood: 'scary', code: 'DECRYPT_FAILED' }]);
    expect(board.consumer.records).toHaveLength(1);
    expect(peer.received).toEqual([]);
  });

  test('of another session is never accepted, whichever it is', async () => {
    const { world, board, peer } = await raw();
    for (let n = 0; n < 20; n++) peer.send(message(n));
    await world.run(20);
    const recorded = peer.wire.sent.filter(({ from }) => from === 'caller').map(({ frame }) => frame);
    const before = board.consumer.records.length;
    for (const frame of recorded) {
      await world.run(1_000);
      const fresh = await new RawPeer(world, board, 'raw', `host ${recorded.indexOf(frame)}`).open();
      expect(board.registry.open(fresh.id)).toBeDefined();
      fresh.sendRaw(frame);
      await world.run(20);
      expect(board.registry.open(fresh.id)).toBeUndefined();
    }
    expect(board.consumer.records).toHaveLength(before);
  });

  test('that changes places with the next one ends the session', async () => {
    const { world, board, peer } = await raw();
    peer.wire.intercept = (frame, from, index) => (from === 'caller' && index === 3 ? [] : [frame]);
    peer.send(message(1));
    peer.send(message(2));
    expect(await ending(board, world)).toEqual([{ mood: 'scary', code: 'DECRYPT_FAILED' }]);
    expect(board.consumer.records).toEqual([]);
  });
});

describe('PING', () => {
  test('is answered by PONG with the same bytes', async () => {
    const { world, peer } = await raw();
    peer.read();
    peer.send({ type: 'ping', echo: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    await world.run(10);
    expect(peer.read()).toEqual([{ type: 'pong', echo: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }]);
  });
});

describe('[P-6.5] whatever a peer says', () => {
  test('is told of as a sign of life, but not more often than it takes to be one', async () => {
    const { world, board, peer } = await raw();
    const before = board.consumer.signs;
    for (let n = 0; n < 30; n++) {
      await world.run(BULK_SIGN_MS / 10);
      peer.send(message(n));
    }
    await world.run(10);
    expect(board.consumer.signs).toBe(before + 3);
  });

  test('that it goes is none', async () => {
    const { world, board, peer } = await raw();
    const before = board.consumer.signs;
    await world.run(BULK_SIGN_MS - 1);
    peer.read();
    await world.run(2);
    peer.send({ type: 'close', reason: 'done' });
    await world.run(10);
    expect(board.of('session.closed')).toHaveLength(1);
    expect(board.consumer.signs).toBe(before);
  });
});

describe('a peer that does not take what is sent', () => {
  test('makes send say so, and drained says when it goes on', async () => {
    const { world, board, peer } = await raw();
    const session = board.registry.open(peer.id);
    peer.wire.stalled.called = true;
    expect(session?.send(message(1))).toBe(false);
    expect(session?.sendBulk(1, new Uint8Array(100_000), () => undefined)).toBe(false);
    peer.wire.drain('called');
    expect(board.consumer.drains).toBe(1);
    expect(session?.send(message(2))).toBe(true);
    await world.run(10);
    expect(board.of('session.closed')).toEqual([]);
  });

  test('ends the session when more waits than a queue may hold', async () => {
    const { world, board, peer } = await raw();
    const session = board.registry.open(peer.id);
    peer.wire.stalled.called = true;
    let sent = 0;
    for (; session && sent <= SEND_QUEUE_BYTES_MAX; sent += 60_000) session.send(message(1, 60_000));
    expect(await ending(board, world)).toEqual([{ mood: 'errory', code: 'SEND_QUEUE_FULL' }]);
  });
});

describe('[P-6.5] bulk bytes', () => {
  test('leave in frames of the longest kind and one with the rest; none at all are a bug', async () => {
    const { world, board, peer } = await raw();
    const session = board.registry.open(peer.id);
    peer.wire.sent.length = 0;
    session?.sendBulk(1, new Uint8Array(2 * BULK_BYTES_MAX + 1), () => undefined);
    await world.run(10);
    expect(peer.wire.sent.map(({ frame }) => frame.length)).toEqual([FRAME_BYTES_MAX, FRAME_BYTES_MAX, 4]);
    expect(() => session?.sendBulk(1, new Uint8Array(0), () => undefined)).toThrow(expect.objectContaining({ code: 'BUG' }));
  });
});

describe('[P-3.13] the keys of a session', () => {
  test('are replaced by count while records of both directions pass, and none is lost or out of order', async () => {
    const world = new SessionWorld();
    const options = { primitives: nodePrimitives };
    const [pi, board] = [await world.party('pi', options), await world.party('board', options)];
    pi.want(board);
    await world.run(100);
    const [mine, theirs] = [pi.registry.open(board.id), board.registry.open(pi.id)];
    let [expected, out] = [0, 0];
    board.consumer.onRecord = (_session, record) => {
      if (record.type === 'ack' && record.id[0] === (expected & 255)) expected++;
      board.consumer.records.length = 0;
    };
    pi.consumer.onRecord = () => {
      pi.consumer.records.length = 0;
      out++;
    };
    const count = REKEY_RECORDS + 100;
    for (let n = 0; n < count; n++) {
      mine?.send({ type: 'ack', id: new Uint8Array(16).fill(n & 255) });
      if (n % 2 === 0) theirs?.send({ type: 'ack', id: new Uint8Array(16) });
      if (n % 2_000 === 0) await world.run(10);
      world.net.last.sent.length = 0;
    }
    await world.run(1_000);
    expect(expected).toBe(count);
    expect(out).toBe(count / 2);
    expect([...pi.of('session.closed'), ...board.of('session.closed')]).toEqual([]);
  }, 60_000);
});
