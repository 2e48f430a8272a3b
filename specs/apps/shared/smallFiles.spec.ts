import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { NodeFileSink } from '../../../apps/shared/nodeFiles.js';
import { FOLDER_MODE } from '../../../core/protocol/manifest.js';
import type { SmallFile } from '../../../core/ports/files.js';
import { noise } from '../../support/transferParty.js';

const MODIFIED_MS = 1_600_000_000_000;
let root: string;
let sink: NodeFileSink;
const received = (name = ''): string => join(root, 'received', name);
const fileOf = (name: string, text: string, change: Partial<SmallFile> = {}): SmallFile => ({
  name,
  modifiedMs: MODIFIED_MS,
  mode: 0o644,
  bytes: Buffer.from(text),
  again: false,
  ...change,
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sansfil-small-'));
  sink = new NodeFileSink({ incoming: join(root, 'incoming'), received: received() });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('small files get their names, contents, times and modes, and empty folders are folders', async () => {
  const files = [
    fileOf('a/b/one.txt', 'one', { mode: 0o755 }),
    fileOf('a/empty', ''),
    fileOf('\u6f22\u5b57/\u0444.txt', 'x'),
    fileOf('a/nothing', '', { mode: FOLDER_MODE | 0o755 }),
  ];
  const paths = await sink.finishMany(files);
  expect(paths).toEqual(files.map(({ name }) => received(name)));
  await sink.settle(paths);
  expect([readFileSync(received('a/b/one.txt'), 'utf8'), statSync(received('a/b/one.txt')).mode & 0o777]).toEqual(['one', 0o644]);
  expect(files.map(({ name }) => statSync(received(name)).mtimeMs)).toEqual(files.map(() => MODIFIED_MS));
  expect([statSync(received('a/empty')).size, statSync(received('a/nothing')).isDirectory()]).toEqual([0, true]);
  expect(readdirSync(join(root, 'incoming'))).toEqual([]);
});

test('nothing is ever overwritten, and no link is followed', async () => {
  mkdirSync(received(), { recursive: true });
  writeFileSync(received('a.txt'), 'mine');
  writeFileSync(received('album'), 'mine too');
  symlinkSync(root, received('link'));
  symlinkSync(join(root, 'elsewhere'), received('b.txt'));
  const paths = await sink.finishMany(['a.txt', 'b.txt', 'album/c.txt', 'link/d.txt'].map((name) => fileOf(name, name)));
  expect(paths).toEqual(['a (2).txt', 'b (2).txt', 'album (2)/c.txt', 'link (2)/d.txt'].map(received));
  expect([readFileSync(received('a.txt'), 'utf8'), readFileSync(received('album'), 'utf8')]).toEqual(['mine', 'mine too']);
  expect(readdirSync(root).sort()).toEqual(['incoming', 'received']);
});

test('what an earlier process made is found again, and what a power cut left of it is made whole', async () => {
  const files = ['whole', 'shorter', 'gone', 'other'].map((name) => fileOf(name, `${name} as it was`));
  await sink.finishMany(files);
  truncateSync(received('shorter'), 3);
  utimesSync(received('shorter'), MODIFIED_MS / 1000, MODIFIED_MS / 1000);
  rmSync(received('gone'));
  writeFileSync(received('other'), 'somebody wrote this since');
  const again = files.map((file) => ({ ...file, again: true }));
  expect(await sink.finishMany(again)).toEqual(['whole', 'shorter', 'gone', 'other (2)'].map(received));
  for (const { name, bytes } of files.slice(0, 3)) expect(readFileSync(received(name))).toEqual(Buffer.from(bytes));
  expect(readFileSync(received('other'), 'utf8')).toBe('somebody wrote this since');
});

test('what the store knows is mended under the same path, and what a person changed stays', async () => {
  const files = ['f/zeros', 'f/gone', 'f/changed', 'unknown', 'never made'].map((name) => fileOf(name, `${name} as it was`));
  const paths = await sink.finishMany(files.slice(0, 4));
  writeFileSync(received('f/zeros'), new Uint8Array(7));
  truncateSync(received('unknown'), 0);
  for (const name of ['f/zeros', 'unknown']) utimesSync(received(name), MODIFIED_MS / 1000, MODIFIED_MS / 1000);
  rmSync(received('f/gone'));
  writeFileSync(received('f/changed'), 'new');
  await sink.mend(files.map((file, at) => ({ ...file, path: at < 3 ? (paths[at] ?? '') : '' })));
  const now = ['f/zeros', 'f/gone', 'f/changed', 'unknown'].map((name) => readFileSync(received(name), 'utf8'));
  expect(now).toEqual(['f/zeros as it was', 'f/gone as it was', 'new', 'unknown as it was']);
  expect(existsSync(received('never made'))).toBe(false);
});

test('what was received into another folder than files go to now is mended where it is', async () => {
  const files = ['f/gone', 'torn', 'changed'].map((name) => fileOf(name, `${name} as it was`));
  const paths = await sink.finishMany(files);
  rmSync(received('f/gone'));
  truncateSync(received('torn'), 3);
  utimesSync(received('torn'), MODIFIED_MS / 1000, MODIFIED_MS / 1000);
  writeFileSync(received('changed'), 'new');
  await sink.mend(
    files.map((file, at) => ({ ...file, path: paths[at] ?? '' })),
    received('elsewhere'),
  );
  const now = ['f/gone', 'torn', 'changed'].map((name) => readFileSync(received(name), 'utf8'));
  expect(now).toEqual(['f/gone as it was', 'torn as it was', 'new']);
});

/** THREATS row 11: what leaves a folder, names a device, deceives, or is something else on another system. */
const HOSTILE = [
  '..',
  '.',
  '',
  '/',
  '/etc/passwd',
  '../x',
  'a/../../x',
  'a//b',
  'a\\..\\b',
  'C:\\x',
  'con',
  'NUL.txt',
  'aux ',
  'a.',
  'a\u0000b',
  'a\u202eb',
  'a\u200b',
].concat([
  'a:b',
  'a*',
  'lpt\u00b9',
  '-rf',
  '~',
  '$(x)',
  '`x`',
  "'",
  '.bashrc',
  '.ssh/authorized_keys',
  'x'.repeat(256),
  `${'d/'.repeat(17)}x`,
  '\ud800',
  'e\u0301',
]);

test('of 1 000 hostile names each is refused or becomes one file inside', async () => {
  const names = Array.from({ length: 1_000 }, (_, n) => {
    const [part = '', other = ''] = [HOSTILE[n % HOSTILE.length], HOSTILE[(n * 7 + Math.floor(n / 31)) % HOSTILE.length]];
    return n < HOSTILE.length ? part : n % 3 === 0 ? `${part}/${other}` : n % 3 === 1 ? `ok${n}/${part}` : `${part}${n}${other}`;
  });
  let made = 0;
  for (const [n, name] of names.entries()) {
    try {
      const [path = ''] = await sink.finishMany([fileOf(name, `content ${n}`)]);
      expect(path.startsWith(received() + (received().endsWith('/') ? '' : '/'))).toBe(true);
      expect(readFileSync(path, 'utf8')).toBe(`content ${n}`);
      made++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'FILE_NAME_UNSAFE' });
    }
  }
  const inside = readdirSync(received(), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect([inside.length, made > 50]).toEqual([made, true]);
  expect(readdirSync(root).sort()).toEqual(['incoming', 'received']);
});

/** Makes a folder a link to another one and a folder again, for ever; counts how often it was a link. */
const SWAPPER = `
  const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
  const { workerData: { album, outside, swaps } } = require('node:worker_threads');
  /** False: whoever receives has made the folder anew meanwhile. */
  const done = (act) => {
    try { act(); return true; }
    catch (error) { if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error; return false; }
  };
  for (let n = 0; ; n++) {
    const away = album + '-away-' + n;
    renameSync(album, away);
    if (done(() => symlinkSync(outside, album))) { Atomics.add(swaps, 0, 1); unlinkSync(album); }
    done(() => renameSync(away, album));
  }`;

test('a folder that becomes a link again and again leads nothing outside', async () => {
  const outside = join(root, 'outside');
  mkdirSync(outside);
  mkdirSync(received('album'), { recursive: true });
  const swaps = new Int32Array(new SharedArrayBuffer(4));
  const swapper = new Worker(SWAPPER, { eval: true, workerData: { album: received('album'), outside, swaps } });
  const failures: unknown[] = [];
  swapper.on('error', (error) => failures.push(error));
  try {
    for (let n = 0; failures.length === 0 && (n < 200 || (swaps[0] ?? 0) < 1_000); n++) {
      // A folder that is gone between two looks is an error of the disk, and the transfer tries again.
      await sink.finishMany([fileOf(`album/${n}.txt`, 'inside')]).catch((error: unknown) => expect(error).toMatchObject({ code: 'STORE_FAILED' }));
    }
  } finally {
    await swapper.terminate();
  }
  expect(failures).toEqual([]);
  expect(readdirSync(outside)).toEqual([]);
}, 60_000);

test('more folders than may be open at once are no trouble', async () => {
  const many = Array.from({ length: 300 }, (_, n) => fileOf(`f${n}/x.bin`, '', { bytes: noise(500, n) }));
  expect(new Set(await sink.finishMany(many)).size).toBe(300);
  expect(await sink.freeBytes()).toBeGreaterThan(0);
});
