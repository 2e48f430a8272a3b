import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { PartFile } from '../../core/index.js';
import { codeOf, onDisk } from './diskErrors.js';
import { readFully } from './nodeFileSource.js';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants;

export class NodePart implements PartFile {
  constructor(
    private readonly handle: FileHandle,
    /** Set until the name of a new part is on the disk too. */
    private unsyncedFolder: string | undefined,
  ) {}

  write(offset: number, bytes: Uint8Array): Promise<void> {
    return onDisk(async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    });
  }

  read(offset: number, into: Uint8Array): Promise<number> {
    return onDisk(() => readFully(this.handle, offset, into));
  }

  sync(): Promise<void> {
    return onDisk(async () => {
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

/** Creates it, or opens again what an earlier session left; never through a link. */
export async function openPart(path: string, folder: string): Promise<PartFile> {
  try {
    return new NodePart(await open(path, O_RDWR | O_NOFOLLOW), undefined);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return new NodePart(await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600), folder);
}
