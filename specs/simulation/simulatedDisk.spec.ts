import { beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk, type Mount } from '../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { storesContract } from '../contracts/stores.contract.js';
import { drain } from '../support/drain.js';
import { messageIdOf, peerOf, transferIdOf } from '../support/samples.js';

const ANNA = peerOf(1);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (n: number) => ({ id: messageIdOf(n), peer: ANNA, text: `text ${n}`, createdMs: n, storedMs: n });

/** What became of promises, by name, in the order in which they settled. */
class Answers {
  readonly all: string[] = [];

  note(name: string, promise: Promise<unknown>): void {
    promise.then(
      () => this.all.push(name),
      (error: unknown) => this.all.push(`${name}: ${SansfilError.from(error).code}`),
    );
  }
}

let clock: VirtualClock;
let disk: SimulatedDisk;
let mount: Mount;
let answers: Answers;

const begin = (seed = 1): void => {
  clock = new VirtualClock();
  disk = new SimulatedDisk({ clock, rng: new Rng(seed) });
  mount = disk.mount();
  answers = new Answers();
};
const received = (): readonly number[] => disk.committed.tables.messages.unread(ANNA).map(({ createdMs }) => createdMs);

beforeEach(() => begin());

/** Time passes until nothing waits any more. */
async function pass(): Promise<void> {
  for (await drain(); clock.step(); await drain());
}

describe('the stores of a simulated disk', () => {
  storesContract(() => {
    begin();
    return Promise.resolve({ stores: mount.stores, restart: () => Promise.resolve(disk.mount().stores), close: () => Promise.resolve() });
  });
});

describe('the stores of a simulated disk that takes its time', () => {
  storesContract(() => {
    begin();
    disk.commitMs = { min: 1, max: 20 };
    const world = { over: false };
    const turn = (): void => {
      clock.step();
      if (!world.over) setImmediate(turn);
    };
    turn();
    return Promise.resolve({
      stores: mount.stores,
      restart: () => Promise.resolve(disk.mount().stores),
      close: () => {
        world.over = true;
        return Promise.resolve();
      },
    });
  });
});

describe('commits of a simulated disk', () => {
  test('without a delay come in a microtask and set no timer', async () => {
    answers.note('write', mount.stores.messages.receive([text(1)]));
    expect(received()).toEqual([]);
    await drain();
    expect([answers.all, received(), clock.pending]).toEqual([['write'], [1], 0]);
  });

  test('with a delay come when it is over, and what waits commits together, in the order of the calls', async () => {
    disk.commitMs = { min: 10, max: 10 };
    answers.note('text', mount.stores.messages.receive([text(1)]));
    answers.note('setting', mount.stores.settings.set('a', 'b'));
    answers.note('read', mount.stores.settings.get('a'));
    await drain();
    clock.advance(9);
    answers.note('late', mount.stores.messages.receive([text(2)]));
    await drain();
    expect([answers.all, received()]).toEqual([[], []]);
    clock.advance(1);
    expect(received()).toEqual([1, 2]);
    await drain();
    expect(answers.all).toEqual(['text', 'setting', 'read', 'late']);
    expect(clock.monotonic()).toBe(10);
  });

  test('a read with no write before it waits for nothing, also when a write comes behind it', async () => {
    disk.commitMs = { min: 10, max: 10 };
    answers.note('read', mount.stores.messages.unread(ANNA));
    answers.note('write', mount.stores.messages.receive([text(1)]));
    await drain();
    expect(answers.all).toEqual(['read']);
    await pass();
    expect(answers.all).toEqual(['read', 'write']);
  });

  test('what a process submitted before it ended in good order is there for the next one, and it is answered no more', async () => {
    disk.commitMs = { min: 10, max: 10 };
    answers.note('write', mount.stores.messages.receive([text(1)]));
    await drain();
    const next = disk.mount();
    expect(received()).toEqual([1]);
    answers.note('late', mount.stores.messages.receive([text(2)]));
    expect(await next.stores.messages.unread(ANNA)).toHaveLength(1);
    await pass();
    expect(answers.all).toEqual(['write', 'late: STOPPED']);
  });

  test('the same seed takes the same time', async () => {
    const times: number[] = [];
    for (const seed of [7, 7, 8]) {
      begin(seed);
      disk.commitMs = { min: 0, max: 1_000 };
      for (let n = 1; n <= 20; n++) {
        answers.note(`${n}`, mount.stores.messages.receive([text(n)]));
        await pass();
      }
      times.push(clock.monotonic());
    }
    expect(times[0]).toBe(times[1]);
    expect(times[0]).not.toBe(times[2]);
  });
});

describe('a power cut', () => {
  test.each([0, 10])('before the commit (%i ms) loses what waited and answers nobody, then or later', async (ms) => {
    disk.commitMs = { min: ms, max: ms };
    answers.note('write', mount.stores.messages.receive([text(1)]));
    answers.note('read', mount.stores.messages.unread(ANNA));
    disk.crash();
    answers.note('of a dead process', mount.stores.messages.receive([text(2)]));
    answers.note('its read', mount.stores.messages.unread(ANNA));
    await pass();
    expect([answers.all, received(), clock.pending]).toEqual([[], [], 0]);
  });

  test('while the commit is under way loses it and takes its timer along', async () => {
    disk.commitMs = { min: 10, max: 10 };
    answers.note('write', mount.stores.messages.receive([text(1)]));
    await drain();
    expect(clock.pending).toBe(1);
    disk.crash();
    expect(clock.pending).toBe(0);
    await pass();
    expect([answers.all, received()]).toEqual([[], []]);
  });

  test('after the commit keeps it for the next process', async () => {
    await mount.stores.messages.receive([text(1)]);
    disk.crash();
    mount = disk.mount();
    expect(await mount.stores.messages.unread(ANNA)).toHaveLength(1);
    expect(await mount.stores.settings.increment('seq')).toBe(1);
  });
});

describe('a disk that fails', () => {
  test('refuses some writes, which change nothing, and answers the reads', async () => {
    disk.writeFailure = 0.3;
    for (let n = 1; n <= 100; n++) answers.note(`${n}`, mount.stores.messages.receive([text(n)]));
    answers.note('read', mount.stores.messages.counts());
    await drain();
    const failed = answers.all.filter((answer) => answer.endsWith(': STORE_FAILED'));
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.length).toBeLessThan(50);
    expect(received().map(String)).toEqual(answers.all.slice(0, -1).filter((answer) => !failed.includes(answer)));
    expect(answers.all.at(-1)).toBe('read');
  });

  test('refuses every write of a store and a file while it is full, changes nothing, and recovers', async () => {
    const { stores, sink } = mount;
    const part = await sink.part(transferIdOf(1), 0);
    await part.write(0, bytes(1, 2));
    await part.sync();
    disk.full = true;
    answers.note('text', stores.messages.receive([text(1)]));
    answers.note('contact', stores.contacts.remove(ANNA));
    answers.note('chunk', part.write(2, bytes(3)));
    answers.note('sync', part.sync());
    answers.note('name', sink.finish(transferIdOf(1), 0, { name: 'a', modifiedMs: 0, mode: 0o644 }));
    await drain();
    expect(answers.all.sort()).toEqual(['chunk', 'contact', 'name', 'sync', 'text'].map((what) => `${what}: DISK_FULL`));
    expect([received(), disk.received.size, await sink.freeBytes(), await part.read(0, new Uint8Array(9))]).toEqual([[], 0, 0, 2]);
    disk.full = false;
    await stores.messages.receive([text(1)]);
    expect([received(), await sink.freeBytes()]).toEqual([[1], Infinity]);
  });

  test('removes the parts of files although it is full', async () => {
    await mount.sink.part(transferIdOf(1), 0);
    await mount.sink.part(transferIdOf(2), 0);
    disk.full = true;
    await mount.sink.discard(transferIdOf(1));
    expect(disk.partCount).toBe(1);
    await mount.sink.sweep(new Set());
    expect(disk.partCount).toBe(0);
  });
});
