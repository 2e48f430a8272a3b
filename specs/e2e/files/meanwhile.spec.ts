import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { heldPair, sha256Of } from '../../support/filePair.js';
import { watchMemory } from '../../support/processMemory.js';

const MIB = 2 ** 20;
/** What one would notice on a small device, with room for a collector that comes late. */
const MEMORY_MIB_MAX = 96;

async function writeRandom(path: string, bytes: number): Promise<string> {
  const some = randomBytes(MIB);
  await writeFile(path, '');
  for (let at = 0; at < bytes; at += MIB) await appendFile(path, some.subarray(0, bytes - at));
  return path;
}

describe('while a file is on its way', () => {
  const pair = heldPair();

  const source = (name: string): string => join(pair().stage.folder, name);

  test('memory stays bounded on both sides, and messages pass it', async () => {
    const { pi, board } = pair();
    const path = await writeRandom(source('film.bin'), 512 * MIB);
    const above = await Promise.all([pi, board].map(({ running }) => watchMemory(running.pid)));
    const id = await pair().offer(path);
    await pair().accept(id);
    await board.fact('transfer.started', id);
    await pi.ask({ type: 'message.send', to: 'board', text: 'it is coming' });
    await board.ask({ type: 'message.send', to: 'pi', text: 'I see it' });
    const order: string[] = [];
    await Promise.all(
      [pi, board].map(({ running }) =>
        running.until('the end', (event) => {
          if (event.type === 'message.received') order.push(event.text);
          if (event.type === 'transfer.completed') order.push(`end at ${event.direction}`);
          return event.type === 'transfer.completed' ? true : undefined;
        }),
      ),
    );
    expect(order.slice(0, 2).sort()).toEqual(['I see it', 'it is coming']);
    for (const rise of above) expect(await rise()).toBeLessThan(MEMORY_MIB_MAX);
    expect(await sha256Of(join(board.received, 'film.bin'))).toBe(await sha256Of(path));
    await Promise.all([path, join(board.received, 'film.bin')].map((file) => rm(file)));
  }, 90_000);

  test('its source may not change: both sides are told which file did', async () => {
    const { pi, board } = pair();
    const path = source('log of today.txt');
    await writeFile(path, '');
    // So large that it takes longer than to hear of its start and write a line; nothing of it is stored here.
    await truncate(path, 256 * MIB);
    const id = await pair().offer(path);
    await pair().accept(id);
    await pi.fact('transfer.started', id);
    await appendFile(path, 'one more line');
    const [atSender, atReceiver] = await Promise.all([pi.fact('transfer.ended', id), board.fact('transfer.ended', id)]);
    expect(atSender).toMatchObject({ state: 'failed', code: 'FILE_CHANGED' });
    expect(atReceiver).toMatchObject({ code: 'FILE_CHANGED' });
    expect(await pi.transfer(id)).toMatchObject({ items: [{ name: 'log of today.txt' }], code: 'FILE_CHANGED' });
    expect(await readdir(board.received)).toEqual([]);
  }, 60_000);
});

describe('where a file of that name is already', () => {
  const pair = heldPair();

  test('it is never overwritten, nor what a link points to', async () => {
    const { received } = pair().board;
    await mkdir(received, { recursive: true });
    const treasure = join(pair().stage.folder, 'treasure');
    await writeFile(treasure, 'kept');
    await writeFile(join(received, 'note.txt'), 'mine');
    await symlink(treasure, join(received, 'link.txt'));
    for (const name of ['note.txt', 'link.txt']) await writeFile(join(pair().stage.folder, name), `theirs: ${name}`);

    const [note, noteAgain, linked] = [
      await pair().deliver(join(pair().stage.folder, 'note.txt')),
      await pair().deliver(join(pair().stage.folder, 'note.txt')),
      await pair().deliver(join(pair().stage.folder, 'link.txt')),
    ];

    expect([note, noteAgain, linked].flat().map((path) => basename(path))).toEqual(['note (2).txt', 'note (3).txt', 'link (2).txt']);
    for (const path of [note, noteAgain].flat()) expect(await readFile(path, 'utf8')).toBe('theirs: note.txt');
    expect(await readFile(join(received, 'note.txt'), 'utf8')).toBe('mine');
    expect(await readFile(treasure, 'utf8')).toBe('kept');
  }, 60_000);
});
