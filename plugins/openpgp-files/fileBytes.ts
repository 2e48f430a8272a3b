import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { SansfilError } from '../../core/index.js';

/** Small steps keep the streams between disk and disk small; larger ones are hardly faster. */
const STEP_BYTES = 64 * 1024;

/** A plain file as a stream, read no faster than it is wanted. */
export class FileBytes implements AsyncDisposable {
  /** What reading failed with: errors come out of the other end of OpenPGP.js as something else. */
  failure: SansfilError | undefined;
  #read = 0;
  #limit = Infinity;

  private constructor(
    private readonly handle: FileHandle,
    readonly bytes: number,
    private readonly modifiedMs: number,
  ) {}

  /** @throws SansfilError FILE_UNREADABLE */
  static async open(path: string): Promise<FileBytes> {
    let handle: FileHandle | undefined;
    try {
      // Opening a pipe would otherwise wait for somebody to write into it.
      handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stat = await handle.stat();
      if (stat.isDirectory()) throw new SansfilError('FILE_UNREADABLE', 'it is a folder: pack it into one file first');
      if (!stat.isFile()) throw new SansfilError('FILE_UNREADABLE', 'it is not a plain file');
      return new FileBytes(handle, stat.size, stat.mtimeMs);
    } catch (error) {
      await handle?.close();
      throw SansfilError.from(error, 'FILE_UNREADABLE');
    }
  }

  /** Reading more than that from now on fails with PGP_NOT_SEALED; undefined lifts it. */
  limit(bytes: number | undefined): void {
    this.#limit = bytes ?? Infinity;
  }

  async first(): Promise<number | undefined> {
    const { bytesRead, buffer } = await this.handle.read(new Uint8Array(1), 0, 1, 0);
    return bytesRead === 0 ? undefined : buffer[0];
  }

  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await this.#next();
          if (bytes.length === 0) controller.close();
          else controller.enqueue(bytes);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** @throws SansfilError FILE_CHANGED when somebody wrote into the file meanwhile */
  async refuseChanged(): Promise<void> {
    const { size, mtimeMs } = await this.handle.stat();
    if (size !== this.bytes || mtimeMs !== this.modifiedMs || this.#read !== size)
      throw new SansfilError('FILE_CHANGED', 'it changed while it was sealed; seal it again');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close();
  }

  async #next(): Promise<Uint8Array> {
    try {
      if (this.#read > this.#limit) throw new SansfilError('PGP_NOT_SEALED', 'what stands before the sealed bytes is too long');
      const { bytesRead, buffer } = await this.handle.read(new Uint8Array(STEP_BYTES), 0, STEP_BYTES, this.#read);
      this.#read += bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      throw (this.failure = SansfilError.from(error, 'FILE_UNREADABLE'));
    }
  }
}

/**
 * Writes a stream into a new file, ours alone, until it is on the disk. The bytes written.
 * @throws SansfilError DISK_FULL | FILE_UNWRITABLE | PGP_TOO_LARGE, or what `stream` throws
 */
export async function writeNew(path: string, stream: AsyncIterable<Uint8Array>, bytesMax = Infinity): Promise<number> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  await using file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600).catch((error: unknown) => Promise.reject(writeError(error)));
  let written = 0;
  for await (const bytes of stream) {
    written += bytes.length;
    if (written > bytesMax) throw new SansfilError('PGP_TOO_LARGE');
    for (let at = 0; at < bytes.length;) at += await writeSome(file, bytes.subarray(at));
  }
  await file.sync().catch((error: unknown) => Promise.reject(writeError(error)));
  return written;
}

async function writeSome(file: FileHandle, bytes: Uint8Array): Promise<number> {
  try {
    return (await file.write(bytes)).bytesWritten;
  } catch (error) {
    throw writeError(error);
  }
}

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** A failed system call on a file that is being made, as one of our errors. */
export function writeError(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  const code = codeOf(error);
  if (FULL.has(code)) return new SansfilError('DISK_FULL', undefined, { cause: error });
  return new SansfilError('FILE_UNWRITABLE', code, { cause: error });
}

/** The errno name of a failed system call. */
export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
