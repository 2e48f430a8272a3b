import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FriendView, NodeView } from '../../../core/events/commands.js';
import type { DomainEvent, Presence } from '../../../core/events/domainEvents.js';
import { Stage, type Running } from '../../support/processes.js';

const directoryIs =
  (state: string) =>
  (event: DomainEvent): true | undefined =>
    event.type === 'directory.changed' && event.state === state ? true : undefined;
const friendIs =
  (state: Presence) =>
  (event: DomainEvent): true | undefined =>
    event.type === 'presence.changed' && event.state === state ? true : undefined;

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
    await killDirectory();
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  const both = (what: string, pick: (event: DomainEvent) => true | undefined): Promise<unknown> =>
    Promise.all([pi, board].map((running) => running.until(what, pick)));
  const open = async (): Promise<number[]> => Promise.all(['pi', 'board'].map(async (name) => (await stage.ask<NodeView>(name, 'status')).sessions));

  async function killDirectory(): Promise<void> {
    await directory.kill();
    await both('the loss of the directory', directoryIs('offline'));
  }

  /** At its place of before. */
  async function startDirectory(): Promise<void> {
    const { port } = new URL(directory.address.replace('mqtt:', 'http:'));
    directory = await stage.directory('127.0.0.1', port);
  }

  /** Nobody tells the devices to: both are back, and each sees the other. */
  async function expectToConverge(): Promise<void> {
    await both('the directory', directoryIs('online'));
    await Promise.all([stage.ask('pi', 'status', 'busy'), board.until('pi to be busy', friendIs('busy'))]);
    await Promise.all([stage.ask('board', 'status', 'away'), pi.until('board to be away', friendIs('away'))]);
    for (const [name, friend, presence] of [
      ['pi', 'board', 'away'],
      ['board', 'pi', 'busy'],
    ] as const) {
      expect(await stage.ask<readonly FriendView[]>(name, 'friends')).toMatchObject([{ name: friend, state: 'friend', keyChanged: false, presence }]);
    }
  }

  test('the session between two devices stands', async () => {
    expect(await open()).toEqual([1, 1]);
  });

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

  test('when it is back on its data, devices find it by themselves and see each other again', async () => {
    const before = await open();
    await startDirectory();
    await expectToConverge();
    expect(await open()).toEqual(before);
  }, 90_000);

  test('when it comes back without its database, devices register and are friends again by themselves', async () => {
    const before = await open();
    await killDirectory();
    for (const file of await readdir(stage.data('directory'))) if (file.startsWith('directory.db')) await rm(join(stage.data('directory'), file));
    await startDirectory();
    await expectToConverge();
    expect(await open()).toEqual(before);
    expect(await stage.ask('pi', 'message', 'board', 'nothing happened', '--wait', '--timeout', '30')).toMatchObject({ state: 'delivered' });
  }, 90_000);

  test('when another one stands in its place, devices are not taken in and go on without it', async () => {
    await killDirectory();
    await rm(stage.data('directory'), { recursive: true });
    await startDirectory();
    const { exit, document } = await stage.run<{ error: { code: string } }>(['login', '--data', stage.data('pi')]);
    expect({ exit, code: document.error.code }).toEqual({ exit: 4, code: 'DIRECTORY_CHANGED' });
    expect(await stage.ask('board', 'message', 'pi', 'who was that?', '--wait', '--timeout', '30')).toMatchObject({ state: 'delivered' });
  }, 90_000);
});
