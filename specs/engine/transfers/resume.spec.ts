import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK_BYTES_DEFAULT, CHUNK_CORRUPT_MAX, SYNC_BYTES, TRANSFER_WINDOW_BYTES } from '../../../core/base/limits.js';
import type { TransferId } from '../../../core/base/ids.js';
import { connect, noise, Party, settle, type Connected } from '../../support/transferParty.js';

const MIB = CHUNK_BYTES_DEFAULT;
const SIZE = 12 * MIB + 77;

describe('[P-6.9] a transfer whose link drops', () => {
  let pi: Party;
  let board: Party;
  let link: Connected;
  let id: TransferId;

  const begin = async (bytes = SIZE): Promise<void> => {
    pi = new Party(1);
    board = new Party(2);
    pi.source.put('/x/large.bin', noise(bytes), 5);
    link = connect(pi, board);
    ({ id } = await pi.transfers.send(board.peer, ['/x/large.bin']));
    await settle(link);
    await board.transfers.accept(id);
  };

  const reconnect = (): void => {
    link = connect(pi, board);
  };

  const expectWhole = (bytes = SIZE): void => {
    expect(Buffer.from(board.sink.received.get('large.bin')?.bytes ?? []).equals(noise(bytes))).toBe(true);
    expect(board.sink.received.size).toBe(1);
    expect(board.sink.partCount).toBe(0);
    expect(board.of('transfer.completed')).toHaveLength(1);
    expect(pi.of('transfer.completed')).toHaveLength(1);
    expect([pi, board].map(({ transfers }) => transfers.buffers.usedBytes)).toEqual([0, 0]);
    expect([...pi.sessions.wanted, ...board.sessions.wanted]).toEqual([]);
  };

  beforeEach(() => begin());

  test('is told as interrupted, wants a session on both sides, and goes on in the next one', async () => {
    await settle(link, () => link.a.bulkBytes > 6 * MIB);
    link.pair.cut();
    await settle(link);
    expect(pi.of('transfer.interrupted')).toEqual([{ type: 'transfer.interrupted', peer: board.peer, id, code: 'LINK_CLOSED' }]);
    expect(board.of('transfer.interrupted')).toHaveLength(1);
    expect([pi.sessions.wanted.size, board.sessions.wanted.size]).toEqual([1, 1]);
    expect((await pi.transfers.list()).map(({ state }) => state)).toEqual(['paused']);
    expect(board.sink.received.size).toBe(0);
    reconnect();
    await settle(link);
    expectWhole();
  });

  test('goes on when a session opens before the receiver that restarts is through with its start', async () => {
    await settle(link, () => link.a.bulkBytes > 6 * MIB);
    link.pair.cut();
    await settle(link);
    await board.restart(undefined, () => {
      reconnect();
      return settle(link);
    });
    await settle(link);
    expect(board.of('transfer.offered')).toHaveLength(1);
    expectWhole();
    expect(link.a.bulkBytes).toBeLessThan(8 * MIB);
  });

  test('goes on over a newer session that takes over before the old one is gone', async () => {
    await settle(link, () => link.a.bulkBytes > 6 * MIB);
    const old = link;
    reconnect();
    await settle(link, () => link.a.bulkBytes > 0);
    old.pair.cut();
    await settle(link);
    expect(old.pair.closedFor).toBeUndefined();
    expect(link.pair.open).toBe(true);
    expectWhole();
  });

  test('does not send again what the receiver has on its disk', async () => {
    await settle(link, () => link.b.sent.some(({ type }) => type === 'chunksOk') && link.a.bulkBytes > 9 * MIB);
    const first = link.a.bulkBytes;
    link.pair.cut();
    await settle(link);
    const held = (await board.transfers.list())[0]?.bytes ?? 0;
    expect(held).toBeGreaterThanOrEqual(SYNC_BYTES);
    reconnect();
    await settle(link);
    expectWhole();
    expect(link.a.bulkBytes).toBe(SIZE - held);
    expect(first + link.a.bulkBytes - SIZE).toBeLessThanOrEqual(TRANSFER_WINDOW_BYTES);
  });

  test('ends with equal bytes wherever it drops, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 4 }), async (cuts) => {
        await begin(5 * MIB + 1);
        for (const turns of cuts) {
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          link.pair.cut();
          reconnect();
        }
        await settle(link);
        expectWhole(5 * MIB + 1);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test('survives the end of the receiver’s process: what was synced is kept, the rest comes again', async () => {
    await settle(link, () => link.b.sent.some(({ type }) => type === 'chunksOk') && link.a.bulkBytes > 9 * MIB);
    const confirmed = (await pi.transfers.list())[0]?.bytes ?? 0;
    link.pair.cut();
    board.sink.crash();
    await board.restart();
    reconnect();
    await settle(link);
    expectWhole();
    expect(link.a.bulkBytes).toBeLessThanOrEqual(SIZE - confirmed);
  });

  test('survives the end of the sender’s process', async () => {
    await settle(link, () => link.a.bulkBytes > 9 * MIB);
    link.pair.cut();
    await settle(link);
    await pi.restart();
    expect([...pi.sessions.wanted]).toHaveLength(1);
    reconnect();
    await settle(link);
    expectWhole();
    expect(link.a.bulkBytes).toBeLessThan(SIZE);
  });

  test('survives an orderly stop of both sides', async () => {
    await settle(link, () => link.a.bulkBytes > 7 * MIB);
    await Promise.all([pi.transfers.stop(), board.transfers.stop()]);
    link.pair.cut();
    await Promise.all([pi.restart(), board.restart()]);
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['paused']);
    reconnect();
    await settle(link);
    expectWhole();
  });

  test.each([
    ['before that was noted', true],
    ['before anybody was told', false],
  ])('survives a receiver that died after the last file had its name and %s', async (_when, dead) => {
    const { put } = board.store;
    board.store.put = (record) => (record.paths[0] === '' ? put.call(board.store, record) : new Promise(() => undefined));
    await settle(link);
    expect(board.sink.received.size).toBe(1);
    if (dead) link.pair.cut();
    board.store.put = put;
    link.pair.cut();
    await settle(link);
    await board.restart();
    reconnect();
    await settle(link);
    expectWhole();
  });

  test('is told as done again to a sender that missed the last word', async () => {
    link.b.meddler = (frame, sent) => {
      const kept = frame.kind === 'record' && frame.bytes[0] === 0x24 ? [] : [frame];
      return sent >= 0 ? kept : [];
    };
    await settle(link);
    expect(board.of('transfer.completed')).toHaveLength(1);
    expect(pi.of('transfer.completed')).toHaveLength(0);
    link.pair.cut();
    reconnect();
    await settle(link);
    expectWhole();
    expect(link.a.bulkBytes).toBe(0);
  });

  test('is told as done in the next session when its last file gets its name only then', async () => {
    const { finish } = board.sink;
    let name = (): void => undefined;
    board.sink.finish = async (...file) => {
      await new Promise<void>((resolve) => (name = resolve));
      return finish.apply(board.sink, file);
    };
    await settle(link);
    link.pair.cut();
    reconnect();
    await settle(link);
    name();
    await settle(link);
    expectWhole();
  });

  test('fetches again what somebody deleted from the folder of parts meanwhile', async () => {
    await settle(link, () => link.a.bulkBytes > 9 * MIB);
    link.pair.cut();
    await settle(link);
    await board.sink.discard(id);
    reconnect();
    await settle(link);
    expectWhole();
    expect(link.a.bulkBytes).toBe(SIZE);
  });

  test.each([
    ['sender', () => pi, () => board],
    ['receiver', () => board, () => pi],
  ])('ends on both sides when its %s cancelled while there was no session, even if it restarted since', async (_who, canceller, other) => {
    await settle(link, () => link.a.bulkBytes > 2 * MIB);
    link.pair.cut();
    await settle(link);
    await canceller().transfers.cancel(id);
    await canceller().restart();
    reconnect();
    await settle(link);
    expect(other().of('transfer.ended')).toMatchObject([{ state: 'cancelled', code: 'TRANSFER_CANCELLED' }]);
    expect(board.sink.received.size + board.sink.partCount).toBe(0);
  });

  test('ends with FILE_CHANGED when the source changed while there was no session', async () => {
    await settle(link, () => link.a.bulkBytes > 6 * MIB);
    link.pair.cut();
    await settle(link);
    pi.source.put('/x/large.bin', noise(SIZE, 9), 6);
    reconnect();
    await settle(link);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_CHANGED' }]);
    expect(board.sink.received.size + board.sink.partCount).toBe(0);
  });

  test('loses the session, not the transfer, to a chunk damaged on the way, a bounded number of times', async () => {
    for (let i = 0; i <= CHUNK_CORRUPT_MAX; i++) {
      link.a.meddler = (frame) => (frame.kind === 'bulk' ? [{ ...frame, bytes: frame.bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) }] : [frame]);
      await settle(link);
      if (i === CHUNK_CORRUPT_MAX) break;
      expect(link.pair.closedFor).toEqual({ mood: 'scary', code: 'CHUNK_CORRUPT' });
      expect(board.of('transfer.interrupted').at(-1)?.code).toBe('CHUNK_CORRUPT');
      reconnect();
    }
    expect(pi.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'CHUNK_CORRUPT' }]);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'CHUNK_CORRUPT' }]);
    expect(board.sink.received.size + board.sink.partCount).toBe(0);
  });
});

describe('[P-6.9] an offer while there is no session', () => {
  test('waits in the store, across a restart, and is made when the peer appears', async () => {
    const pi = new Party(1);
    const board = new Party(2);
    pi.source.put('/x/a.txt', noise(9));
    const { id } = await pi.transfers.send(board.peer, ['/x/a.txt']);
    await pi.restart();
    expect([...pi.sessions.wanted]).toHaveLength(1);
    const link = connect(pi, board);
    await settle(link);
    expect(board.offered).toBe(id);
    await settle(link);
    link.pair.cut();
    await board.restart();
    await board.transfers.accept(id);
    expect(board.of('transfer.started')).toHaveLength(0);
    expect(await board.transfers.list()).toMatchObject([{ state: 'paused' }]);
    const again = connect(pi, board);
    await settle(again);
    expect(board.of('transfer.offered')).toHaveLength(1);
    expect([...board.sink.received.keys()]).toEqual(['a.txt']);
    expect(pi.of('transfer.completed')).toHaveLength(1);
  });

  test.each([
    ['by its sender', (pi: Party, id: TransferId) => pi.transfers.cancel(id).then(() => undefined)],
    ['by its sender, whose process ended since', (pi: Party, id: TransferId) => pi.transfers.cancel(id).then(() => pi.restart())],
  ])('that was cancelled %s while nobody had answered it ends in the next session', async (_how, cancel) => {
    const pi = new Party(1);
    const board = new Party(2);
    pi.source.put('/x/a.txt', noise(9));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.txt']);
    await settle(link);
    link.pair.cut();
    await cancel(pi, id);
    await settle(connect(pi, board));
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'cancelled', code: 'TRANSFER_CANCELLED' }]);
    expect(await board.transfers.list()).toMatchObject([{ id, state: 'cancelled' }]);
  });

  test('that was declined meanwhile ends when the sender repeats it', async () => {
    const pi = new Party(1);
    const board = new Party(2);
    pi.source.put('/x/a.txt', noise(9));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.txt']);
    await settle(link);
    link.pair.cut();
    await board.transfers.decline(id);
    await board.restart();
    await settle(connect(pi, board));
    expect(pi.of('transfer.ended')).toMatchObject([{ state: 'declined', code: 'TRANSFER_DECLINED' }]);
  });
});
