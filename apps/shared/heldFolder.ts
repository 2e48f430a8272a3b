import { constants, existsSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './diskErrors.js';

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Through it a name is looked up in the very folder that was opened, whatever its path leads to by now. */
const DESCRIPTORS = '/proc/self/fd';

/**
 * A folder held open, so that nobody can put a link in its place between a check and its use. Where the system has no
 * /proc/self/fd the path is used and only the checks themselves remain.
 */
export class HeldFolder implements AsyncDisposable {
  static readonly #pinned = existsSync(DESCRIPTORS);

  private constructor(
    private readonly handle: FileHandle,
    readonly path: string,
  ) {}

  /** The folder a person configured: it may itself be a link. */
  static async root(path: string): Promise<HeldFolder> {
    await mkdir(path, { recursive: true });
    return new HeldFolder(await open(path, constants.O_RDONLY | constants.O_DIRECTORY), path);
  }

  /** Where a name of this folder is found. */
  at(name: string): string {
    return HeldFolder.#pinned ? `${DESCRIPTORS}/${this.handle.fd}/${name}` : join(this.path, name);
  }

  /** A folder in this one, made if it is not there. Undefined when something else, a link included, has that name. */
  async child(name: string): Promise<HeldFolder | undefined> {
    try {
      await mkdir(this.at(name));
      await this.sync();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    try {
      return new HeldFolder(await open(this.at(name), FOLDER_FLAGS), join(this.path, name));
    } catch (error) {
      if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP') return undefined;
      throw error;
    }
  }

  /** Names made in it are on the disk when this returns. */
  sync(): Promise<void> {
    return this.handle.sync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.handle.close();
  }
}
