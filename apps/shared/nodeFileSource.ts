import { constants } from 'node:fs';
import { access, lstat, open, readdir, type FileHandle } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SansfilError, TRANSFER_ITEMS_MAX, type FileSource, type SourceEntry, type SourceFile, type Survey } from '../../core/index.js';
import { survey, unreadable } from './nodeSurvey.js';

/** Never through a link, and never waiting for the other end of a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Files of the local disk that are to be sent. Links and special files in a folder are left out. */
export class NodeFileSource implements FileSource {
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

/** Depth first, by code units of the names: the same order each time. */
async function walk(folder: string, prefix: string, into: SourceEntry[]): Promise<void> {
  const children = await readdir(folder, { withFileTypes: true });
  children.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const child of children) {
    const path = join(folder, child.name);
    const name = `${prefix}/${child.name}`;
    if (child.isDirectory()) await walk(path, name, into);
    else if (child.isFile()) into.push(await describe(path, name));
    if (into.length > TRANSFER_ITEMS_MAX) throw new SansfilError('TRANSFER_TOO_LARGE', 'the folder holds too many files for one transfer');
  }
}

async function describe(path: string, name: string): Promise<SourceEntry> {
  await access(path, constants.R_OK);
  const stats = await lstat(path);
  return { path, name: name.normalize('NFC'), bytes: stats.size, modifiedMs: stats.mtimeMs, mode: stats.mode & 0o777 };
}
