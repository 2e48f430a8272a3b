import { beforeEach, describe, expect, test } from '@jest/globals';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { rejection, transferIdOf } from '../support/samples.js';

const ID = transferIdOf(1);
const META = { modifiedMs: 5, mode: 0o755 };
const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

let disk: SimulatedDisk;
beforeEach(() => {
  disk = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(1) });
});

/** What a new process reads of the part. */
async function onDisk(of = disk): Promise<Uint8Array> {
  const into = new Uint8Array(64);
  const part = await of.mount().sink.part(ID, 0);
  return into.subarray(0, await part.read(0, into));
}

/** Ten synced bytes, then a write into them and one behind them that are not, then a power cut. */
async function cutWithUnsynced(seed: number): Promise<Uint8Array> {
  const of = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(seed) });
  const part = await of.mount().sink.part(ID, 0);
  await part.write(0, filled(10, 1));
  await part.sync();
  await part.write(5, filled(10, 2));
  await part.write(20, filled(10, 3));
  of.crash();
  return onDisk(of);
}

describe('bytes of a part that a power cut finds unsynced', () => {
  test('are lost, or stay, or only their beginning does; what was synced and not written again always stays', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const found = await cutWithUnsynced(seed);
      expect(found.subarray(0, 5)).toEqual(filled(5, 1));
      const second = found.subarray(5, 15).filter((byte) => byte === 2).length;
      const third = found.filter((byte) => byte === 3).length;
      const expected = new Uint8Array(30);
      expected.set(filled(10, 1));
      expected.set(filled(second, 2), 5);
      expected.set(filled(third, 3), 20);
      expect(found).toEqual(expected.subarray(0, third > 0 ? 20 + third : Math.max(10, 5 + second)));
      for (const [name, count] of Object.entries({ second, third })) seen.add(`${name} ${count === 0 ? 'lost' : count === 10 ? 'kept' : 'torn'}`);
    }
    expect([...seen].sort()).toEqual(['second kept', 'second lost', 'second torn', 'third kept', 'third lost', 'third torn']);
  });

  test('have the same fate for the same seed', async () => {
    const fates = await Promise.all([...Array(20).keys()].map(async (seed) => [await cutWithUnsynced(seed), await cutWithUnsynced(seed)] as const));
    for (const [one, other] of fates) expect(one).toEqual(other);
  });

  test('stay when the process ends and the power does not', async () => {
    const part = await disk.mount().sink.part(ID, 0);
    await part.write(0, filled(4, 1));
    expect(await onDisk()).toEqual(filled(4, 1));
  });

  test('are safe once synced, and the file under its final name with them', async () => {
    const { sink } = disk.mount();
    const part = await sink.part(ID, 0);
    await part.write(0, filled(4, 1));
    await part.sync();
    expect(await sink.finish(ID, 0, { name: 'folder/a.sh', ...META })).toBe('folder/a.sh');
    disk.crash();
    expect(disk.received.get('folder/a.sh')).toEqual({ bytes: filled(4, 1), modifiedMs: 5, mode: 0o644 });
  });

  test('are missing from a complete file whose part nobody synced, also when the part is discarded', async () => {
    let damaged = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const of = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(seed) });
      const { sink } = of.mount();
      await (await sink.part(ID, 0)).write(0, filled(4, 1));
      await sink.finish(ID, 0, { name: 'a.bin', ...META });
      await sink.discard(ID);
      of.crash();
      if (of.received.get('a.bin')?.bytes.length !== 4) damaged++;
    }
    expect(damaged).toBeGreaterThan(20);
  });
});

describe('the receiving folder of a simulated disk', () => {
  test('gives the same file when it is asked again, and another name when it is taken', async () => {
    const { sink } = disk.mount();
    await sink.part(ID, 0);
    await sink.part(ID, 1);
    expect(await sink.finish(ID, 0, { name: 'a.bin', ...META })).toBe('a.bin');
    expect(await sink.finish(ID, 1, { name: 'a.bin', ...META })).toBe('a (2).bin');
    disk.crash();
    expect(await disk.mount().sink.finish(ID, 1, { name: 'a.bin', ...META })).toBe('a (2).bin');
  });

  test('refuses a part that is not there and a name that leaves the folder, with a rejection', async () => {
    const { sink } = disk.mount();
    expect(await rejection(sink.finish(ID, 0, { name: 'a.bin', ...META }))).toBe('STORE_FAILED');
    await sink.part(ID, 0);
    expect(await rejection(sink.finish(ID, 0, { name: '../a.bin', ...META }))).toBe('FILE_NAME_UNSAFE');
    expect(disk.received.size).toBe(0);
  });

  test('loses the parts of a transfer that is over and keeps those that go on', async () => {
    const { sink } = disk.mount();
    await (await sink.part(ID, 0)).write(0, filled(1, 1));
    await sink.part(transferIdOf(2), 0);
    await sink.sweep(new Set([ID]));
    expect([disk.partCount, await onDisk()]).toEqual([1, filled(1, 1)]);
    await disk.mount().sink.discard(ID);
    expect(disk.partCount).toBe(0);
  });
});
