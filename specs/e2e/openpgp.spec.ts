import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PgpKeyView, PgpOpenedView } from '../../core/events/commands.js';
import type { PgpSealed } from '../../core/ports/openpgp.js';
import { Gpg } from '../support/gpg.js';
import { watchMemory } from '../support/processMemory.js';
import { Stage, type Running } from '../support/processes.js';

const MIB = 1024 * 1024;
/** Of memory above an idle device, however large the file is. */
const MEMORY_MIB_MAX = 64;
const LARGE_MIB = 300;

let stage: Stage;
let pi: Running;
let board: Running;
let gpg: Gpg;
const at = (name: string): string => join(stage.folder, name);

beforeAll(async () => {
  stage = await Stage.open();
  gpg = await Gpg.at(stage.folder);
  const directory = await stage.directory();
  [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address)]);
  await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
}, 120_000);
afterAll(async () => {
  await gpg[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
}, 60_000);

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  return hash.digest('hex');
}

async function makeLarge(path: string): Promise<void> {
  await using file = await open(path, 'wx');
  const block = Buffer.alloc(MIB);
  for (let i = 0; i < LARGE_MIB; i++) {
    // Different in every block, and not compressible by finding the one before.
    block.set(createHash('sha512').update(String(i)).digest(), (i * 64) % (MIB - 64));
    await file.write(block);
  }
}

async function giveKey(from: string, to: string): Promise<PgpKeyView> {
  const key = await stage.ask<PgpKeyView>(from, 'pgp', 'key');
  await writeFile(at(`${from}.asc`), key.armored);
  expect(await stage.ask<PgpKeyView>(to, 'pgp', 'import', from, at(`${from}.asc`))).toMatchObject({ of: from, fingerprint: key.fingerprint });
  return key;
}

describe('files for people who use gpg', () => {
  test('a device has no OpenPGP key before it is asked for one', async () => {
    for (const name of ['pi', 'board']) expect(await readdir(stage.data(name))).not.toContain('openpgp');
  });

  test('a friend opens what is sealed for a name, and is told who signed it', async () => {
    await writeFile(at('letter'), 'Dear board');
    const { exit, document } = await stage.run(['pgp', 'seal', at('letter'), '--for', 'board', '--data', stage.data('pi')]);
    expect({ exit, document }).toMatchObject({ exit: 1, document: { error: { code: 'PGP_NO_KEY' } } });
    const key = await giveKey('pi', 'board');
    const boardKey = await giveKey('board', 'pi');
    const [sealed] = await stage.ask<readonly PgpSealed[]>('pi', 'pgp', 'seal', at('letter'), '--for', 'board', '--armor');
    expect(sealed).toMatchObject({ path: at('letter.asc'), recipients: [boardKey.fingerprint] });
    const opened = await stage.ask<PgpOpenedView>('board', 'pgp', 'open', at('letter.asc'), '--out', at('letter.board'));
    expect(opened.signatures).toEqual([expect.objectContaining({ state: 'good', by: 'pi', fingerprint: key.fingerprint })]);
    expect(await readFile(at('letter.board'), 'utf8')).toBe('Dear board');
    expect(await stage.run(['pgp', 'open', at('letter.asc'), '--data', stage.data('pi')])).toMatchObject({
      exit: 1,
      document: { error: { code: 'FILE_EXISTS' } },
    });
  }, 60_000);

  test('a passphrase comes from a file or stdin, and is in no log', async () => {
    await writeFile(at('phrase'), 'correct horse battery\nnot this line\n');
    await stage.ask('pi', 'pgp', 'seal', at('letter'), '--passphrase-file', at('phrase'), '--out', at('letter.phrase'));
    const opening = ['pgp', 'open', at('letter.phrase'), '--out', at('letter.opened'), '--data', stage.data('board')];
    expect(await stage.run(opening)).toMatchObject({ exit: 2, document: { error: { code: 'PASSPHRASE_NEEDED' } } });
    expect(await stage.run([...opening, '--passphrase-file', '-'], 'wrong\n')).toMatchObject({ exit: 4, document: { error: { code: 'PASSPHRASE_WRONG' } } });
    expect(await stage.run([...opening, '--passphrase-file', '-'], 'correct horse battery\n')).toMatchObject({ exit: 0 });
    await gpg.ask('--passphrase-file', at('phrase'), '--output', at('letter.gpg'), '--decrypt', at('letter.phrase'));
    for (const name of ['pi', 'board']) expect(await readFile(join(stage.data(name), 'sansfil.log'), 'utf8')).not.toContain('horse');
  }, 60_000);

  test(`${LARGE_MIB} MiB are sealed and opened in less than ${MEMORY_MIB_MAX} MiB of memory above an idle device`, async () => {
    await makeLarge(at('large'));
    await gpg.ask('--import', at('pi.asc'));
    const large = await hashOf(at('large'));
    await gpg.ask('--encrypt', '--recipient', 'pi', '--output', at('theirs.gpg'), at('large'));
    const sealing = await watchMemory(pi.pid);
    await stage.ask('pi', 'pgp', 'seal', at('large'), '--for', 'board');
    const used = { sealing: await sealing(), opening: 0, ofGpg: 0 };
    const opening = await watchMemory(board.pid);
    await stage.ask('board', 'pgp', 'open', at('large.gpg'), '--out', at('large.board'));
    used.opening = await opening();
    const ofGpg = await watchMemory(pi.pid);
    await stage.ask('pi', 'pgp', 'open', at('theirs.gpg'), '--out', at('large.pi'));
    used.ofGpg = await ofGpg();
    for (const [what, mib] of Object.entries(used)) expect(`${what}: ${mib < MEMORY_MIB_MAX ? 'bounded' : mib}`).toBe(`${what}: bounded`);
    expect([await hashOf(at('large.board')), await hashOf(at('large.pi'))]).toEqual([large, large]);
    expect((await stat(at('large.board'))).mode & 0o777).toBe(0o600);
  }, 120_000);

  test('nothing lies about that was not asked for', async () => {
    expect((await readdir(stage.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
