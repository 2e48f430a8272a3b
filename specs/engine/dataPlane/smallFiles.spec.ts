import { expect, test } from '@jest/globals';
import { SansfilError } from '../../../core/base/errors.js';
import { SMALL_FILES_BATCH } from '../../../core/base/limits.js';
import { SmallFiles } from '../../../core/engine/dataPlane/SmallFiles.js';
import type { FileSink } from '../../../core/ports/files.js';
import type { FinishedItem } from '../../../core/ports/stores.js';
import { MemoryFileSink } from '../../../core/simulation/memoryFiles.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { nodePrimitives } from '../../../plugins/node-primitives/index.js';
import { manifestOf } from '../../support/handmadeSender.js';
import { transferIdOf } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

const ID = transferIdOf(1);
const SIZES = [100, 0, 3_000, 1, 8_000];
const MANIFEST = manifestOf(SIZES);
const CONTENTS = SIZES.map((size, item) => noise(size, item + 1));
const hash = nodePrimitives.hash;
const told = (item: number): Uint8Array => (SIZES[item] === 0 ? hash(new Uint8Array(0)) : hash(hash(CONTENTS[item] ?? new Uint8Array(0))));

/** What the store keeps of a transfer, beside the disk and as safe. */
interface Noted {
  readonly held: Set<number>;
  readonly paths: string[];
}

/** A process that receives what is missing, in batches of two, until it dies. */
async function receive(disk: SimulatedDisk, noted: Noted): Promise<void> {
  const { sink } = disk.mount();
  const small = new SmallFiles({ id: ID, manifest: MANIFEST, sink, primitives: nodePrimitives, into: () => undefined, unsettled: () => undefined });
  await small.recover(noted.paths);
  const missing = SIZES.map((_, item) => item).filter((item) => (noted.paths[item] ?? '') === '');
  for (const item of missing) if (SIZES[item] !== 0 && !small.has(item)) noted.held.delete(item);
  for (let at = 0; at < missing.length; at += 2) {
    const items = missing.slice(at, at + 2);
    for (const item of items)
      if (SIZES[item] !== 0 && !noted.held.has(item)) small.add(item, hash(CONTENTS[item] ?? new Uint8Array(0)), CONTENTS[item] ?? new Uint8Array(0));
    small.addEmpty(items);
    await small.sync();
    for (const item of items) noted.held.add(item);
    const finished: readonly FinishedItem[] = await small.finish(items.map((item) => [item, told(item)]));
    for (const { item, path } of finished) noted.paths[item] = path;
    small.noted(finished);
  }
  await small.discard(noted.paths);
}

const whole = (disk: SimulatedDisk, { paths }: Noted): boolean[] =>
  SIZES.map((_, item) => Buffer.compare(disk.received.get(paths[item] ?? '')?.bytes ?? Buffer.of(1, 2), CONTENTS[item] ?? new Uint8Array(0)) === 0);

test.each(Array.from({ length: 40 }, (_, n) => n + 1))('a power cut at write %i takes no small file that was noted, and leaves none torn', async (step) => {
  for (const moment of ['before', 'after'] as const) {
    for (let seed = 1; seed <= 4; seed++) {
      const clock = new VirtualClock();
      const disk = new SimulatedDisk({ clock, rng: new Rng(seed) });
      const noted: Noted = { held: new Set(), paths: SIZES.map(() => '') };
      const died = new Promise<void>((resolve) =>
        disk.dieAt(step, moment, () => {
          disk.crash();
          resolve();
        }),
      );
      await Promise.race([receive(disk, noted), died]);
      disk.crash();
      await receive(disk, noted);
      expect(whole(disk, noted)).toEqual(SIZES.map(() => true));
      // One file for each, and nothing private is left.
      expect([disk.received.size, disk.partCount]).toEqual([SIZES.length, 0]);
      disk.crash();
      expect(whole(disk, noted)).toEqual(SIZES.map(() => true));
    }
  }
});

test('a transfer that ends before a failing disk let its files be mended loses none of them', async () => {
  let torn = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const clock = new VirtualClock();
    const disk = new SimulatedDisk({ clock, rng: new Rng(seed) });
    const noted: Noted = { held: new Set(), paths: SIZES.map(() => '') };
    const died = new Promise<void>((resolve) =>
      disk.dieAt(1 + (seed % 20), 'before', () => {
        disk.crash();
        resolve();
      }),
    );
    await Promise.race([receive(disk, noted), died]);
    disk.crash();
    const known = noted.paths.map((path) => path !== '');
    if (whole(disk, noted).some((isWhole, item) => known[item] && !isWhole)) torn++;
    const { sink } = disk.mount();
    const small = new SmallFiles({ id: ID, manifest: MANIFEST, sink, primitives: nodePrimitives, into: () => undefined, unsettled: () => undefined });
    disk.writeFailure = 1;
    await Promise.allSettled([small.recover(noted.paths)]);
    await Promise.allSettled([small.discard(noted.paths)]);
    disk.writeFailure = 0;
    await small.discard(noted.paths);
    expect(whole(disk, noted).map((isWhole, item) => isWhole || !known[item])).toEqual(SIZES.map(() => true));
    expect(disk.partCount).toBe(0);
  }
  expect(torn).toBeGreaterThan(0);
});

test('a hash that was told wrong is found before a file is made', async () => {
  const disk = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(1) });
  const { sink } = disk.mount();
  const small = new SmallFiles({ id: ID, manifest: MANIFEST, sink, primitives: nodePrimitives, into: () => undefined, unsettled: () => undefined });
  small.add(0, hash(CONTENTS[0] ?? new Uint8Array(0)), CONTENTS[0] ?? new Uint8Array(0));
  await small.sync();
  await expect(small.finish([[0, told(1)]])).rejects.toMatchObject({ code: 'FILE_HASH_MISMATCH' });
  expect(disk.received.size).toBe(0);
});

test('a transfer that ends after only some of its files could be made leaves none of them torn', async () => {
  const many = manifestOf(Array.from({ length: SMALL_FILES_BATCH + 40 }, () => 100));
  for (let seed = 1; seed <= 4; seed++) {
    const disk = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(seed) });
    const { sink } = disk.mount();
    let calls = 0;
    const finishMany: FileSink['finishMany'] = async (files, into) => {
      if (++calls === 1) return sink.finishMany(files, into);
      await sink.finishMany(files.slice(0, 20), into);
      throw new SansfilError('DISK_FULL');
    };
    const parts = { id: ID, manifest: many, primitives: nodePrimitives, into: () => undefined, unsettled: () => undefined };
    const small = new SmallFiles({ ...parts, sink: { ...sink, finishMany } });
    const content = noise(100, 1);
    for (const item of many.items.keys()) small.add(item, hash(content), content);
    await small.sync();
    await expect(small.finish([...many.items.keys()].map((item) => [item, hash(hash(content))]))).rejects.toMatchObject({ code: 'DISK_FULL' });
    await small.discard(many.items.map(() => ''));
    disk.crash();
    expect(disk.partCount).toBe(0);
    expect([...disk.received.values()].map(({ bytes }) => bytes.length)).toEqual(Array.from({ length: SMALL_FILES_BATCH + 20 }, () => 100));
  }
});

test('what a person takes away of files that are safe stays away when the process is killed later', async () => {
  const sink = new MemoryFileSink();
  const begin = (): SmallFiles =>
    new SmallFiles({ id: ID, manifest: MANIFEST, sink, primitives: nodePrimitives, into: () => undefined, unsettled: () => undefined });
  const paths = SIZES.map(() => '');
  const small = begin();
  const bring = async (items: readonly number[]): Promise<void> => {
    for (const item of items) small.add(item, hash(CONTENTS[item] ?? new Uint8Array(0)), CONTENTS[item] ?? new Uint8Array(0));
    await small.sync();
    const finished = await small.finish(items.map((item) => [item, told(item)]));
    for (const { item, path } of finished) paths[item] = path;
    small.noted(finished);
    await small.settled();
  };
  await bring([0, 2]);
  // Each time anew, also while more is on its way.
  await Promise.all([bring([3]), small.settled()]);
  const received = sink.received as Map<string, unknown>;
  for (const item of [0, 2, 3]) received.delete(paths[item] ?? '');
  await begin().recover(paths);
  expect([...sink.received.keys()]).toEqual([]);
});
