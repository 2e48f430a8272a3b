import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransferId } from '../../../core/base/ids.js';
import { NodeFileSink, NodeFileSource } from '../../../apps/shared/nodeFiles.js';
import { diskError } from '../../../apps/shared/diskErrors.js';
import { HeldFolder } from '../../../apps/shared/heldFolder.js';
import { giveName } from '../../../apps/shared/placing.js';
import { rejection, transferIdOf } from '../../support/samples.js';
import { noise } from '../../support/transferParty.js';

const ID = transferIdOf(1);
const META = { modifiedMs: 1_600_000_000_000, mode: 0o755 };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sansfil-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('the files one sends', () => {
  const source = new NodeFileSource();

  test('of a folder are listed in a fixed order, links and special files left out', async () => {
    mkdirSync(join(root, 'album/b'), { recursive: true });
    writeFileSync(join(root, 'album/z.txt'), 'zz');
    writeFileSync(join(root, 'album/b/e\u0301.txt'), '');
    writeFileSync(join(root, 'album/A'), 'a');
    writeFileSync(join(root, 'secret'), 'not yours');
    symlinkSync(join(root, 'secret'), join(root, 'album/link'));
    symlinkSync(root, join(root, 'album/loop'));
    execFileSync('mkfifo', [join(root, 'album/pipe')]);
    const entries = await source.list(join(root, 'album/'));
    expect(entries.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['album/A', 1],
      ['album/b/\u00e9.txt', 0],
      ['album/z.txt', 2],
    ]);
  });

  test('are described as they are', async () => {
    const path = join(root, 'a.sh');
    writeFileSync(path, 'abc');
    chmodSync(path, 0o750);
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    expect(await source.list(path)).toEqual([{ path, name: 'a.sh', bytes: 3, modifiedMs: 1_600_000_000_000, mode: 0o750 }]);
    const file = await source.open(path);
    const into = new Uint8Array(10);
    expect([file.bytes, file.modifiedMs, await file.read(1, into), await file.read(3, into)]).toEqual([3, 1_600_000_000_000, 2, 0]);
    await file[Symbol.asyncDispose]();
  });

  test.each([
    ['is not there', () => 'nothing'],
    ['is a link', () => (writeFileSync(join(root, 'f'), ''), symlinkSync('f', join(root, 'l')), 'l')],
    ['is a pipe', () => (execFileSync('mkfifo', [join(root, 'p')]), 'p')],
  ])('are FILE_UNREADABLE when what is named %s', async (_what, make) => {
    const path = join(root, make());
    expect(await rejection(source.list(path))).toBe('FILE_UNREADABLE');
    expect(await rejection(source.open(path))).toBe('FILE_UNREADABLE');
    expect(await source.readMany([{ path, bytes: 0 }], new Uint8Array(8))).toMatchObject([{ code: 'FILE_UNREADABLE' }]);
  });

  test('that are small are read many at once, each found as it is now', async () => {
    const said = [3, 0, 2, 4].map((bytes, n) => ({ path: join(root, String(n)), bytes }));
    ['abc', '', 'longer', 'wxyz'].forEach((text, n) => {
      writeFileSync(join(root, String(n)), text);
      utimesSync(join(root, String(n)), 1_000 + n, 1_000 + n);
    });
    const into = new Uint8Array(9);
    expect(await source.readMany([...said, { path: join(root, 'gone'), bytes: 0 }], into)).toMatchObject([
      { bytes: 3, modifiedMs: 1_000_000 },
      { bytes: 0, modifiedMs: 1_001_000 },
      { bytes: 6, modifiedMs: 1_002_000 },
      { bytes: 4, modifiedMs: 1_003_000 },
      { code: 'FILE_UNREADABLE' },
    ]);
    expect(Buffer.from(into).toString()).toBe('abc\0\0wxyz');
  });
});

describe('the files one receives', () => {
  const folders = (): { incoming: string; received: string } => ({ incoming: join(root, 'data/incoming'), received: join(root, 'received') });
  const sink = (): NodeFileSink => new NodeFileSink(folders());
  const received = (name: string): string => join(root, 'received', name);

  const store = async (bytes: Uint8Array, item = 0, id: TransferId = ID): Promise<NodeFileSink> => {
    const it = sink();
    const part = await it.part(id, item);
    await part.write(0, bytes);
    await part.sync();
    await part[Symbol.asyncDispose]();
    return it;
  };

  test('have no name in the receiving folder before they are finished, then all of it at once', async () => {
    const it = await store(noise(100_000));
    expect(existsSync(join(root, 'received'))).toBe(false);
    expect(readdirSync(folders().incoming)).toEqual([`${ID}-0.part`]);
    expect(lstatSync(folders().incoming).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(folders().incoming, `${ID}-0.part`)).mode & 0o777).toBe(0o600);
    expect(await it.finish(ID, 0, { name: 'sub/photo.jpg', ...META })).toBe(received('sub/photo.jpg'));
    expect(readFileSync(received('sub/photo.jpg')).equals(noise(100_000))).toBe(true);
    const { mode, mtimeMs } = statSync(received('sub/photo.jpg'));
    expect([(mode & 0o7777).toString(8), mtimeMs]).toEqual(['644', META.modifiedMs]);
    await it.discard(ID);
    expect(readdirSync(folders().incoming)).toEqual([]);
    expect(statSync(received('sub/photo.jpg')).nlink).toBe(1);
  });

  test('are written by offset, sparse, and opened again after a restart', async () => {
    const first = await sink().part(ID, 3);
    await first.write(1_000_000, Uint8Array.of(1, 2, 3));
    await first.sync();
    await first[Symbol.asyncDispose]();
    const again = await sink().part(ID, 3);
    const into = new Uint8Array(5);
    expect([await again.read(999_999, into), [...into], await again.read(2_000_000, into)]).toEqual([4, [0, 1, 2, 3, 0], 0]);
    await again[Symbol.asyncDispose]();
    expect(statSync(join(folders().incoming, `${ID}-3.part`)).blocks).toBeLessThan(100);
  });

  test('never replace what is there, a dangling link included', async () => {
    mkdirSync(join(root, 'received'));
    writeFileSync(received('a.txt'), 'mine');
    symlinkSync(join(root, 'outside'), received('a (2).txt'));
    const it = await store(noise(10));
    expect(await it.finish(ID, 0, { name: 'a.txt', ...META })).toBe(received('a (3).txt'));
    expect(readFileSync(received('a.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(root, 'outside'))).toBe(false);
  });

  test('never go through a link in the receiving folder', async () => {
    mkdirSync(join(root, 'received'));
    mkdirSync(join(root, 'outside'));
    symlinkSync(join(root, 'outside'), received('album'));
    const it = await store(noise(10));
    expect(await it.finish(ID, 0, { name: 'album/a.txt', ...META })).toBe(received('album (2)/a.txt'));
    expect(readdirSync(join(root, 'outside'))).toEqual([]);
  });

  test('stay inside while a folder is swapped for a link again and again', async () => {
    mkdirSync(join(root, 'outside'));
    mkdirSync(join(root, 'received'));
    let stop = false;
    const swap = async (): Promise<void> => {
      for (let turn = 0; !stop; turn++) {
        rmSync(received('album'), { recursive: true, force: true });
        try {
          if (turn % 2 === 0) symlinkSync(join(root, 'outside'), received('album'));
          else mkdirSync(received('album'));
        } catch (error) {
          // The sink was faster with its own folder; the next turn removes it.
          expect(error).toMatchObject({ code: 'EEXIST' });
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const swapping = swap();
    const it = await store(noise(10));
    for (let turn = 0; turn < 200; turn++) {
      const outcome = await rejection(it.finish(ID, 0, { name: `album/${turn}.txt`, ...META }));
      expect(['not rejected', 'STORE_FAILED']).toContain(outcome);
    }
    stop = true;
    await swapping;
    expect(readdirSync(join(root, 'outside'))).toEqual([]);
  });

  test('reach a folder on another disk whole, under a name that was free', async () => {
    // Memory where the system offers it; elsewhere the same disk, where all of this must hold as well.
    const elsewhere = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sansfil-files-'));
    try {
      await store(noise(2_500_000));
      const far = new NodeFileSink({ incoming: folders().incoming, received: elsewhere });
      expect(await far.finish(ID, 0, { name: 'a/b.bin', ...META })).toBe(join(elsewhere, 'a/b.bin'));
      await far.discard(ID);
      await store(noise(10));
      expect(await far.finish(ID, 0, { name: 'a/b.bin', ...META })).toBe(join(elsewhere, 'a/b (2).bin'));
      expect(readdirSync(join(elsewhere, 'a')).sort()).toEqual(['b (2).bin', 'b.bin']);
      expect(readFileSync(join(elsewhere, 'a/b.bin')).equals(noise(2_500_000))).toBe(true);
      expect(statSync(join(elsewhere, 'a/b.bin'))).toMatchObject({ mtimeMs: META.modifiedMs, nlink: 1 });
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });

  test('are not given a second name when a crash came before the first was noted', async () => {
    const it = await store(noise(10));
    expect(await it.finish(ID, 0, { name: 'a.txt', ...META })).toBe(received('a.txt'));
    expect(await sink().finish(ID, 0, { name: 'a.txt', ...META })).toBe(received('a.txt'));
    expect(readdirSync(join(root, 'received'))).toEqual(['a.txt']);
  });

  test('leave nothing under a name that could not be given in the end', async () => {
    // A folder has no second name, as no file has on FAT, and cannot be moved onto the file that took the name either.
    mkdirSync(join(root, 'part'));
    const folder = await HeldFolder.root(join(root, 'received'));
    await expect(giveName(join(root, 'part'), folder, 'a.txt')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await folder[Symbol.asyncDispose]();
    expect(readdirSync(join(root, 'received'))).toEqual([]);
  });

  test('are refused under an unsafe name even if everybody before forgot to look', async () => {
    const it = await store(noise(10));
    for (const name of ['../a', '/a', 'a/../../b', 'nul', 'a\u0000b', ''])
      expect(await rejection(it.finish(ID, 0, { name, ...META }))).toBe('FILE_NAME_UNSAFE');
    expect(readdirSync(root)).toEqual(['data']);
  });

  test('are not written through a link somebody put in the place of a part', async () => {
    const it = await store(noise(10));
    const part = join(folders().incoming, `${ID}-0.part`);
    rmSync(part);
    writeFileSync(join(root, 'outside'), 'mine');
    symlinkSync(join(root, 'outside'), part);
    expect(await rejection(it.part(ID, 0))).toBe('STORE_FAILED');
    expect(await rejection(it.finish(ID, 0, { name: 'a', ...META }))).toBe('STORE_FAILED');
    expect(readFileSync(join(root, 'outside'), 'utf8')).toBe('mine');
  });

  test('leave no parts of transfers nobody knows any more', async () => {
    const other = transferIdOf(2);
    await store(noise(1), 0, ID);
    await store(noise(1), 1, other);
    writeFileSync(join(folders().incoming, 'something else'), '');
    linkSync(join(folders().incoming, `${ID}-0.part`), join(root, 'kept'));
    await sink().sweep(new Set([other]));
    expect(readdirSync(folders().incoming).sort()).toEqual([`${other}-1.part`, 'something else'].sort());
    expect(existsSync(join(root, 'kept'))).toBe(true);
  });

  test.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EIO', 'STORE_FAILED'],
    [undefined, 'STORE_FAILED'],
  ])('fail for %s with %s, without their path in the message', (code, expected) => {
    const error = diskError(Object.assign(new Error(`${code}: open '/home/pi/secret.txt'`), { code }));
    expect(error.code).toBe(expected);
    expect(error.message).not.toContain('secret');
  });

  test('know how much room there is', async () => {
    expect(await sink().freeBytes()).toBeGreaterThan(0);
  });
});
