import { beforeEach, describe, expect, test } from '@jest/globals';
import { CHUNK_BYTES_DEFAULT, STORE_RETRY_MS, STORE_RETRY_MS_MAX } from '../../../core/base/limits.js';
import type { TransferId } from '../../../core/base/ids.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { drain } from '../../support/drain.js';
import { rejection } from '../../support/samples.js';
import { connect, noise, Party, settle, type Connected } from '../../support/transferParty.js';

const MIB = CHUNK_BYTES_DEFAULT;
const SIZE = 6 * MIB + 77;

/** Two devices with a disk each that can refuse everything, and one offer between them. */
class Pair {
  readonly clocks = [new VirtualClock(), new VirtualClock()] as const;
  readonly disks = this.clocks.map((clock, at) => new SimulatedDisk({ clock, rng: new Rng(at + 1) })) as [SimulatedDisk, SimulatedDisk];
  readonly pi = new Party(1, { store: this.disks[0].mount().stores.transfers });
  readonly board = new Party(2, this.#portsOf(this.disks[1]));
  link: Connected = connect(this.pi, this.board);
  id: TransferId | undefined;

  async offer(bytes = SIZE): Promise<TransferId> {
    this.pi.source.put('/x/a.bin', noise(bytes), 5);
    const { id } = await this.pi.transfers.send(this.board.peer, ['/x/a.bin']);
    await this.settle();
    return id;
  }

  /** Long enough that whoever waits for a disk has looked at it again. */
  async wait(): Promise<void> {
    for (const { clock } of [this.pi, this.board]) clock.advance(STORE_RETRY_MS_MAX);
    await this.settle();
  }

  settle(until?: () => boolean): Promise<void> {
    return settle(this.link, until);
  }

  reconnect(): Promise<void> {
    this.link.pair.cut();
    this.link = connect(this.pi, this.board);
    return this.settle();
  }

  states(): Promise<readonly unknown[]> {
    return Promise.all([this.pi, this.board].map(async ({ transfers }) => (await transfers.list())[0]?.state));
  }

  get stored(): readonly unknown[] {
    return this.disks.map(({ committed }) => committed.tables.transfers.all()[0]?.state);
  }

  get told(): readonly unknown[] {
    return [this.pi, this.board].map((party) =>
      [...party.of('transfer.completed'), ...party.of('transfer.ended')].map((fact) => ('state' in fact ? fact.state : 'done')),
    );
  }

  get file(): Uint8Array | undefined {
    return this.disks[1].received.get('a.bin')?.bytes;
  }

  #portsOf(disk: SimulatedDisk): ConstructorParameters<typeof Party>[1] {
    const { stores, sink } = disk.mount();
    return { store: stores.transfers, sink };
  }
}

describe('[P-6.9] a transfer over a disk that fails', () => {
  let pair: Pair;
  let id: TransferId;

  beforeEach(() => {
    pair = new Pair();
  });
  const begin = async (): Promise<void> => {
    id = await pair.offer();
    await pair.board.transfers.accept(id);
    await pair.settle(() => pair.link.a.bulkBytes > 2 * MIB);
  };
  const expectWhole = async (): Promise<void> => {
    expect(await pair.states()).toEqual(['done', 'done']);
    expect([pair.stored, pair.told]).toEqual([
      ['done', 'done'],
      [['done'], ['done']],
    ]);
    expect(Buffer.from(pair.file ?? []).equals(noise(SIZE))).toBe(true);
    expect(pair.disks[1].partCount).toBe(0);
    expect([pair.pi, pair.board].map(({ transfers, clock }) => [transfers.buffers.usedBytes, clock.pending])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  };

  test('is paused with the reason when the receiver’s disk is full, and goes on by itself when there is room', async () => {
    await begin();
    const held = pair.link.a.bulkBytes;
    pair.disks[1].full = true;
    await pair.settle();
    expect(pair.board.of('transfer.interrupted').map(({ code }) => code)).toEqual(['DISK_FULL']);
    expect(pair.link.pair.closedFor).toEqual({ mood: 'errory', code: 'DISK_FULL' });
    expect(await pair.states()).toEqual(['paused', 'paused']);
    await pair.reconnect();
    await pair.wait();
    // Nothing is asked for as long as there is no room, and the session stays.
    expect([await pair.states(), pair.link.a.bulkBytes, pair.link.pair.open]).toEqual([['paused', 'paused'], 0, true]);
    pair.disks[1].full = false;
    await pair.wait();
    await expectWhole();
    expect(held + pair.link.a.bulkBytes).toBeGreaterThanOrEqual(SIZE);
  });

  test('goes on after a single write that failed, wherever it is', async () => {
    for (let step = 1; step <= 12; step++) {
      pair = new Pair();
      id = await pair.offer();
      const [, disk] = pair.disks;
      disk.dieAt(step, 'before', () => {
        disk.writeFailure = 1;
        disk.dieAt(1, 'before', () => (disk.writeFailure = 0));
      });
      const answer = await pair.board.transfers.accept(id).then(
        () => 'accepted',
        () => 'refused',
      );
      expect(answer).toBe(step === 1 ? 'refused' : 'accepted');
      if (step === 1) await pair.board.transfers.accept(id);
      await pair.settle();
      await pair.reconnect();
      await pair.wait();
      await pair.wait();
      await expectWhole();
    }
  });

  test('is whole although the sender could note nothing of it, and is told so when that is noted', async () => {
    id = await pair.offer();
    pair.disks[0].full = true;
    await pair.board.transfers.accept(id);
    await pair.settle();
    expect(await pair.states()).toEqual(['done', 'done']);
    expect([pair.stored, pair.told]).toEqual([
      ['offered', 'done'],
      [[], ['done']],
    ]);
    pair.disks[0].full = false;
    await pair.wait();
    await expectWhole();
  });

  test('is told as done to a sender that died before it could note that', async () => {
    id = await pair.offer();
    pair.disks[0].full = true;
    await pair.board.transfers.accept(id);
    await pair.settle();
    pair.link.pair.cut();
    pair.disks[0].full = false;
    await pair.pi.restart();
    expect((await pair.states())[0]).toBe('offered');
    await pair.reconnect();
    await expectWhole();
  });

  test.each([
    ['sender', 0],
    ['receiver', 1],
  ] as const)('that its %s cancels is over at once, and noted and told when the disk takes it', async (_who, side) => {
    await begin();
    const party = side === 0 ? pair.pi : pair.board;
    pair.disks[side].full = true;
    expect(await rejection(party.transfers.cancel(id))).toBe('DISK_FULL');
    await pair.settle();
    expect(await pair.states()).toEqual(['cancelled', 'cancelled']);
    expect([pair.stored[side], pair.told[side]]).toEqual(['active', []]);
    expect(await rejection(party.transfers.cancel(id))).toBe('TRANSFER_STATE');
    await pair.reconnect();
    expect(await pair.states()).toEqual(['cancelled', 'cancelled']);
    pair.disks[side].full = false;
    await pair.wait();
    expect([pair.stored, pair.told, pair.disks[1].partCount]).toEqual([['cancelled', 'cancelled'], [['cancelled'], ['cancelled']], 0]);
  });

  test.each([
    ['sender', 0],
    ['receiver', 1],
  ] as const)('that its %s cancels when its disk has failed for a while is over at once too', async (_who, side) => {
    await begin();
    const party = side === 0 ? pair.pi : pair.board;
    pair.disks[side].full = true;
    pair.link.pair.cut();
    await pair.settle();
    const answer: unknown[] = [];
    void rejection(party.transfers.cancel(id)).then((code) => answer.push(code));
    await pair.settle();
    expect([answer, (await pair.states())[side], pair.told[side]]).toEqual([['DISK_FULL'], 'cancelled', []]);
  });

  test.each([
    ['sender', 0],
    ['receiver', 1],
  ] as const)('that its %s cancelled, and died before that was noted, ends as cancelled', async (_who, side) => {
    await begin();
    const party = side === 0 ? pair.pi : pair.board;
    pair.disks[side].full = true;
    expect(await rejection(party.transfers.cancel(id))).toBe('DISK_FULL');
    await pair.settle();
    pair.link.pair.cut();
    pair.disks[side].full = false;
    await party.restart();
    await pair.reconnect();
    expect(await pair.states()).toEqual(['cancelled', 'cancelled']);
    expect(pair.stored).toEqual(['cancelled', 'cancelled']);
  });

  test('that was declined is declined on both sides, noted when the disk takes it', async () => {
    id = await pair.offer();
    pair.disks[1].full = true;
    expect(await rejection(pair.board.transfers.decline(id))).toBe('DISK_FULL');
    await pair.settle();
    expect([await pair.states(), pair.stored[1], pair.told]).toEqual([['declined', 'declined'], 'offered', [['declined'], []]]);
    pair.disks[1].full = false;
    await pair.wait();
    expect([pair.stored, pair.told]).toEqual([
      ['declined', 'declined'],
      [['declined'], ['declined']],
    ]);
  });

  test('that was declined, and whose receiver died before that was noted, is not asked about for ever', async () => {
    id = await pair.offer();
    pair.disks[1].full = true;
    expect(await rejection(pair.board.transfers.decline(id))).toBe('DISK_FULL');
    await pair.settle();
    pair.link.pair.cut();
    pair.disks[1].full = false;
    await pair.board.restart();
    expect((await pair.states())[1]).toBe('offered');
    await pair.reconnect();
    expect(await pair.states()).toEqual(['declined', 'cancelled']);
  });

  test('is asked about when the offer could be noted', async () => {
    pair.disks[1].full = true;
    id = await pair.offer();
    expect([pair.board.of('transfer.offered'), await pair.states()]).toEqual([[], ['offered', undefined]]);
    pair.disks[1].full = false;
    pair.board.clock.advance(STORE_RETRY_MS);
    await pair.settle();
    expect([pair.board.offered, await pair.states()]).toEqual([id, ['offered', 'offered']]);
  });

  test('is accepted at the second try when the first could not be noted', async () => {
    id = await pair.offer();
    pair.disks[1].writeFailure = 1;
    expect(await rejection(pair.board.transfers.accept(id))).toBe('STORE_FAILED');
    expect(await pair.states()).toEqual(['offered', 'offered']);
    pair.disks[1].writeFailure = 0;
    await pair.board.transfers.accept(id);
    await pair.settle();
    await expectWhole();
  });

  test.each([
    ['sender', 0],
    ['receiver', 1],
  ] as const)('that its %s cancels just before it stops is told as over before it has stopped', async (_who, side) => {
    await begin();
    const party = side === 0 ? pair.pi : pair.board;
    pair.disks[side].commitMs = { min: 10, max: 10 };
    void party.transfers.cancel(id);
    let stopped = false;
    const stopping = party.transfers.stop().then(() => (stopped = true));
    await pair.settle();
    expect([stopped, pair.told[side]]).toEqual([false, []]);
    pair.disks[side].commitMs = { min: 0, max: 0 };
    for (const clock of pair.clocks) clock.advance(10);
    await stopping;
    expect([pair.stored[side], pair.told[side]]).toEqual(['cancelled', ['cancelled']]);
  });

  test('keeps no timer and asks nothing of the disk after the device stopped', async () => {
    await begin();
    pair.disks[1].full = true;
    await pair.settle();
    expect(pair.board.clock.pending).toBeGreaterThan(0);
    await pair.board.transfers.stop();
    const { steps } = pair.disks[1];
    await drain();
    expect([pair.board.clock.pending, pair.disks[1].steps]).toEqual([0, steps]);
  });
});
