import { SansfilError } from '../../core/index.js';

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The errno name of a failed system call. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed system call on received files as one of our errors: a full disk is told apart, the path stays out of the message. */
export function diskError(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  const code = codeOf(error);
  if (FULL.has(code)) return new SansfilError('DISK_FULL', undefined, { cause: error });
  return new SansfilError('STORE_FAILED', `A received file could not be written (${code ?? 'unknown reason'}).`, { cause: error });
}

/** Runs it with its errors made ours. */
export async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error);
  }
}
