import { lstat, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { safeRelativeName, SansfilError, type FileSink, type PartFile, type TransferId } from '../../core/index.js';
import { codeOf, onDisk } from './diskErrors.js';
import { HeldFolder } from './heldFolder.js';
import { openPart } from './nodePart.js';
import { childFolder, copyFile, dress, giveName, type FileMeta } from './placing.js';

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
    return onDisk(async () => {
      await this.#makeIncoming();
      return openPart(this.#partPath(transfer, item), this.folders.incoming);
    });
  }

  finish(transfer: TransferId, item: number, name: string, meta: FileMeta): Promise<string> {
    return onDisk(async () => {
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
    return onDisk(async () => {
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
    try {
      await copyFile(part, copy);
      await dress(copy, meta);
      return await giveName(copy, folder, leaf);
    } finally {
      await rm(copy, { force: true });
    }
  }

  #remove(chosen: (id: string) => boolean): Promise<void> {
    return onDisk(async () => {
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
