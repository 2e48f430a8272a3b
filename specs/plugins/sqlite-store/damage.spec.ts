import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAccountName } from '../../../core/base/ids.js';
import { SansfilError } from '../../../core/base/errors.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { Connection } from '../../../plugins/sqlite-store/Connection.js';
import { StoreDatabase } from '../../../plugins/sqlite-store/StoreDatabase.js';
import { dataFolder, MemoryLogger, type DataFolder } from '../../support/dataFolder.js';
import { messageIdOf, peerOf, rejection } from '../../support/samples.js';

const ANNA = peerOf(1);
const MESSAGES = 300;

let folder: DataFolder;
/** A closed database with something in every table. */
let whole: Buffer;
/** The database and its log as a crash left them: everything is in the log. */
let crashed: { readonly database: Buffer; readonly log: Buffer };
let runs = 0;

const open = (at: string): Promise<StoreDatabase> => StoreDatabase.open(at, new MemoryLogger());

beforeAll(async () => {
  folder = await dataFolder();
  const path = join(folder.path, 'sansfil.db');
  const database = await open(folder.path);
  await database.settings.setAccount({ name: parseAccountName('pi'), directoryName: 'room' });
  await database.contacts.put({ peer: ANNA, name: parseAccountName('anna'), state: 'friend', verified: true, addresses: ['tcp://x:1'] });
  for (let n = 1; n <= MESSAGES; n++)
    await database.messages.receive([{ id: messageIdOf(n), peer: ANNA, text: `text ${n} ${'x'.repeat(n)}`, createdMs: n, storedMs: n }]);
  await database.messages.queue({ id: messageIdOf(999), peer: ANNA, text: 'ours', createdMs: 1, storedMs: 1 }, new Uint8Array(5_000));
  crashed = { database: await readFile(path), log: await readFile(`${path}-wal`) };
  await database[Symbol.asyncDispose]();
  whole = await readFile(path);
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A data folder with these files. */
async function folderWith(database: Uint8Array, log?: Uint8Array): Promise<string> {
  const at = join(folder.path, `run-${++runs}`);
  await mkdir(at);
  await writeFile(join(at, 'sansfil.db'), database);
  if (log) await writeFile(join(at, 'sansfil.db-wal'), log);
  return at;
}

/** What a device does at its start and later with its stores, all of it. */
async function useAll(database: StoreDatabase): Promise<void> {
  await database.settings.account();
  await database.contacts.all();
  await database.transfers.all();
  await database.messages.counts();
  await database.messages.outboxPeers();
  await database.messages.outbox(ANNA, 0, 10);
  await database.messages.unread(ANNA);
  await database.messages.history({ peer: ANNA, limit: 1_000, search: 'text' });
  await database.messages.receive([{ id: messageIdOf(5_000), peer: ANNA, text: 'new', createdMs: 1, storedMs: 1 }]);
}

/** The code of the refusal at the door, `later: <code>` of one inside, or `fine`; never anything that is not ours. */
async function fateOf(at: string): Promise<string> {
  let database: StoreDatabase;
  try {
    database = await open(at);
  } catch (error) {
    expect(SansfilError.is(error)).toBe(true);
    return SansfilError.from(error).code;
  }
  try {
    await useAll(database);
    return 'fine';
  } catch (error) {
    expect(SansfilError.is(error)).toBe(true);
    return `later: ${SansfilError.from(error).code}`;
  } finally {
    await database[Symbol.asyncDispose]().catch((error: unknown) => expect(SansfilError.is(error)).toBe(true));
  }
}

const flipped = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
};

describe('a damaged database is refused and left as it is', () => {
  const damages: readonly (readonly [string, () => Buffer])[] = [
    ['an empty file', () => Buffer.alloc(0)],
    ['a file of zeros', () => Buffer.alloc(whole.length)],
    ['another file altogether', () => Buffer.from('-----BEGIN PRIVATE KEY-----\n'.repeat(300))],
    ['a file that ends in its header', () => whole.subarray(0, 60)],
    ['a file that is half there', () => whole.subarray(0, Math.floor(whole.length / 2))],
    ['a file without its last page', () => whole.subarray(0, whole.length - 4_096)],
    ['a wrong magic string', () => flipped(whole, 3, 1)],
    ['a wrong page size', () => flipped(whole, 16, 1)],
    // What a page that was split has left of it further ahead counts no more.
    ['a wrong schema', () => flipped(whole, whole.lastIndexOf('search_key TEXT') + 2, 0)],
    ['a page of noise', () => Buffer.concat([whole.subarray(0, 8_192), Buffer.from(new Rng(1).bytes(4_096)), whole.subarray(12_288)])],
    ['a version that never was', () => Buffer.concat([whole.subarray(0, 60), Buffer.alloc(4), whole.subarray(64)])],
  ];

  test.each(damages)('%s', async (_, damage) => {
    const bytes = damage();
    const at = await folderWith(bytes);
    expect(await rejection(open(at))).toBe('STORE_CORRUPT');
    expect((await readFile(join(at, 'sansfil.db'))).equals(bytes)).toBe(true);
    expect((await readdir(at)).filter((name) => !/^sansfil\.db(-wal|-shm)?$/.test(name))).toEqual([]);
  });

  test('with a log that is not yet in the file: neither of the two is touched', async () => {
    const bytes = Buffer.concat([crashed.database.subarray(0, 60), Buffer.from([0, 0, 0, 0]), crashed.database.subarray(64)]);
    const log = Buffer.from(crashed.log);
    const noise = new Rng(2).bytes(64);
    log.set(noise, log.length - 2_000);
    const at = await folderWith(flipped(bytes, 100, 7), log);
    const before = await readFile(join(at, 'sansfil.db'));
    const fate = await fateOf(at);
    if (fate === 'STORE_CORRUPT') {
      expect((await readFile(join(at, 'sansfil.db'))).equals(before)).toBe(true);
      expect((await readFile(join(at, 'sansfil.db-wal'))).equals(log)).toBe(true);
    } else {
      expect(fate).toBe('fine');
    }
  });

  test('a log whose database is gone is not written into a new one', async () => {
    const at = await folderWith(crashed.database, crashed.log);
    await rm(join(at, 'sansfil.db'));
    expect(await rejection(open(at))).toBe('STORE_CORRUPT');
    expect((await readFile(join(at, 'sansfil.db-wal'))).equals(crashed.log)).toBe(true);
    expect(await readdir(at)).toEqual(['sansfil.db-wal']);
  });

  test('a damaged database can be opened again once a copy is restored', async () => {
    const at = await folderWith(whole.subarray(0, 5_000));
    expect(await rejection(open(at))).toBe('STORE_CORRUPT');
    await writeFile(join(at, 'sansfil.db'), whole);
    expect(await fateOf(at)).toBe('fine');
  });
});

describe('any single bit of damage', () => {
  test('in the header or at the head of a page ends in a clear refusal or does no harm', async () => {
    const fates = new Map<string, number>();
    const rng = new Rng(3);
    for (let i = 0; i < 120; i++) {
      const page = rng.between(0, whole.length / 4_096 - 1);
      const at = page === 0 ? rng.between(0, 107) : page * 4_096 + rng.between(0, 11);
      const fate = await fateOf(await folderWith(flipped(whole, at, rng.between(0, 7))));
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
    }
    const known = ['fine', 'STORE_CORRUPT', 'STORE_TOO_NEW', 'later: STORE_CORRUPT'];
    expect([...fates.keys()].filter((fate) => !known.includes(fate))).toEqual([]);
    expect(fates.get('STORE_CORRUPT')).toBeGreaterThan(60);
  });

  test('anywhere in any page is refused, found by the rows, or changes nothing but the text it hit', async () => {
    const rng = new Rng(4);
    for (let i = 0; i < 120; i++) {
      const fate = await fateOf(await folderWith(flipped(whole, rng.between(0, whole.length - 1), rng.between(0, 7))));
      expect(['fine', 'STORE_CORRUPT', 'STORE_TOO_NEW', 'later: STORE_CORRUPT']).toContain(fate);
    }
  });
});

describe('a log that was cut short', () => {
  test('gives a beginning of what was written, whole transactions only', async () => {
    const rng = new Rng(5);
    const lengths = [0, 1, 31, 32, 33, 4_151, 4_152, ...Array.from({ length: 25 }, () => rng.between(0, crashed.log.length))];
    for (const length of lengths) {
      const at = await folderWith(crashed.database, crashed.log.subarray(0, length));
      const database = await open(at);
      const texts = (await database.messages.history({ peer: ANNA, limit: 1_000 })).map(({ text }) => text);
      expect(texts).toEqual(Array.from({ length: texts.length }, (_, n) => (n < MESSAGES ? `text ${n + 1} ${'x'.repeat(n + 1)}` : 'ours')));
      await database[Symbol.asyncDispose]();
    }
  });

  test('or hit in the middle is refused or gives whole transactions only', async () => {
    const rng = new Rng(6);
    for (let i = 0; i < 30; i++) {
      const fate = await fateOf(await folderWith(crashed.database, flipped(crashed.log, rng.between(0, crashed.log.length - 1), rng.between(0, 7))));
      expect(['fine', 'STORE_CORRUPT']).toContain(fate);
    }
  });
});

describe('rows that hold what they cannot', () => {
  test.each([
    ['a peer that is none', `UPDATE messages SET peer = 'x' WHERE position = 1`, (database: StoreDatabase) => database.messages.counts()],
    ['an id that is none', `UPDATE messages SET id = 'ZZ' WHERE position = 1`, (database: StoreDatabase) => database.messages.unread(ANNA)],
    ['addresses that are no list', `UPDATE contacts SET addresses = '{"__proto__":1}'`, (database: StoreDatabase) => database.contacts.all()],
    ['addresses that are no JSON', `UPDATE contacts SET addresses = '['`, (database: StoreDatabase) => database.contacts.all()],
    ['an account name that is none', `UPDATE account SET name = ' '`, (database: StoreDatabase) => database.settings.account()],
    ['a time that is not exact', 'UPDATE messages SET created_ms = 9223372036854775807', (database: StoreDatabase) => database.messages.unread(ANNA)],
  ])('%s: the read is refused', async (_, sql, read) => {
    const at = await folderWith(whole);
    const connection = await Connection.open(join(at, 'sansfil.db'), 'write');
    await connection.exec(sql);
    await connection.close();
    const database = await open(at);
    expect(await rejection(read(database))).toBe('STORE_CORRUPT');
    await database[Symbol.asyncDispose]();
  });
});

describe('a full disk', () => {
  test('refuses what does not fit, keeps what was kept, and goes on when there is room', async () => {
    const at = await folderWith(whole);
    const database = await open(at);
    await database.writer.submit((tx) => tx.exec('PRAGMA max_page_count = 1'));
    let n = 1_000;
    let fate = '';
    while (fate === '') {
      n += 1;
      const added = database.messages.receive([{ id: messageIdOf(n), peer: ANNA, text: 'y'.repeat(3_000), createdMs: 1, storedMs: 1 }]);
      fate = await added.then(
        () => '',
        (error: unknown) => SansfilError.from(error).code,
      );
    }
    expect(fate).toBe('DISK_FULL');
    expect(await database.messages.get(messageIdOf(n), ANNA, 'in')).toBeUndefined();
    expect((await database.messages.unread(ANNA)).length).toBe(MESSAGES + n - 1_001);
    await database.writer.submit((tx) => tx.exec('PRAGMA max_page_count = 1000000'));
    expect(await database.messages.receive([{ id: messageIdOf(n), peer: ANNA, text: 'y'.repeat(3_000), createdMs: 1, storedMs: 1 }])).toEqual(['new']);
    await database[Symbol.asyncDispose]();
    expect(await fateOf(at)).toBe('fine');
  });
});
