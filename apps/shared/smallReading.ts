import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/*
 * How many small files are read, with calls that wait, because a call that does not costs more than the file. Runs in a
 * thread of its own and loads nothing but node.
 */

/** Never through a link, and never waiting for the other end of a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface ReadJob {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Shared memory, when another thread reads. */
  readonly into: Uint8Array;
}

/** What a file was like, or the errno that kept it from being read; '' when it is none. */
export type ReadAnswer = { readonly bytes: number; readonly modifiedMs: number } | { readonly code: string };

/** One file behind the other, each in as many bytes as it was said to have. */
export function readSmall({ files, into }: ReadJob): readonly ReadAnswer[] {
  let at = 0;
  return files.map(({ path, bytes }) => {
    const answer = readOne(path, into.subarray(at, at + bytes));
    at += bytes;
    return answer;
  });
}

function readOne(path: string, into: Uint8Array): ReadAnswer {
  let fd: number | undefined;
  try {
    fd = openSync(path, READ_FLAGS);
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { code: '' };
    const read = stats.size === into.length ? readAll(fd, into) : stats.size;
    return { bytes: read, modifiedMs: stats.mtimeMs };
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : '' };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function readAll(fd: number, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(fd, into, filled, into.length - filled, filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
