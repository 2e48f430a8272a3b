import { constants, type Dirent } from 'node:fs';
import { access, lstat, open, readdir, type FileHandle } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  FOLDER_MODE,
  SansfilError,
  TRANSFER_ITEMS_MAX,
  type FileSource,
  type FoundFile,
  type SourceEntry,
  type SourceFile,
  type Survey,
} from '../../core/index.js';
import { DiskThread } from './DiskThread.js';
import { survey, unreadable } from './nodeSurvey.js';

/** Never through a link, and never waiting for the other end of a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Files that are looked at together. */
const LOOKS_MAX = 64;

/** Files of the local disk that are to be sent. Links and special files in a folder are left out. */
export class NodeFileSource implements FileSource {
  readonly #thread = new DiskThread();

  async list(path: string): Promise<readonly SourceEntry[]> {
    const root = resolve(path);
    const entries: SourceEntry[] = [];
    const name = basename(root);
    if (name === '') throw new SansfilError('FILE_UNREADABLE', 'the root folder itself cannot be sent');
    try {
      const stats = await lstat(root);
      if (stats.isDirectory()) await walk(root, name, entries);
      else if (stats.isFile()) entries.push(await describe(root, name));
      else throw new SansfilError('FILE_UNREADABLE', 'it is neither a file nor a folder');
    } catch (error) {
      throw unreadable(error);
    }
    return entries;
  }

  survey(path: string): Promise<Survey> {
    return survey(path);
  }

  async open(path: string): Promise<SourceFile> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, READ_FLAGS);
      const stats = await handle.stat();
      if (!stats.isFile()) throw new SansfilError('FILE_UNREADABLE', 'it is not a file any more');
      return new OpenSource(handle, stats.size, stats.mtimeMs);
    } catch (error) {
      await handle?.close();
      throw unreadable(error);
    }
  }

  async readMany(files: readonly { readonly path: string; readonly bytes: number }[], into: Uint8Array): Promise<readonly FoundFile[]> {
    const found = await this.#thread.read({ files, into });
    return found.map((file) => ('code' in file ? unreadable(Object.assign(new Error(file.code), file)) : file));
  }
}

class OpenSource implements SourceFile {
  constructor(
    private readonly handle: FileHandle,
    readonly bytes: number,
    readonly modifiedMs: number,
  ) {}

  async read(offset: number, into: Uint8Array): Promise<number> {
    try {
      return await readFully(this.handle, offset, into);
    } catch (error) {
      throw unreadable(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.handle.close();
  }
}

/** As many bytes as there are, up to the length of `into`. */
export async function readFully(handle: FileHandle, offset: number, into: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await handle.read(into, filled, into.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Depth first, by code units of the names: the same order each time. Files are looked at many at a time. */
async function walk(folder: string, prefix: string, into: SourceEntry[]): Promise<void> {
  const children = (await readdir(folder, { withFileTypes: true })).filter((child) => child.isDirectory() || child.isFile());
  if (children.length === 0) into.push(await describe(folder, prefix));
  children.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (into.length + children.length > TRANSFER_ITEMS_MAX) throw new SansfilError('TRANSFER_TOO_LARGE', 'the folder holds too many files for one transfer');
  let files: Dirent[] = [];
  const lookAt = async (): Promise<void> => {
    into.push(...(await Promise.all(files.map((file) => describe(join(folder, file.name), `${prefix}/${file.name}`)))));
    files = [];
  };
  for (const child of children) {
    if (child.isFile()) files.push(child);
    if (child.isDirectory() || files.length === LOOKS_MAX) await lookAt();
    if (child.isDirectory()) await walk(join(folder, child.name), `${prefix}/${child.name}`, into);
  }
  await lookAt();
}

/** A folder only when it holds nothing. */
async function describe(path: string, name: string): Promise<SourceEntry> {
  const [stats] = await Promise.all([lstat(path), access(path, constants.R_OK)]);
  const mode = stats.mode & 0o777;
  const entry = { path, name: name.normalize('NFC'), modifiedMs: stats.mtimeMs };
  return stats.isDirectory() ? { ...entry, bytes: 0, mode: mode | FOLDER_MODE } : { ...entry, bytes: stats.size, mode };
}
