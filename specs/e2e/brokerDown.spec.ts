import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Stage, type Running } from '../support/processes.js';

describe('without the directory and its broker', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let board: Running;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address)]);
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
    await stage.ask('pi', 'message', 'board', 'while it was there', '--wait', '--timeout', '30');
    await directory.kill();
    await pi.until('the loss of the directory', (event) => (event.type === 'directory.changed' && event.state !== 'online' ? true : undefined));
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  test('messages go on, both ways', async () => {
    expect(await stage.ask('pi', 'message', 'board', 'still here?', '--wait', '--timeout', '30')).toMatchObject({ state: 'delivered' });
    expect(await stage.ask('board', 'message', 'pi', 'still here.', '--wait', '--timeout', '30')).toMatchObject({ state: 'delivered' });
  });

  test('a file goes on', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const path = join(stage.folder, 'while down.bin');
    await writeFile(path, bytes);
    const sending = stage.ask('pi', 'send', 'board', path, '--wait', '--timeout', '60');
    const id = await board.until('the offer', (event) => (event.type === 'transfer.offered' && event.direction === 'in' ? event.id : undefined));
    await stage.ask('board', 'transfers', 'accept', id);
    await sending;
    const [received] = await board.until('the file', (event) => (event.type === 'transfer.completed' && event.id === id ? event.paths : undefined));
    const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
    expect(hash(await readFile(received ?? ''))).toBe(hash(bytes));
  }, 90_000);

  test('a device that was restarted still finds its friend', async () => {
    await pi.stop();
    pi = await stage.device('pi', directory.address);
    expect(await stage.ask('pi', 'message', 'board', 'back again', '--wait', '--timeout', '60')).toMatchObject({ state: 'delivered' });
  }, 90_000);

  test('what needs the directory says that it cannot be reached', async () => {
    const { exit, document } = await stage.run<{ error: { code: string } }>(['friends', 'add', 'somebody', '--data', stage.data('pi')]);
    expect(document.error.code).toMatch(/^(DIRECTORY_UNREACHABLE|NOT_LOGGED_IN)$/);
    expect(exit).toBe(3);
  });

  test('and when it is back, devices find it by themselves', async () => {
    const port = new URL(directory.address.replace('mqtt:', 'http:')).port;
    directory = await stage.directory('127.0.0.1', port);
    const online = (running: Running): Promise<true> =>
      running.until('the directory', (event) => (event.type === 'directory.changed' && event.state === 'online' ? true : undefined));
    await Promise.all([online(pi), online(board)]);
    expect(await stage.ask('pi', 'friends')).toMatchObject([{ name: 'board', state: 'friend' }]);
  }, 90_000);
});
