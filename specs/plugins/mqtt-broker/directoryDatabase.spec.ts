import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../../plugins/mqtt-broker/database.js';
import { directoryKey } from '../../../plugins/mqtt-broker/directoryKey.js';
import { SqliteDirectoryStore } from '../../../plugins/mqtt-broker/SqliteDirectoryStore.js';
import { account, directoryStoreContract } from '../../contracts/directoryStore.contract.js';
import { removeFolder, startDirectory, temporaryFolder } from '../../support/realDirectory.js';

directoryStoreContract('SQLite', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'directory.db');
  let store = new SqliteDirectoryStore(await openDatabase(path));
  return {
    store,
    reopen: async () => {
      await store.close();
      return (store = new SqliteDirectoryStore(await openDatabase(path)));
    },
    close: async () => {
      await store.close();
      await removeFolder(folder);
    },
  };
});

describe('the data folder of a directory', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    path = join(folder, 'directory.db');
  });
  afterEach(() => removeFolder(folder));

  test('is held by one process at a time', async () => {
    const first = await startDirectory({ folder });
    await expect(startDirectory({ folder })).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    await first.stop();
    await (await startDirectory({ folder })).stop();
  });

  test('is for its owner alone, one that was made before this was so included', async () => {
    const modes = async (): Promise<readonly number[]> => Promise.all([path, `${path}-wal`].map(async (file) => (await stat(file)).mode & 0o777));
    const first = await openDatabase(path);
    expect(await modes()).toEqual([0o600, 0o600]);
    await first.close();
    await chmod(path, 0o644);
    const again = await openDatabase(path);
    await again.exec('PRAGMA user_version = 1');
    expect(await modes()).toEqual([0o600, 0o600]);
    await again.close();
  });

  test('with a file that is no database is refused and left as it is', async () => {
    const bytes = Buffer.from('this is not a database, it is a letter to a friend '.repeat(100));
    await writeFile(path, bytes);
    await expect(startDirectory({ folder })).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await readFile(path)).toEqual(bytes);
  });

  test('with a damaged page is refused, and not served from', async () => {
    const store = new SqliteDirectoryStore(await openDatabase(path));
    for (let i = 0; i < 200; i++) await store.addAccount(account(`somebody-${i}`));
    await store.close();
    const bytes = await readFile(path);
    bytes.fill(0xa5, 3 * 4096, 5 * 4096);
    await writeFile(path, bytes);
    await expect(openDatabase(path)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  test('written by a newer version is refused', async () => {
    const database = await openDatabase(path);
    await database.exec('PRAGMA user_version = 99');
    await database.close();
    await expect(openDatabase(path)).rejects.toMatchObject({ code: 'STORE_TOO_NEW' });
  });

  test('keeps what was acknowledged when the process is gone without a goodbye', async () => {
    const store = new SqliteDirectoryStore(await openDatabase(path));
    await store.addAccount(account('ada'));
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`);
    const found = new SqliteDirectoryStore(await openDatabase(copy));
    expect(await found.accountByKey('ada')).toEqual(account('ada'));
    await found.close();
    await store.close();
  });

  test('that is not there is told as one that cannot be written', async () => {
    await expect(openDatabase(join(folder, 'nowhere', 'directory.db'))).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
    await expect(directoryKey(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });

  test('gives the directory one key and one name for good', async () => {
    const first = await directoryKey(folder);
    expect(first.defaultName).toMatch(/^sansfil-[a-z2-7]{8}$/);
    expect((await directoryKey(folder)).defaultName).toBe(first.defaultName);
    expect((await stat(join(folder, 'directory.key'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'directory.key'), 'scribble');
    await expect(directoryKey(folder)).rejects.toMatchObject({ code: 'IDENTITY_CORRUPT' });
    expect(await readFile(join(folder, 'directory.key'), 'utf8')).toBe('scribble');
  });
});
