import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TransferId } from '../../../core/base/ids.js';
import { FETCH_WINDOW_BYTES_MAX, SYNC_BYTES } from '../../../core/base/limits.js';
import type { ShareView, TransferView } from '../../../core/events/commands.js';
import { Device, progressed, sha256Of } from '../../support/filePair.js';
import { freePort } from '../../support/freePort.js';
import { Stage, type Running } from '../../support/processes.js';
import { RecordingProxy } from '../../support/recordingProxy.js';

const MIB = 2 ** 20;
const SLOW = MIB;
const FAST = 16 * MIB;
/** What a session says of itself while nothing of a file is on its way. */
const CHATTER_BYTES = 64 * 1024;
/** Announcements of chunks, handshakes and frames around all that is carried. */
const OVERHEAD = 1.02;

/** `slow` and `fast` have what `pi` and `board` fetch, each behind a road that carries so much and no more. */
describe('[P-6.24] what friends have at the end of roads that are known', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Device;
  let board: Device;
  const holders = new Map<string, Device>();
  const roads = { slow: new RecordingProxy(SLOW), fast: new RecordingProxy(FAST) };
  const names = ['slow', 'fast'] as const;
  let files = 0;

  const holder = (name: string): Device => {
    const one = holders.get(name);
    if (!one) throw new Error(`no ${name}`);
    return one;
  };
  /** The same bytes, shared by each under a name of its own in a folder of its own. */
  async function share(bytes: Uint8Array, by: readonly string[]): Promise<readonly ShareView[]> {
    files++;
    const views: ShareView[] = [];
    for (const name of by) {
      const path = join(stage.folder, `${name}'s files`, `${files} as ${name} calls it.bin`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      views.push(await stage.ask<ShareView>(name, 'share', 'add', path));
    }
    return views;
  }
  const fetch = async (who: string, from: string, id: string | undefined): Promise<TransferId> =>
    (await stage.ask<TransferView>(who, 'fetch', from, id ?? '')).id;
  const fileOf = async (device: Device, id: TransferId): Promise<string> => {
    const [path = ''] = (await device.fact('transfer.completed', id)).paths;
    return path;
  };
  /** Until two messages in a row find nothing else on the road: what was on its way has come. */
  async function untilQuiet(): Promise<void> {
    for (let before = -Infinity, now = 0; now - before > CHATTER_BYTES;) {
      before = roads.fast.carriedBytes;
      await stage.ask('pi', 'message', 'fast', 'still there?', '--wait', '--timeout', '60');
      now = roads.fast.carriedBytes;
    }
  }

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    pi = new Device(stage, directory, 'pi', []);
    board = new Device(stage, directory, 'board', []);
    await Promise.all([pi.start(), board.start()]);
    for (const device of [pi, board]) await stage.register(device);
    await stage.meet(pi, board);
    for (const name of names) {
      const port = await freePort();
      roads[name].aim(port);
      const one = new Device(stage, directory, name, ['--listen', `127.0.0.1:${port}`, '--announce', `127.0.0.1:${await roads[name].listen()}`]);
      holders.set(name, one);
      await one.start();
      await stage.register(one);
      for (const each of [pi, board]) await stage.meet(each, one);
    }
  }, 240_000);
  afterAll(async () => {
    for (const device of [pi, board, ...holders.values()]) await device.close();
    await stage[Symbol.asyncDispose]();
    for (const name of names) await roads[name].close();
  }, 60_000);
  afterEach(() => {
    for (const name of names) roads[name].forget();
  });

  test('comes from both, under whatever name they have it, and is not kept waiting by the slow one', async () => {
    const bytes = randomBytes(64 * MIB);
    const [ofSlow] = await share(bytes, names);
    for (const name of names) roads[name].forget();
    const id = await fetch('pi', 'slow', ofSlow?.id);
    const most = new Map<string, number>();
    for (let left = true; left;) {
      const view = await pi.transfer(id);
      for (const { with: name, bytes: came } of view.holders ?? []) most.set(name, came);
      left = view.state !== 'done';
    }
    const path = await fileOf(pi, id);
    expect(basename(path)).toMatch(/as slow calls it/);
    expect(await sha256Of(path)).toBe(await sha256Of(join(stage.folder, "fast's files", basename(path).replace('slow', 'fast'))));
    // By when it was all here, the slow one had not brought half of its half.
    expect(roads.slow.carriedBytes).toBeLessThan(16 * MIB);
    expect(roads.fast.carriedBytes).toBeGreaterThan(48 * MIB);
    expect(most.get('slow')).toBeGreaterThanOrEqual(MIB);
    expect(most.get('fast')).toBeGreaterThanOrEqual(32 * MIB);
  }, 180_000);

  test('comes also from a friend who is there and was not talked to since its device was started', async () => {
    const [ofSlow] = await share(randomBytes(24 * MIB), names);
    await holder('fast').replug();
    for (const name of names) roads[name].forget();
    const id = await fetch('pi', 'slow', ofSlow?.id);
    expect(await sha256Of(await fileOf(pi, id))).toBe(await sha256Of(ofSlow?.path ?? ''));
    expect(roads.fast.carriedBytes).toBeGreaterThan(12 * MIB);
  }, 180_000);

  test('stays where it is while it is paused, goes on when it is resumed, and nothing of it comes twice', async () => {
    const bytes = randomBytes(96 * MIB);
    const [shared] = await share(bytes, ['fast']);
    roads.fast.forget();
    const id = await fetch('pi', 'fast', shared?.id);
    await pi.running.until('some of it', progressed(id, 8 * MIB));
    expect(await stage.ask<TransferView>('pi', 'transfers', 'pause', id.slice(0, 8))).toMatchObject({ state: 'paused', pausedBy: 'me' });
    await untilQuiet();
    const resting = await pi.transfer(id);
    expect(resting).toMatchObject({ state: 'paused', pausedBy: 'me' });
    expect(resting.bytes).toBeLessThan(64 * MIB);
    await pi.replug();
    expect(await pi.transfer(id)).toMatchObject({ state: 'paused', pausedBy: 'me', bytes: resting.bytes });

    await stage.ask('pi', 'transfers', 'resume', id.slice(0, 8));
    const path = await fileOf(pi, id);
    expect(await sha256Of(path)).toBe(await sha256Of(shared?.path ?? ''));
    expect(roads.fast.carriedBytes).toBeLessThan(OVERHEAD * 96 * MIB + FETCH_WINDOW_BYTES_MAX);
  }, 180_000);

  test('is gone when it is cancelled: nothing more is carried, nothing stays on the disk', async () => {
    const [shared] = await share(randomBytes(96 * MIB), ['fast']);
    roads.fast.forget();
    const id = await fetch('pi', 'fast', shared?.id);
    await pi.running.until('some of it', progressed(id, 8 * MIB));
    const before = await readdir(pi.received);
    await stage.ask('pi', 'transfers', 'cancel', id);
    expect(await pi.fact('transfer.ended', id)).toMatchObject({ state: 'cancelled' });
    await untilQuiet();
    expect(roads.fast.carriedBytes).toBeLessThan(72 * MIB);
    expect(await readdir(join(stage.data('pi'), 'incoming'))).toEqual([]);
    expect(await readdir(pi.received)).toEqual(before);
    expect((await stage.run(['transfers', 'resume', id, '--data', stage.data('pi')])).exit).not.toBe(0);
  }, 180_000);

  test('is not fetched again as far as it was confirmed when the receiver is killed', async () => {
    const bytes = randomBytes(96 * MIB);
    const [shared] = await share(bytes, ['fast']);
    roads.fast.forget();
    const id = await fetch('pi', 'fast', shared?.id);
    for (const some of [24 * MIB, 56 * MIB]) {
      const confirmed = await pi.running.until('more of it', progressed(id, some));
      await pi.replug();
      expect((await pi.transfer(id)).bytes).toBeGreaterThanOrEqual(confirmed);
    }
    expect(await sha256Of(await fileOf(pi, id))).toBe(await sha256Of(shared?.path ?? ''));
    // What was on its way, or not yet synced, at each of the two deaths.
    expect(roads.fast.carriedBytes).toBeLessThan(OVERHEAD * 96 * MIB + 2 * (FETCH_WINDOW_BYTES_MAX + SYNC_BYTES));
  }, 180_000);

  test('comes from one that has only part of it, as far as it has it; the rest when the one who has all is back', async () => {
    const bytes = randomBytes(96 * MIB);
    const [shared] = await share(bytes, ['fast']);
    const mine = await fetch('pi', 'fast', shared?.id);
    await stage.ask('pi', 'transfers', 'pause', mine);
    const theirs = await fetch('board', 'fast', shared?.id);
    await board.running.until('part of it', progressed(theirs, 40 * MIB));
    await holder('fast').running.kill();
    await holder('fast').close();
    await board.running.until('the wait', (event) => (event.type === 'transfer.interrupted' && event.id === theirs ? true : undefined));
    const part = (await board.transfer(theirs)).bytes;
    expect(part).toBeLessThan(96 * MIB);
    const before = (await pi.transfer(mine)).bytes;
    expect(before).toBeLessThan(part);

    await stage.ask('pi', 'message', 'board', 'here', '--wait', '--timeout', '60');
    await stage.ask('pi', 'transfers', 'resume', mine);
    // What was on its way when the holder was killed is still written after the wait is told: the part may yet grow.
    let [now, theirPart] = [await pi.transfer(mine), await board.transfer(theirs)];
    while (now.bytes < theirPart.bytes) [now, theirPart] = [await pi.transfer(mine), await board.transfer(theirs)];
    expect(now.bytes).toBe(theirPart.bytes);
    expect(theirPart.bytes).toBeGreaterThanOrEqual(part);
    expect(theirPart.bytes).toBeLessThan(96 * MIB);
    expect(now.holders?.map(({ with: name }) => name)).toEqual(['board']);

    await holder('fast').start();
    const paths = [await fileOf(pi, mine), await fileOf(board, theirs)];
    for (const path of paths) expect(await sha256Of(path)).toBe(await sha256Of(shared?.path ?? ''));
  }, 180_000);
});
