import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk, type Mount } from '../../core/simulation/SimulatedDisk.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { drain } from '../support/drain.js';
import { messageIdOf, peerOf, transferIdOf } from '../support/samples.js';

const ANNA = peerOf(1);
const ID = transferIdOf(1);
const META = { modifiedMs: 0, mode: 0o644 };
const text = (n: number) => ({ id: messageIdOf(n), peer: ANNA, text: `text ${n}`, createdMs: n, storedMs: n });

class Device {
  readonly clock = new VirtualClock();
  readonly disk = new SimulatedDisk({ clock: this.clock, rng: new Rng(1) });
  readonly heard: number[] = [];
  deaths = 0;

  constructor(commitMs: number) {
    this.disk.commitMs = { min: commitMs, max: commitMs };
  }

  dieAt(step: number, moment: 'before' | 'after'): void {
    this.disk.dieAt(step, moment, () => {
      this.deaths++;
      this.disk.crash();
    });
  }

  /** Runs what a process does until it ends or nothing moves any more. */
  async run(process: (mount: Mount, device: Device) => Promise<void>): Promise<void> {
    void process(this.disk.mount(), this);
    for (await drain(); this.clock.step(); await drain());
  }

  get texts(): readonly number[] {
    return this.disk.committed.tables.messages.unread(ANNA).map(({ createdMs }) => createdMs);
  }
}

/** Nine writes: some alone, some that wait for one commit together, and reads between them. */
async function writeTexts({ stores: { messages } }: Mount, { heard }: Device): Promise<void> {
  const write = async (n: number): Promise<void> => {
    await messages.receive([text(n)]);
    heard.push(n);
  };
  await write(1);
  await messages.unread(ANNA);
  await Promise.all([write(2), write(3), messages.counts(), write(4)]);
  await write(5);
  await Promise.all([write(6), write(7), write(8)]);
  await write(9);
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);
/** The texts that are acknowledged together with the text `n`, and those before. */
const toldBefore = (n: number): readonly number[] => upTo(n <= 1 ? 0 : n <= 4 ? 1 : n === 5 ? 4 : n <= 8 ? 5 : 8);

describe.each([0, 10])('a process that dies at a planned write, with commits of %i ms', (commitMs) => {
  test('does nine writes when it does not', async () => {
    const device = new Device(commitMs);
    await device.run(writeTexts);
    expect([device.texts, device.heard, device.disk.steps]).toEqual([upTo(9), upTo(9), 9]);
  });

  test.each(upTo(9))('leaves what was committed before write %i, and nobody heard of more', async (step) => {
    const device = new Device(commitMs);
    device.dieAt(step, 'before');
    await device.run(writeTexts);
    expect([device.texts, device.heard, device.deaths]).toEqual([upTo(step - 1), toldBefore(step), 1]);
  });

  test.each(upTo(9))('leaves write %i when it dies after it, and nobody heard of it', async (step) => {
    const device = new Device(commitMs);
    device.dieAt(step, 'after');
    await device.run(writeTexts);
    expect([device.texts, device.heard, device.deaths]).toEqual([upTo(step), toldBefore(step), 1]);
  });

  test('finds all of it again when it starts anew and goes on', async () => {
    const device = new Device(commitMs);
    for (const step of [3, 2, 5]) {
      device.dieAt(step, 'after');
      await device.run(writeTexts);
    }
    await device.run(writeTexts);
    expect([device.texts, device.deaths]).toEqual([upTo(9), 3]);
  });

  test('dies once, and a crash before makes it forget the plan', async () => {
    const device = new Device(commitMs);
    device.dieAt(2, 'after');
    device.disk.crash();
    await device.run(writeTexts);
    expect([device.texts, device.deaths]).toEqual([upTo(9), 0]);
  });
});

describe('a process that dies while it receives a file', () => {
  /** Part, first half, sync, noted, second half, sync, noted, name, noted, done, discarded: each of it a write. */
  async function receiveFile({ sink, stores: { transfers } }: Mount): Promise<void> {
    const part = await sink.part(ID, 0);
    await transfers.put({ id: ID, peer: ANNA, direction: 'in', state: 'active', manifest: new Uint8Array(1), paths: [''], createdMs: 0 });
    for (const half of [0, 1]) {
      await part.write(4 * half, new Uint8Array(4).fill(1 + half));
      await part.sync();
      await transfers.setChunks(ID, Uint8Array.of(half === 0 ? 0x80 : 0xc0));
    }
    const path = await sink.finish(ID, 0, { name: 'a.bin', ...META });
    await transfers.finished(ID, [{ item: 0, path }]);
    await transfers.put({ id: ID, peer: ANNA, direction: 'in', state: 'done', manifest: new Uint8Array(1), paths: [path], createdMs: 0 });
    await sink.discard(ID);
  }
  const STEPS = 12;
  const deaths = upTo(STEPS).flatMap((step) => (['before', 'after'] as const).map((moment) => [moment, step] as const));

  test(`does ${STEPS} writes`, async () => {
    const device = new Device(5);
    await device.run(receiveFile);
    expect(device.disk.steps).toBe(STEPS);
    expect(device.disk.received.get('a.bin')?.bytes).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2));
  });

  test.each(deaths)('never claims what is not on the disk, dying %s write %i, and the second time it succeeds', async (moment, step) => {
    const device = new Device(5);
    device.dieAt(step, moment);
    await device.run(receiveFile);
    expect(device.deaths).toBe(1);
    const { disk } = device;
    const { transfers } = disk.committed.tables;
    const done = transfers.get(ID)?.state === 'done';
    const complete = disk.received.get('a.bin');
    expect(done && !complete).toBe(false);
    if (complete) expect(complete.bytes).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2));
    const held = new Uint8Array(8);
    if (!complete) await (await disk.mount().sink.part(ID, 0)).read(0, held);
    const [chunks = 0] = transfers.chunks(ID);
    if (!complete && (chunks & 0x80) > 0) expect(held.subarray(0, 4)).toEqual(new Uint8Array(4).fill(1));
    if (!complete && (chunks & 0x40) > 0) expect(held.subarray(4)).toEqual(new Uint8Array(4).fill(2));
    await device.run(receiveFile);
    expect(disk.received.get('a.bin')?.bytes).toEqual(Uint8Array.of(1, 1, 1, 1, 2, 2, 2, 2));
    expect(disk.partCount).toBe(0);
  });
});
