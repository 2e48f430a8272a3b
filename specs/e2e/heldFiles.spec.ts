import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FriendView, TransferView } from '../../core/events/commands.js';
import { Stage, type Running } from '../support/processes.js';

/** Large enough that a person has the time to pause it. */
const LARGE = 512 * 2 ** 20;
const SMALL = 300_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('what a person decides about files, with two real devices', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let board: Running;
  const bytes = randomBytes(LARGE);
  const path = (name: string): string => join(stage.folder, name);

  const start = (name: 'pi' | 'board'): Promise<Running> => stage.device(name, directory.address);
  const list = (name: string): Promise<readonly TransferView[]> => stage.ask(name, 'transfers');
  const show = async (name: string, id: string): Promise<TransferView> => stage.ask(name, 'transfers', 'show', id);

  async function until(name: string, id: string, holds: (view: TransferView) => boolean): Promise<TransferView> {
    for (let n = 0; n < 120; n++) {
      const view = (await list(name)).find((one) => one.id === id);
      if (view && holds(view)) return view;
    }
    throw new Error(`${name} never came to it: ${JSON.stringify(await show(name, id))}`);
  }

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([start('pi'), start('board')]);
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
    await writeFile(path('large.bin'), bytes);
    await writeFile(path('small.bin'), bytes.subarray(0, SMALL));
  }, 120_000);
  afterAll(() => stage[Symbol.asyncDispose](), 60_000);

  async function begin(): Promise<string> {
    const { id } = await stage.ask<TransferView>('pi', 'send', 'board', path('large.bin'));
    await until('board', id, ({ state }) => state === 'offered');
    await stage.ask('board', 'transfers', 'accept', id);
    return id;
  }

  test('a paused transfer stays paused when either is killed and started again, and is whole in the end', async () => {
    const id = await begin();
    await stage.ask('board', 'transfers', 'pause', id);
    const { bytes: sent } = await until('pi', id, ({ pausedBy }) => pausedBy === 'peer');
    expect(sent).toBeLessThan(LARGE);

    await board.kill();
    board = await start('board');
    expect(await show('board', id)).toMatchObject({ state: 'paused', pausedBy: 'me' });
    await stage.ask('pi', 'transfers', 'pause', id);
    await pi.kill();
    pi = await start('pi');
    await until('board', id, ({ pausedBy }) => pausedBy === 'both');
    expect(await show('pi', id)).toMatchObject({ state: 'paused', pausedBy: 'both' });

    await stage.ask('board', 'transfers', 'resume', id);
    await until('pi', id, ({ pausedBy }) => pausedBy === 'me');
    await stage.ask('pi', 'transfers', 'resume', id);
    const done = await until('board', id, ({ state }) => state === 'done');
    expect(sha256(await readFile(done.paths[0] ?? ''))).toBe(sha256(bytes));
  }, 180_000);

  test.each(['pi', 'board'])(
    'what %s cancels leaves no part behind',
    async (name) => {
      const id = await begin();
      await stage.ask(name, 'transfers', 'cancel', id);
      await Promise.all(['pi', 'board'].map((side) => until(side, id, ({ state }) => state === 'cancelled' || state === 'done')));
      for (let n = 0; n < 50 && (await readdir(join(stage.data('board'), 'incoming'))).length > 0; n++) await list('board');
      expect(await readdir(join(stage.data('board'), 'incoming'))).toEqual([]);
    },
    120_000,
  );

  test('what is within the limit for a friend comes by itself into the folder chosen for it; what is larger is asked', async () => {
    const chosen = join(stage.folder, 'chosen');
    const friend = await stage.ask<FriendView>('board', 'friends', 'trust', 'pi', '--limit', '1MB', '--to', chosen);
    expect(friend.trust).toEqual({ bytesMax: 1_000_000, into: chosen });
    const small = await stage.ask<TransferView>('pi', 'send', 'board', path('small.bin'), '--wait');
    expect(small.state).toBe('done');
    expect(sha256(await readFile(join(chosen, 'small.bin')))).toBe(sha256(bytes.subarray(0, SMALL)));
    const { id } = await stage.ask<TransferView>('pi', 'send', 'board', path('large.bin'));
    expect(await until('board', id, () => true)).toMatchObject({ state: 'offered' });
    await stage.ask('board', 'transfers', 'decline', id);
    expect(await stage.ask<FriendView>('board', 'friends', 'trust', 'pi', '--off')).not.toHaveProperty('trust');
  }, 120_000);

  test('a folder named when accepting gets the files; one that cannot be used is refused, and the offer stands', async () => {
    const { id } = await stage.ask<TransferView>('pi', 'send', 'board', path('small.bin'));
    await until('board', id, ({ state }) => state === 'offered');
    const refused = await stage.run(['transfers', 'accept', id, '--to', path('small.bin'), '--data', stage.data('board')]);
    expect(refused).toMatchObject({ exit: 1, document: { error: { code: 'FOLDER_UNUSABLE' } } });
    const there = join(stage.folder, 'there');
    await mkdir(there);
    await stage.ask('board', 'transfers', 'accept', id, '--to', there);
    expect(await until('board', id, ({ state }) => state === 'done')).toMatchObject({ into: there, paths: [join(there, 'small.bin')] });
  }, 60_000);
});
