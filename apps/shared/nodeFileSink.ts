import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { numberedName, safeRelativeName, SansfilError, type FileSink, type PartFile, type TransferId } from '../../core/index.js';
import { codeOf, HeldFolder } from './heldFolder.js';
import { readFully } from './nodeFileSource.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;
/** Names tried before giving up: somebody with so many files of one name has another problem. */
const TRIES_MAX = 10_000;
const COPY_BYTES = 1024 * 1024;
/** What a file system without hard links answers (FAT, exFAT, some network shares). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** 9999-12-31: beyond it some file systems refuse. */
const MODIFIED_S_MAX = 253_402_300_799;

interface FileMeta {
  readonly modifiedMs: number;
  readonly mode: number;
}

export interface SinkFolders {
  /** Private to us: parts of files that are not complete. */
  readonly incoming: string;
  /** Where complete files appear. */
  readonly received: string;
}

/** Received files on the local disk. The only code that opens such a file for writing, and it judges the name again. */
export class NodeFileSink implements FileSink {
  constructor(private readonly folders: SinkFolders) {}

  part(transfer: TransferId, item: number): Promise<PartFile> {
    return localErrors(async () => {
      await this.#makeIncoming();
      return openPart(this.#partPath(transfer, item), this.folders.incoming);
    });
  }

  finish(transfer: TransferId, item: number, name: string, meta: FileMeta): Promise<string> {
    return localErrors(async () => {
      const components = safeRelativeName(name).split('/');
      const leaf = components.pop() ?? '';
      const part = this.#partPath(transfer, item);
      await dress(part, meta);
      let folder = await HeldFolder.root(this.folders.received);
      try {
        for (const component of components) {
          const child = await childFolder(folder, component);
          await folder[Symbol.asyncDispose]();
          folder = child;
        }
        const given = await this.#place(part, folder, leaf, meta);
        await folder.sync();
        return join(folder.path, given);
      } finally {
        await folder[Symbol.asyncDispose]();
      }
    });
  }

  discard(transfer: TransferId): Promise<void> {
    return this.#remove((id) => id === transfer);
  }

  sweep(keep: ReadonlySet<TransferId>): Promise<void> {
    const kept: ReadonlySet<string> = keep;
    return this.#remove((id) => !kept.has(id));
  }

  freeBytes(): Promise<number> {
    return localErrors(async () => {
      await this.#makeIncoming();
      await mkdir(this.folders.received, { recursive: true });
      const disks = await Promise.all([statfs(this.folders.incoming), statfs(this.folders.received)]);
      return Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize));
    });
  }

  async #place(part: string, folder: HeldFolder, leaf: string, meta: FileMeta): Promise<string> {
    try {
      return await giveName(part, folder, leaf);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
    }
    // Another disk: the copy is made beside its place, so that the final name still appears at once and whole.
    const copy = folder.at(`.${part.slice(this.folders.incoming.length + 1)}`);
    await rm(copy, { force: true });
    await copyFile(part, copy);
    await dress(copy, meta);
    const given = await giveName(copy, folder, leaf);
    await rm(copy, { force: true });
    return given;
  }

  #remove(chosen: (id: string) => boolean): Promise<void> {
    return localErrors(async () => {
      await this.#makeIncoming();
      for (const name of await readdir(this.folders.incoming)) {
        const id = /^([0-9a-f]{32})-\d+\.part$/.exec(name)?.[1];
        if (id !== undefined && chosen(id)) await rm(join(this.folders.incoming, name), { force: true });
      }
    });
  }

  async #makeIncoming(): Promise<void> {
    await mkdir(this.folders.incoming, { recursive: true, mode: 0o700 });
    if (!(await lstat(this.folders.incoming)).isDirectory()) throw new SansfilError('DATA_UNWRITABLE', 'the folder for incoming files is a link');
  }

  #partPath(transfer: TransferId, item: number): string {
    return join(this.folders.incoming, `${transfer}-${item}.part`);
  }
}

class NodePart implements PartFile {
  constructor(
    private readonly handle: FileHandle,
    /** Set until the name of a new part is on the disk too. */
    private unsyncedFolder: string | undefined,
  ) {}

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return localErrors(async () => {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    });
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    return localErrors(() => readFully(this.handle, offset, into));
  }

  sync(): Promise<void> {
    return localErrors(async () => {
      await this.handle.datasync();
      if (this.unsyncedFolder === undefined) return;
      const folder = await open(this.unsyncedFolder);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
      this.unsyncedFolder = undefined;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.handle.close();
  }
}

async function openPart(path: string, folder: string): Promise<PartFile> {
  try {
    return new NodePart(await open(path, O_RDWR | O_NOFOLLOW), undefined);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return new NodePart(await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), folder);
}

/** Reading and writing bits of the sender's mode, never the right to execute; its time; both on the disk. */
async function dress(path: string, { mode, modifiedMs }: FileMeta): Promise<void> {
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
async function childFolder(parent: HeldFolder, name: string): Promise<HeldFolder> {
  for (let n = 1; n <= TRIES_MAX; n++) {
    const child = await parent.child(numberedName(name, n));
    if (child) return child;
  }
  throw new SansfilError('STORE_FAILED', 'too many files have the name of a received folder');
}

/** A second name for the same file, exclusively: what is there is never replaced. The name that was free. */
async function giveName(path: string, folder: HeldFolder, leaf: string): Promise<string> {
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
  await rename(from, to);
}

async function sameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([lstat(a, { bigint: true }), lstat(b, { bigint: true })]);
  return first.dev === second.dev && first.ino === second.ino;
}

async function copyFile(from: string, to: string): Promise<void> {
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

/** System errors become ours: a full disk is told apart, the path stays out of the message. */
async function localErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (SansfilError.is(error)) throw error;
    const code = codeOf(error) ?? 'unknown reason';
    const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    throw new SansfilError(full ? 'DISK_FULL' : 'STORE_FAILED', full ? undefined : `A received file could not be written (${code}).`, { cause: error });
  }
}
