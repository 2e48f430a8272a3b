import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TransferView } from '../../core/events/commands.js';
import { method } from '../support/dyingPair.js';
import { namesIn } from '../support/namesIn.js';
import { Stage, type Running } from '../support/processes.js';

const MIB = 2 ** 20;
let stage: Stage;
let directory: Running;
let pi: Running;
let board: Running;

beforeAll(async () => {
  stage = await Stage.open();
  directory = await stage.directory();
  const dies = { name: 'when the third chunk is announced', at: method('core/engine/Transfers', 'record', 'chunk'), when: 'after', nth: 3 } as const;
  [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.doomed(dies, 'board', directory.address)]);
  await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
}, 120_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
}, 60_000);

test('files with a passphrase arrive at whoever knows it, also when that device is killed meanwhile', async () => {
  const bytes = randomBytes(24 * MIB + 7);
  await writeFile(join(stage.folder, 'plan.pdf'), bytes);
  await writeFile(join(stage.folder, 'phrase'), 'open sesame\n');
  const offer = await stage.ask<TransferView>('pi', 'send', 'board', join(stage.folder, 'plan.pdf'), '--passphrase-file', join(stage.folder, 'phrase'));
  await board.until('the offer', (event) => (event.type === 'transfer.offered' ? true : undefined));
  const accept = ['transfers', 'accept', offer.id, '--data', stage.data('board')];
  expect(await stage.run(accept)).toMatchObject({ exit: 2, document: { error: { code: 'PASSPHRASE_NEEDED' } } });
  expect(await stage.run([...accept, '--passphrase-file', '-'], 'open says me\n')).toMatchObject({
    exit: 4,
    document: { error: { code: 'PASSPHRASE_WRONG' } },
  });
  expect(await namesIn(join(stage.data('board'), 'incoming'))).toEqual([]);
  await stage.run([...accept, '--passphrase-file', '-'], 'open sesame\n');
  expect(await board.ended).toBe('SIGKILL');

  const again = await stage.device('board', directory.address);
  const [path] = await again.until('the file', (event) => (event.type === 'transfer.completed' ? event.paths : undefined));
  expect(Buffer.compare(await readFile(path ?? ''), bytes)).toBe(0);
  for (const name of ['pi', 'board']) {
    for (const file of ['sansfil.log', 'sansfil.db', 'sansfil.db-wal']) {
      const stored = await readFile(join(stage.data(name), file)).catch(() => Buffer.alloc(0));
      expect(stored.includes('sesame')).toBe(false);
    }
  }
}, 120_000);
