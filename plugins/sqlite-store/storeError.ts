import { SansfilError, type ErrorCode } from '../../core/index.js';

/** What the driver's codes mean to us (https://sqlite.org/rescode.html, primary codes); everything else is STORE_FAILED. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  SQLITE_FULL: 'DISK_FULL',
  SQLITE_CORRUPT: 'STORE_CORRUPT',
  SQLITE_NOTADB: 'STORE_CORRUPT',
  SQLITE_BUSY: 'DATA_IN_USE',
  SQLITE_LOCKED: 'DATA_IN_USE',
  SQLITE_READONLY: 'DATA_UNWRITABLE',
  SQLITE_CANTOPEN: 'DATA_UNWRITABLE',
  SQLITE_PERM: 'DATA_UNWRITABLE',
  // of node:fs, when the file is made
  EACCES: 'DATA_UNWRITABLE',
  EPERM: 'DATA_UNWRITABLE',
  EROFS: 'DATA_UNWRITABLE',
  ENOENT: 'DATA_UNWRITABLE',
  ENOTDIR: 'DATA_UNWRITABLE',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
};

export function storeError(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
  return SansfilError.from(error, Object.hasOwn(CODES, code) ? CODES[code] : 'STORE_FAILED');
}
