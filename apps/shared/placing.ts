import { constants } from 'node:fs';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { numberedName, SansfilError } from '../../core/index.js';
import { codeOf } from './diskErrors.js';
import type { HeldFolder } from './heldFolder.js';
import { readFully } from './nodeFileSource.js';
import { NodePart } from './nodePart.js';

/* How a complete file gets its final name: exclusively, at once and whole, and never through a link. */

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
/** Names tried before giving up: somebody with so many files of one name has another problem. */
export const TRIES_MAX = 10_000;
const COPY_BYTES = 1024 * 1024;
/** What a file system without hard links answers (FAT, exFAT, some network shares). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** 9999-12-31: beyond it some file systems refuse. */
const MODIFIED_S_MAX = 253_402_300_799;

export interface FileMeta {
  readonly modifiedMs: number;
  /** Permission bits the sender's file has. */
  readonly mode: number;
}

/** Reading and writing bits of the sender's mode, never the right to execute; its time; both on the disk. */
export async function dress(path: string, { mode, modifiedMs }: FileMeta): Promise<void> {
  const handle = await open(path, O_RDWR | O_NOFOLLOW);
  try {
    await handle.chmod((mode & 0o666) | 0o600);
    const seconds = Math.min(modifiedMs / 1000, MODIFIED_S_MAX);
    await handle.utimes(seconds, seconds);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `name`, or `name (2)`, … when a file or a link has it. */
export async function childFolder(parent: HeldFolder, name: string): Promise<HeldFolder> {
  for (let n = 1; n <= TRIES_MAX; n++) {
    const child = await parent.child(numberedName(name, n));
    if (child) return child;
  }
  throw new SansfilError('STORE_FAILED', 'too many files have the name of a received folder');
}

/** A second name for the same file, exclusively: what is there is never replaced. The name that was free. */
export async function giveName(path: string, folder: HeldFolder, leaf: string): Promise<string> {
  for (let n = 1; n <= TRIES_MAX; n++) {
    const name = numberedName(leaf, n);
    try {
      await linkOrMove(path, folder.at(name));
      return name;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      if (await sameFile(path, folder.at(name))) return name;
    }
  }
  throw new SansfilError('STORE_FAILED', 'too many files of the same name');
}

async function linkOrMove(from: string, to: string): Promise<void> {
  try {
    return await link(from, to);
  } catch (error) {
    if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
  }
  // Takes the name exclusively with an empty file of ours, which the move then replaces.
  await (await open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)).close();
  try {
    await rename(from, to);
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([lstat(a, { bigint: true }), lstat(b, { bigint: true })]);
  return first.dev === second.dev && first.ino === second.ino;
}

/** Makes `to`, which must not be there. */
export async function copyFile(from: string, to: string): Promise<void> {
  const source = await open(from, constants.O_RDONLY | O_NOFOLLOW);
  try {
    const target = await open(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    const part = new NodePart(target, undefined);
    try {
      const buffer = new Uint8Array(COPY_BYTES);
      for (let at = 0, read = -1; read !== 0; at += read) {
        read = await readFully(source, at, buffer);
        await part.write(at, buffer.subarray(0, read));
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
