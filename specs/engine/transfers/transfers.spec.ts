import { beforeEach, describe, expect, test } from '@jest/globals';
import { CHUNK_BYTES_DEFAULT, SEND_AHEAD_BYTES, TRANSFERS_PER_PEER_MAX } from '../../../core/base/limits.js';
import { connect, noise, Party, settle } from '../../support/transferParty.js';
import { rejection, transferIdOf } from '../../support/samples.js';

const MIB = CHUNK_BYTES_DEFAULT;

describe('[P-6] a transfer between two devices', () => {
  let pi: Party;
  let board: Party;

  beforeEach(() => {
    pi = new Party(1);
    board = new Party(2);
  });

  test('[P-6.1] is offered, accepted, received under its name with the same bytes, and told as complete on both sides', async () => {
    const bytes = noise(3 * MIB + 5);
    pi.source.put('/home/pi/photo.jpg', bytes, 1_700_000_000_123.75, 0o755);
    const link = connect(pi, board);
    const sent = await pi.transfers.send(board.peer, ['/home/pi/photo.jpg']);
    await settle(link);
    expect(board.of('transfer.offered')).toEqual([
      { type: 'transfer.offered', peer: pi.peer, id: sent.id, direction: 'in', items: [{ name: 'photo.jpg', bytes: bytes.length }], bytes: bytes.length },
    ]);
    expect(board.sink.partCount).toBe(0);
    expect((await board.transfers.accept(sent.id)).state).toBe('active');
    await settle(link);
    expect(link.pair.closedFor).toBeUndefined();
    expect(board.of('transfer.completed')).toEqual([{ type: 'transfer.completed', peer: pi.peer, id: sent.id, direction: 'in', paths: ['photo.jpg'] }]);
    expect(pi.of('transfer.completed')).toEqual([
      { type: 'transfer.completed', peer: board.peer, id: sent.id, direction: 'out', paths: ['/home/pi/photo.jpg'] },
    ]);
    const file = board.sink.received.get('photo.jpg');
    expect(Buffer.compare(file?.bytes ?? Buffer.of(), bytes)).toBe(0);
    expect(file).toMatchObject({ mode: 0o644, modifiedMs: 1_700_000_000_123 });
    expect(board.sink.partCount).toBe(0);
    expect((await pi.transfers.list()).map(({ state, bytes: done }) => [state, done])).toEqual([['done', bytes.length]]);
    expect((await board.transfers.list()).map(({ state, bytes: done }) => [state, done])).toEqual([['done', bytes.length]]);
    expect([...pi.sessions.wanted, ...board.sessions.wanted]).toEqual([]);
  });

  test('[P-6.2] carries a folder with many, empty and large files in one go', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `/data/album/${i % 3}/${i}.bin`);
    names.forEach((name, i) => pi.source.put(name, noise(i % 7 === 0 ? 0 : i * 911, i)));
    pi.source.put('/data/album/large.bin', noise(5 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/data/album']);
    await settle(link);
    await board.transfers.accept(id);
    await settle(link);
    expect(board.of('transfer.completed')).toHaveLength(1);
    expect(pi.of('transfer.completed')).toHaveLength(1);
    expect(board.sink.received.size).toBe(151);
    for (const [path, { bytes }] of pi.source.files) {
      expect(Buffer.compare(board.sink.received.get(path.slice('/data/'.length))?.bytes ?? Buffer.of(1), bytes)).toBe(0);
    }
  });

  test('[P-6.1] is declined: nothing is stored, and the sender is told', async () => {
    pi.source.put('/x/a.txt', noise(10));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.txt']);
    await settle(link);
    expect((await board.transfers.decline(id)).state).toBe('declined');
    await settle(link);
    const ended = { type: 'transfer.ended', id, state: 'declined', code: 'TRANSFER_DECLINED' };
    expect(pi.of('transfer.ended')).toEqual([{ ...ended, peer: board.peer }]);
    expect(board.of('transfer.ended')).toEqual([{ ...ended, peer: pi.peer }]);
    expect(board.sink.received.size + board.sink.partCount).toBe(0);
    expect(await rejection(board.transfers.accept(id))).toBe('TRANSFER_STATE');
  });

  test.each(['sender', 'receiver'] as const)(
    '[P-6.9] is cancelled by its %s in the middle: both end, nothing is left, and the session goes on',
    async (who) => {
      pi.source.put('/x/large.bin', noise(6 * MIB));
      pi.source.put('/x/next.bin', noise(MIB + 1, 9));
      const link = connect(pi, board);
      const { id } = await pi.transfers.send(board.peer, ['/x/large.bin']);
      await settle(link);
      await board.transfers.accept(id);
      await settle(link, () => link.a.bulkBytes > 2.5 * MIB);
      await (who === 'sender' ? pi : board).transfers.cancel(id);
      await settle(link);
      expect(link.pair.open).toBe(true);
      expect(pi.of('transfer.ended').map(({ state }) => state)).toEqual(['cancelled']);
      expect(board.of('transfer.ended').map(({ state }) => state)).toEqual(['cancelled']);
      expect(board.sink.received.size + board.sink.partCount).toBe(0);
      expect([pi, board].map(({ transfers }) => transfers.buffers.usedBytes)).toEqual([0, 0]);
      const next = await pi.transfers.send(board.peer, ['/x/next.bin']);
      await settle(link);
      await board.transfers.accept(next.id);
      await settle(link);
      expect([...board.sink.received.keys()]).toEqual(['next.bin']);
    },
  );

  test('gives a second file of the same name its own name, before the extension', async () => {
    const link = connect(pi, board);
    for (const seed of [1, 2, 3]) {
      pi.source.put('/x/notes.tar.gz', noise(100, seed), seed);
      const { id } = await pi.transfers.send(board.peer, ['/x/notes.tar.gz']);
      await settle(link);
      await board.transfers.accept(id);
      await settle(link);
    }
    expect([...board.sink.received.keys()]).toEqual(['notes.tar.gz', 'notes.tar (2).gz', 'notes.tar (3).gz']);
    expect(Buffer.from(board.sink.received.get('notes.tar.gz')?.bytes ?? []).equals(noise(100, 1))).toBe(true);
  });

  test('is refused beyond the number a friend may have open, on both sides', async () => {
    pi.source.put('/x/a.txt', noise(1));
    const link = connect(pi, board);
    for (let i = 0; i < TRANSFERS_PER_PEER_MAX; i++) await pi.transfers.send(board.peer, ['/x/a.txt']);
    expect(await rejection(pi.transfers.send(board.peer, ['/x/a.txt']))).toBe('TRANSFER_LIMIT');
    await settle(link);
    // A sender that knows no limit.
    await pi.restart();
    const other = new Party(3);
    const impatient = connect({ ...other, peer: pi.peer, transfers: other.transfers } as Party, board);
    other.source.put('/x/a.txt', noise(1));
    await other.transfers.send(board.peer, ['/x/a.txt']);
    await settle(impatient);
    expect(other.of('transfer.ended').map(({ code }) => code)).toEqual(['TRANSFER_LIMIT']);
  });

  test('reports progress at most ten times a second', async () => {
    pi.source.put('/x/large.bin', noise(8 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/large.bin']);
    await settle(link);
    await board.transfers.accept(id);
    const elapse = (party: Party): void => party.clock.advance(7);
    for (let turn = 0; turn < 400; turn++) {
      await settle(link, () => true);
      await new Promise((resolve) => setImmediate(resolve));
      elapse(pi);
      elapse(board);
    }
    for (const party of [pi, board]) {
      const reports = party.of('transfer.progressed');
      expect(reports.length).toBeGreaterThan(0);
      expect(reports.length).toBeLessThanOrEqual(28);
      expect(reports.every(({ total }) => total === 8 * MIB)).toBe(true);
    }
  });

  test('lets other records pass between the slices of a chunk', async () => {
    pi.source.put('/x/large.bin', noise(4 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/large.bin']);
    await settle(link);
    await board.transfers.accept(id);
    const order: string[] = [];
    link.a.meddler = (frame) => {
      order.push(frame.kind);
      return [frame];
    };
    await settle(link, () => link.a.bulkBytes % MIB !== 0);
    const before = order.length;
    link.a.send({ type: 'ping', echo: new Uint8Array(8) });
    await settle(link);
    expect(order.slice(before - 1, before + 2)).toEqual(['bulk', 'record', 'bulk']);
    expect(board.of('transfer.completed')).toHaveLength(1);
  });

  test('is not accepted without room for it', async () => {
    pi.source.put('/x/large.bin', noise(3 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/large.bin']);
    await settle(link);
    board.sink.capacityBytes = MIB;
    expect(await rejection(board.transfers.accept(id))).toBe('DISK_FULL');
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['offered']);
    board.sink.capacityBytes = 4 * MIB;
    await board.transfers.accept(id);
    await settle(link);
    expect(pi.of('transfer.completed')).toHaveLength(1);
  });

  test('ends with FILE_CHANGED when the source changed between offer and sending', async () => {
    pi.source.put('/x/a.bin', noise(MIB), 1);
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
    pi.source.put('/x/a.bin', noise(MIB, 5), 2);
    await board.transfers.accept(id);
    await settle(link);
    expect(pi.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_CHANGED' }]);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_CHANGED' }]);
    expect(board.sink.received.size).toBe(0);
  });

  test('ends with FILE_CHANGED when the source changes while it is read', async () => {
    pi.source.put('/x/a.bin', noise(6 * MIB), 1);
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
    await board.transfers.accept(id);
    await settle(link, () => link.a.bulkBytes > 2 * MIB);
    pi.source.put('/x/a.bin', noise(6 * MIB, 7), 2);
    await settle(link);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_CHANGED' }]);
    expect(board.sink.received.size).toBe(0);
  });

  test('keeps memory bounded whatever the size', async () => {
    pi.source.put('/x/a.bin', noise(40 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
    await board.transfers.accept(id);
    await settle(link);
    expect(board.of('transfer.completed')).toHaveLength(1);
    expect(pi.transfers.buffers.peakBytes).toBeLessThanOrEqual(SEND_AHEAD_BYTES);
    expect(board.transfers.buffers.peakBytes).toBeLessThanOrEqual(8 * MIB);
  });

  test('stops reading the link while the disk is slower, and goes on when it has caught up', async () => {
    pi.source.put('/x/a.bin', noise(20 * MIB));
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
    const held: (() => void)[] = [];
    const { part } = board.sink;
    board.sink.part = async (transfer, item) => {
      const file = await part.call(board.sink, transfer, item);
      const write = file.write.bind(file);
      file.write = async (offset, bytes) => {
        await new Promise<void>((resolve) => held.push(resolve));
        await write(offset, bytes);
      };
      return file;
    };
    await board.transfers.accept(id);
    await settle(link);
    expect([link.b.paused, link.b.pauses]).toEqual([1, 1]);
    expect(board.transfers.buffers.usedBytes).toBeLessThanOrEqual(6 * MIB);
    while (board.of('transfer.completed').length === 0) {
      held.shift()?.();
      await settle(link);
    }
    expect(link.b.paused).toBeGreaterThan(1);
    expect(link.b.pauses).toBe(0);
  });

  test('are still listed when the store holds one that this version does not understand', async () => {
    await board.store.put({ id: transferIdOf(9), peer: pi.peer, direction: 'in', state: 'active', manifest: noise(30), paths: [''], createdMs: 1 });
    await board.restart();
    expect(await board.transfers.list()).toMatchObject([{ state: 'failed', code: 'STORE_CORRUPT', items: [] }]);
  });

  test('names that no other device could use are refused here, before anything is offered', async () => {
    pi.source.put('/x/what?.txt', noise(1));
    pi.source.put('/y/README', noise(1));
    pi.source.put('/y/readme', noise(1));
    expect(await rejection(pi.transfers.send(board.peer, ['/x/what?.txt']))).toBe('FILE_NAME_UNUSABLE');
    expect(await rejection(pi.transfers.send(board.peer, ['/y']))).toBe('FILE_NAME_UNUSABLE');
    expect(await rejection(pi.transfers.send(board.peer, ['/nowhere']))).toBe('FILE_UNREADABLE');
    expect(await pi.transfers.list()).toEqual([]);
  });
});
