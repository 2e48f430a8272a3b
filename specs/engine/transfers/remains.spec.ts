import { expect, test } from '@jest/globals';
import { SansfilError } from '../../../core/base/errors.js';
import { Remains } from '../../../core/engine/transfers/Remains.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { drain } from '../../support/drain.js';

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
  await remains.clear(clearing);
  expect([tries(), faults]).toEqual([1, ['STORE_FAILED']]);
  await wait();
  expect([tries(), faults, clock.pending]).toEqual([4, ['STORE_FAILED'], 0]);
});

test('more may be left when all before was cleared', async () => {
  const { remains, clearing, wait, tries, clock } = begin(1);
  await remains.clear(clearing);
  await wait();
  remains.later(clearing, FAILED);
  await wait();
  expect([tries(), clock.pending]).toEqual([3, 0]);
});

test('nothing is waited for after a stop', async () => {
  const { remains, clearing, clock } = begin(9);
  await remains.clear(clearing);
  remains.stop();
  await remains.clear(clearing);
  expect(clock.pending).toBe(0);
});
