import { expect, test } from '@jest/globals';
import { STORE_RETRY_MS_MAX, TRANSFERS_KEPT_PER_PEER_MAX } from '../../../core/base/limits.js';
import { SansfilError } from '../../../core/base/errors.js';
import { Remains } from '../../../core/engine/transfers/Remains.js';
import type { FileSink } from '../../../core/ports/files.js';
import { MemoryFileSink } from '../../../core/simulation/memoryFiles.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { drain } from '../../support/drain.js';
import { transferIdOf } from '../../support/samples.js';
import { connect, noise, Party, settle } from '../../support/transferParty.js';

const ID = transferIdOf(1);
const FAILED = new SansfilError('STORE_FAILED');

function begin(refusals: number) {
  const clock = new VirtualClock();
  const faults: string[] = [];
  let tries = 0;
  const remains = new Remains(clock, ({ code }) => faults.push(code));
  const clearing = async (): Promise<void> => {
    await Promise.resolve();
    if (++tries <= refusals) throw FAILED;
  };
  const wait = async (): Promise<void> => {
    for (let n = 0; n < 20; n++) {
      await drain();
      clock.step();
    }
    await drain();
  };
  return { clock, faults, remains, clearing, wait, tries: () => tries };
}

test('what the disk keeps from being cleared is told once, and tried until it is cleared', async () => {
  const { clock, faults, remains, clearing, wait, tries } = begin(3);
  await remains.clear(ID, clearing);
  expect([tries(), faults]).toEqual([1, ['STORE_FAILED']]);
  await wait();
  expect([tries(), faults, clock.pending]).toEqual([4, ['STORE_FAILED'], 0]);
});

test('more may be left when all before was cleared', async () => {
  const { remains, clearing, wait, tries, clock } = begin(1);
  await remains.clear(ID, clearing);
  await wait();
  remains.later(ID, clearing, FAILED);
  await wait();
  expect([tries(), clock.pending]).toEqual([3, 0]);
});

test('nothing is waited for after a stop', async () => {
  const { remains, clearing, clock } = begin(9);
  await remains.clear(ID, clearing);
  remains.stop();
  await remains.clear(ID, clearing);
  expect(clock.pending).toBe(0);
});

test('the record of a transfer stays, however many end after it, as long as its small files are not safe', async () => {
  const disk = new MemoryFileSink();
  let fails = true;
  const settleFiles: FileSink['settle'] = (...args) => (fails ? Promise.reject(FAILED) : disk.settle(...args));
  const sink = new Proxy<FileSink>(disk, {
    get: (_, name: keyof FileSink) => (name === 'settle' ? settleFiles : disk[name].bind(disk)),
  });
  const board = new Party(2, { sink });
  const pi = new Party(1);
  const link = connect(pi, board);
  pi.source.put('/x/small.txt', noise(10), 5);
  const { id } = await pi.transfers.send(board.peer, ['/x/small.txt']);
  await settle(link);
  await board.transfers.accept(id);
  await settle(link);
  expect(board.of('transfer.completed')).toHaveLength(1);
  const others = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) {
      await pi.transfers.cancel((await pi.transfers.send(board.peer, ['/x/small.txt'])).id);
      await settle(link);
    }
  };
  const isKept = async (): Promise<boolean> => (await board.store.all()).some((record) => record.id === id);
  await others(TRANSFERS_KEPT_PER_PEER_MAX + 1);
  expect([await isKept(), await disk.packs()]).toEqual([true, [id]]);
  fails = false;
  board.clock.advance(STORE_RETRY_MS_MAX);
  await settle(link);
  expect(await disk.packs()).toEqual([]);
  await others(1);
  expect(await isKept()).toBe(false);
});
