import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SansfilError } from '../../core/index.js';
import { codeOf, writeError } from './fileBytes.js';

/** What a file system without hard links answers (FAT, exFAT, some network shares). */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Lets `write` make a file under a name nobody looks for, and gives it its own when it is complete; whatever fails leaves
 * nothing. Exclusive: what has the name, also a link, is never replaced.
 * @throws SansfilError FILE_EXISTS | FILE_UNWRITABLE | DISK_FULL, or what `write` throws
 */
export async function makeFile<T>(path: string, write: (temporary: string) => Promise<T>): Promise<T> {
  if (await isThere(path)) throw new SansfilError('FILE_EXISTS', basename(path));
  const temporary = join(dirname(path), `.sansfil-${randomBytes(8).toString('hex')}.part`);
  try {
    const result = await write(temporary);
    await giveName(temporary, path);
    return result;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new SansfilError('FILE_EXISTS', basename(path), { cause: error });
    throw writeError(error);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function giveName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error))) throw error;
    // Takes the name exclusively with an empty file of ours, which the move then replaces.
    await (await open(path, 'wx', 0o600)).close();
    try {
      await rename(temporary, path);
    } catch (failure) {
      await rm(path, { force: true });
      throw failure;
    }
  }
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw writeError(error);
  }
}
