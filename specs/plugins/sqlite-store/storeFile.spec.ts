import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '../../../plugins/sqlite-store/Connection.js';
import { MIGRATIONS } from '../../../plugins/sqlite-store/migrations/migrate.js';
import { openStoreFile } from '../../../plugins/sqlite-store/storeFile.js';
import { StoreDatabase } from '../../../plugins/sqlite-store/StoreDatabase.js';
import { dataFolder, MemoryLogger, type DataFolder } from '../../support/dataFolder.js';
import { messageIdOf, peerOf, rejection } from '../../support/samples.js';

const ANNA = peerOf(1);
const message = (n: number) => ({ id: messageIdOf(n), peer: ANNA, text: `text ${n}`, createdMs: n, storedMs: n });

let folder: DataFolder;
let path: string;
beforeEach(async () => {
  folder = await dataFolder();
  path = join(folder.path, 'sansfil.db');
});
afterEach(() => folder[Symbol.asyncDispose]());

const open = (at = folder.path): Promise<StoreDatabase> => StoreDatabase.open(at, new MemoryLogger());
const close = (database: StoreDatabase): Promise<void> => database[Symbol.asyncDispose]();
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
const textsIn = async (database: StoreDatabase): Promise<string[]> => (await database.messages.history({ peer: ANNA, limit: 1_000 })).map(({ text }) => text);

/** The files of an open database as a crash would leave them. */
async function crashCopy(name: string): Promise<string> {
  const copy = join(folder.path, name);
  await mkdir(copy);
  for (const file of await readdir(folder.path)) if (file.startsWith('sansfil.db')) await copyFile(join(folder.path, file), join(copy, file));
  return copy;
}

describe('a new data folder', () => {
  test('gets one database that only its owner can read, and nothing else', async () => {
    const database = await open();
    await database.messages.receive([message(1)]);
    expect([await modeOf(path), await modeOf(`${path}-wal`)]).toEqual([0o600, 0o600]);
    await close(database);
    expect(await readdir(folder.path)).toEqual(['sansfil.db']);
  });

  test('that cannot be written is refused by name', async () => {
    expect(await rejection(open(join(folder.path, 'missing')))).toBe('DATA_UNWRITABLE');
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    expect(await rejection(open(file))).toBe('DATA_UNWRITABLE');
  });

  test('whose database was being made when the process died is made again', async () => {
    await writeFile(`${path}.new`, '');
    await close(await open());
    expect(await readdir(folder.path)).toEqual(['sansfil.db']);
  });

  test('a database that others could read is closed to them', async () => {
    await close(await open());
    await chmod(path, 0o644);
    await close(await open());
    expect(await modeOf(path)).toBe(0o600);
  });

  test('is written with every commit synced and foreign keys on', async () => {
    const database = await open();
    const settings = await database.writer.submit(async (tx) => [
      (await tx.get('PRAGMA journal_mode'))?.['journal_mode'],
      (await tx.get('PRAGMA synchronous'))?.['synchronous'],
      (await tx.get('PRAGMA foreign_keys'))?.['foreign_keys'],
      (await tx.get('PRAGMA locking_mode'))?.['locking_mode'],
    ]);
    expect(settings).toEqual(['wal', 2, 1, 'exclusive']);
    await close(database);
  });
});

describe('a database in use', () => {
  const script = `
    const sqlite3 = require(process.argv[1]);
    const database = new sqlite3.Database(process.argv[2], () => {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT', (error) => console.log(error ? error.code : 'locked'));
    });
    setInterval(() => {}, 1000);`;
  const holder = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ['-e', script, createRequire(import.meta.url).resolve('sqlite3'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe('locked');
    return child;
  };

  test('is refused a second time in the same process, and free after it was closed', async () => {
    const first = await open();
    expect(await rejection(open())).toBe('DATA_IN_USE');
    await first.messages.receive([message(1)]);
    await close(first);
    await close(await open());
  });

  test('is refused to another process for as long as that lives, and free the moment it is killed', async () => {
    await close(await open());
    const child = await holder();
    try {
      expect(await rejection(open())).toBe('DATA_IN_USE');
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await close(await open());
  });

  test('another process cannot even read it', async () => {
    const database = await open();
    const reading = `
      const sqlite3 = require(process.argv[1]);
      const database = new sqlite3.Database(process.argv[2], sqlite3.OPEN_READONLY, () => {
        database.get('SELECT * FROM messages', (error) => console.log(error ? error.code : 'read'));
      });`;
    const child = spawn(process.execPath, ['-e', reading, createRequire(import.meta.url).resolve('sqlite3'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    await once(child, 'exit');
    expect(said.toString().trim()).toBe('SQLITE_BUSY');
    await close(database);
  });
});

describe('a process that dies', () => {
  test('has everything it was told is stored, and each of its messages once', async () => {
    const database = await open();
    await database.messages.receive([message(1), message(2)]);
    await database.messages.queue(message(3), Uint8Array.of(3));
    const copy = await crashCopy('after');
    await close(database);

    const again = await open(copy);
    expect(await textsIn(again)).toEqual(['text 1', 'text 2', 'text 3']);
    expect(await again.messages.receive([message(2), message(4)])).toEqual(['duplicate', 'new']);
    expect(await again.messages.outbox(ANNA, 0, 10)).toHaveLength(1);
    await close(again);
  });

  test('in the middle of a transaction leaves nothing of it', async () => {
    const database = await open();
    await database.messages.receive([message(1)]);
    let copy = '';
    const dying = database.writer.submit(async (tx) => {
      await tx.run('DELETE FROM messages');
      copy = await crashCopy('middle');
      throw new Error('never mind');
    });
    expect(await rejection(dying)).toBe('STORE_FAILED');
    await close(database);
    const again = await open(copy);
    expect(await textsIn(again)).toEqual(['text 1']);
    await close(again);
  });
});

describe('migrations', () => {
  const second = 'ALTER TABLE contacts ADD COLUMN colour TEXT; CREATE TABLE rooms (name TEXT) STRICT;';
  const versionIn = async (at: string): Promise<unknown> => {
    const connection = await Connection.open(join(at, 'sansfil.db'), 'read');
    try {
      return (await connection.get('PRAGMA user_version'))?.['user_version'];
    } finally {
      await connection.close();
    }
  };

  test('bring an older database to the newest version and keep what is in it', async () => {
    const old = await open();
    await old.messages.receive([message(1)]);
    await close(old);
    const connection = await openStoreFile(folder.path, [...MIGRATIONS, second]);
    expect(await connection.all('SELECT text FROM messages')).toEqual([{ text: 'text 1' }]);
    expect(await connection.all('SELECT colour FROM contacts')).toEqual([]);
    await connection.close();
    expect(await versionIn(folder.path)).toBe(MIGRATIONS.length + 1);
  });

  test('are done once', async () => {
    for (let i = 0; i < 3; i++) await (await openStoreFile(folder.path, [...MIGRATIONS, second])).close();
    expect(await versionIn(folder.path)).toBe(MIGRATIONS.length + 1);
  });

  test('one that fails half way leaves the old version whole', async () => {
    const old = await open();
    await old.messages.receive([message(1)]);
    await close(old);
    expect(await rejection(openStoreFile(folder.path, [...MIGRATIONS, `${second} INSERT INTO nowhere VALUES (1);`]))).toBe('STORE_FAILED');
    const again = await open();
    expect(await textsIn(again)).toEqual(['text 1']);
    await close(again);
  });

  test('a process that dies at any statement of one leaves the old version or the new one, without loss', async () => {
    const old = await open();
    await old.messages.receive([message(1)]);
    await close(old);
    const statements = [...second.split(';').filter((sql) => sql.trim() !== ''), `PRAGMA user_version = ${MIGRATIONS.length + 1}`, 'COMMIT'];
    const connection = await Connection.open(path, 'write');
    await connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
    for (const [i, sql] of statements.entries()) {
      await connection.exec(sql);
      const copy = await crashCopy(`step-${i}`);
      const again = await openStoreFile(copy, [...MIGRATIONS, second]);
      expect(await again.all('SELECT text FROM messages')).toEqual([{ text: 'text 1' }]);
      expect(await again.all('SELECT name FROM rooms')).toEqual([]);
      await again.close();
    }
    await connection.close();
  });

  test('a database of a newer version is refused and left as it is', async () => {
    await (await openStoreFile(folder.path, [...MIGRATIONS, second])).close();
    const before = await readFile(path);
    expect(await rejection(open())).toBe('STORE_TOO_NEW');
    expect((await readFile(path)).equals(before)).toBe(true);
  });
});
