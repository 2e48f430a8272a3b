import { chmod, open as openFile } from 'node:fs/promises';
import { open, type Database } from 'sqlite';
import sqlite3 from 'sqlite3';
import { SansfilError, type ErrorCode } from '../../core/index.js';

/** Each entry takes the schema from its index to the next version; never edited once released. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE accounts (
     key TEXT PRIMARY KEY NOT NULL,
     name TEXT NOT NULL,
     created_ms INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE devices (
     peer TEXT PRIMARY KEY NOT NULL,
     account TEXT NOT NULL REFERENCES accounts (key),
     spki BLOB NOT NULL,
     tag TEXT NOT NULL UNIQUE
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX devices_of_account ON devices (account);
   CREATE TABLE relations (
     a TEXT NOT NULL REFERENCES accounts (key),
     b TEXT NOT NULL REFERENCES accounts (key),
     state TEXT NOT NULL CHECK (state IN ('requested', 'friends', 'removed')),
     by TEXT NOT NULL,
     PRIMARY KEY (a, b)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX relations_of_b ON relations (b);`,
];

const CODES: Readonly<Record<string, ErrorCode>> = {
  SQLITE_BUSY: 'DATA_IN_USE',
  SQLITE_LOCKED: 'DATA_IN_USE',
  SQLITE_CORRUPT: 'STORE_CORRUPT',
  SQLITE_NOTADB: 'STORE_CORRUPT',
  SQLITE_FULL: 'DISK_FULL',
  SQLITE_CANTOPEN: 'DATA_UNWRITABLE',
  SQLITE_READONLY: 'DATA_UNWRITABLE',
  SQLITE_PERM: 'DATA_UNWRITABLE',
  EACCES: 'DATA_UNWRITABLE',
  EPERM: 'DATA_UNWRITABLE',
  EROFS: 'DATA_UNWRITABLE',
  ENOENT: 'DATA_UNWRITABLE',
  ENOSPC: 'DISK_FULL',
};

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

export function databaseError(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  return SansfilError.from(error, CODES[codeOf(error)] ?? 'STORE_FAILED');
}

/**
 * Opens the directory's database for this process alone and brings its schema up to date. A damaged one is left as it is.
 * @throws SansfilError DATA_IN_USE | DATA_UNWRITABLE | STORE_CORRUPT | STORE_TOO_NEW | DISK_FULL | STORE_FAILED
 */
export async function openDatabase(filename: string): Promise<Database> {
  let database: Database | undefined;
  try {
    await keepPrivate(filename);
    database = await open({ filename, driver: sqlite3.Database });
    // Exclusive before the first access to the WAL: its index then lives in memory, and a second process is refused.
    await database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF');
    await database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT');
    await check(database);
    await migrate(database);
    return database;
  } catch (error) {
    await database?.close().catch((closing: unknown) => {
      throw databaseError(closing);
    });
    throw databaseError(error);
  }
}

/**
 * Who is friends with whom is nobody else's business; SQLite gives its log the mode of the database. One that is there is
 * not opened: closing a file drops every lock this process has on it.
 */
async function keepPrivate(filename: string): Promise<void> {
  try {
    await (await openFile(filename, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    await chmod(filename, 0o600);
  }
}

async function check(database: Database): Promise<void> {
  const rows = await database.all<{ integrity_check: string }[]>('PRAGMA integrity_check(1)');
  if (rows[0]?.integrity_check !== 'ok') throw new SansfilError('STORE_CORRUPT');
}

async function migrate(database: Database): Promise<void> {
  const row = await database.get<{ user_version: number }>('PRAGMA user_version');
  const version = row?.user_version ?? 0;
  if (version > MIGRATIONS.length) throw new SansfilError('STORE_TOO_NEW');
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) await database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}
