import { chmod, link, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SansfilError } from '../../core/index.js';
import { Connection } from './Connection.js';
import { expectedSchema, migrate, MIGRATIONS, schemaOf } from './migrations/migrate.js';
import { storeError } from './storeError.js';

const FILE_NAME = 'sansfil.db';
const PRIVATE = 0o600;

/**
 * The database of a data folder, checked, locked for this process alone and brought to the latest version.
 * A damaged file is refused and left exactly as it is: whatever can be saved from it is still there.
 * @throws SansfilError DATA_IN_USE | STORE_CORRUPT | STORE_TOO_NEW | DATA_UNWRITABLE | DISK_FULL | STORE_FAILED
 */
export async function openStoreFile(folder: string, migrations = MIGRATIONS): Promise<Connection> {
  const path = join(folder, FILE_NAME);
  try {
    if (!(await sizeOf(path))) await create(path, migrations);
    const version = await inspect(path, migrations);
    await chmod(path, PRIVATE);
    const connection = await lock(path);
    try {
      // Left by the look before, which could not lock; whoever holds this lock needs none.
      await rm(`${path}-shm`, { force: true });
      await migrate(connection, version, migrations);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  } catch (error) {
    throw storeError(error);
  }
}

/**
 * Made under another name and given its own when it is whole: so an empty file of this name is always a damaged one,
 * never one whose making was interrupted.
 */
async function create(path: string, migrations: readonly string[]): Promise<void> {
  if ((await sizeOf(path)) === 0) throw new SansfilError('STORE_CORRUPT', 'the database file is empty');
  // SQLite would write the log of a database that is gone into the new one.
  if (await sizeOf(`${path}-wal`)) throw new SansfilError('STORE_CORRUPT', 'the database file is gone, its log is there');
  const fresh = `${path}.new`;
  await (await open(fresh, 'a', PRIVATE)).close();
  const connection = await Connection.open(fresh, 'write');
  try {
    await connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL');
    await migrate(connection, await versionOf(connection), migrations);
    await connection.exec('PRAGMA journal_mode = WAL');
  } finally {
    await connection.close();
  }
  await name(fresh, path);
}

/** Never over a file that another process has put there meanwhile. */
async function name(fresh: string, path: string): Promise<void> {
  try {
    await link(fresh, path);
    await unlink(fresh);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new SansfilError('DATA_IN_USE');
    // File systems without hard links.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await rename(fresh, path);
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Without writing a byte: a connection that only reads does not even move the log into the file when it closes. */
async function inspect(path: string, migrations: readonly string[]): Promise<number> {
  const connection = await Connection.open(path, 'read');
  try {
    const version = await versionOf(connection);
    if (version > migrations.length) throw new SansfilError('STORE_TOO_NEW', `the database has version ${version}, this sansfil knows ${migrations.length}`);
    const found = await connection.all('PRAGMA quick_check(1)');
    if (found[0]?.['quick_check'] !== 'ok') throw new SansfilError('STORE_CORRUPT', `the database is damaged: ${String(found[0]?.['quick_check'])}`);
    if (version < 1 || (await schemaOf(connection)) !== (await expectedSchema(version, migrations))) {
      throw new SansfilError('STORE_CORRUPT', 'the tables of the database are not those of its version');
    }
    return version;
  } finally {
    await connection.close();
  }
}

/** Held until the connection is closed or the process ends, however it ends. */
async function lock(path: string): Promise<Connection> {
  const connection = await Connection.open(path, 'write');
  try {
    // Exclusive before the first access: then the log needs no memory shared with other processes.
    await connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    await connection.exec('PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    await connection.exec('PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 4194304; BEGIN EXCLUSIVE; COMMIT');
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function versionOf(connection: Connection): Promise<number> {
  return Number((await connection.get('PRAGMA user_version'))?.['user_version']);
}

/** Bytes; undefined when there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
