import { beforeEach, describe, expect, test } from '@jest/globals';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { ANNA, BEN, DeliveryBench } from '../support/DeliveryBench.js';
import { drain } from '../support/drain.js';
import { rejection } from '../support/samples.js';
import { connect, noise, Party, settle, type Connected } from '../support/transferParty.js';

describe('what is left of a friendship that ended in a crash', () => {
  test('is not sent when the two become friends again', async () => {
    const bench = new DeliveryBench();
    await bench.start();
    await bench.delivery.send(ANNA, 'for you, then');
    await bench.delivery.send(BEN, 'for ben');
    await bench.start((peer) => peer !== ANNA);
    await drain();
    expect([bench.sessions.isWanted(ANNA), bench.sessions.isWanted(BEN)]).toEqual([false, true]);
    expect([bench.delivery.waitingCount(ANNA), bench.delivery.waitingCount(BEN)]).toEqual([0, 1]);
    await bench.start();
    expect(bench.sessions.isWanted(ANNA)).toBe(false);
    expect(await bench.stores.messages.history({ peer: ANNA, limit: 10 })).toHaveLength(1);
  });

  test('is no transfer, and no part of a file', async () => {
    const [pi, board] = [new Party(1), new Party(2)];
    pi.source.put('/x/a.bin', noise(4_000_000));
    const link = connect(pi, board);
    await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
    await board.transfers.accept(board.offered);
    await settle(link, () => board.sink.partCount > 0);
    link.pair.cut();
    await drain();
    await board.restart((peer) => peer !== pi.peer);
    await drain();
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['cancelled']);
    expect([board.sink.partCount, board.sessions.wanted.size]).toEqual([0, 0]);
  });
});

describe('an offer of a file on a slow disk', () => {
  let disk: SimulatedDisk;
  let clock: VirtualClock;
  let pi: Party;
  let board: Party;
  let link: Connected;

  beforeEach(() => {
    clock = new VirtualClock();
    disk = new SimulatedDisk({ clock, rng: new Rng(1) });
    pi = new Party(1);
    board = new Party(2, { store: disk.mount().stores.transfers });
    pi.source.put('/x/a.bin', noise(10_000));
    link = connect(pi, board);
  });
  const offer = async (): Promise<void> => {
    await pi.transfers.send(board.peer, ['/x/a.bin']);
    await settle(link);
  };

  test('is accepted when a crash cannot take that back any more, and not before', async () => {
    await offer();
    disk.commitMs = { min: 10, max: 10 };
    let accepted = false;
    const accepting = board.transfers.accept(board.offered).then(() => (accepted = true));
    await settle(link);
    expect([accepted, disk.committed.tables.transfers.all()[0]?.state]).toEqual([false, 'offered']);
    clock.advance(10);
    await accepting;
    expect(disk.committed.tables.transfers.all()[0]?.state).toBe('active');
  });

  test('is not accepted when that could not be noted', async () => {
    await offer();
    disk.full = true;
    expect(await rejection(board.transfers.accept(board.offered))).toBe('DISK_FULL');
  });

  test('that came just before the device stopped is told of by nobody afterwards, and is there at the next start', async () => {
    disk.commitMs = { min: 10, max: 10 };
    await offer();
    await board.transfers.stop();
    clock.advance(10);
    await drain();
    expect(board.facts).toEqual([]);
    disk.commitMs = { min: 0, max: 0 };
    await board.restart();
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['offered']);
  });
});
