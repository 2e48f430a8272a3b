import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import { Connection, type Bindable } from '../../../plugins/sqlite-store/Connection.js';
import { GroupCommit } from '../../../plugins/sqlite-store/GroupCommit.js';
import { dataFolder, MemoryLogger, type DataFolder } from '../../support/dataFolder.js';
import { rejection } from '../../support/samples.js';

let folder: DataFolder;
let connection: Connection;
let writer: GroupCommit;
/** What reached the connection as a whole statement, in order. */
let statements: string[];

beforeEach(async () => {
  folder = await dataFolder();
  connection = await Connection.open(join(folder.path, 'x.db'), 'create');
  await connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE notes (n INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
  statements = [];
  const exec = connection.exec.bind(connection);
  connection.exec = (sql: string) => {
    statements.push(sql);
    return exec(sql);
  };
  writer = new GroupCommit(connection, new MemoryLogger());
});
afterEach(async () => {
  await writer.close();
  await folder[Symbol.asyncDispose]();
});

const add = (n: number, body: Bindable = 'x'): Promise<number> => writer.submit((tx) => tx.run('INSERT INTO notes VALUES (?, ?)', n, body));
const stored = (): Promise<unknown[]> => writer.read(async (tx) => (await tx.all('SELECT n FROM notes ORDER BY n')).map(({ n }) => n));
const commits = (): number => statements.filter((sql) => sql === 'COMMIT').length;

describe('group commit', () => {
  test('calls of one tick share one transaction', async () => {
    await Promise.all([add(1), add(2), add(3)]);
    expect(commits()).toBe(1);
  });

  test('calls that come while a transaction is being written share it or the next', async () => {
    const first = add(1);
    const rest = first.then(() => Promise.all([add(2), add(3), add(4)]));
    await rest;
    expect(commits()).toBe(2);
  });

  test('a job alone costs its transaction and no more, a read alone nothing', async () => {
    await add(1);
    expect(statements).toEqual(['BEGIN IMMEDIATE; SAVEPOINT job', 'COMMIT']);
    await stored();
    expect(statements).toHaveLength(2);
  });

  test('a read sees what was submitted before it, and what fails in it fails alone', async () => {
    const nothing = (): Promise<unknown> => writer.read((tx) => tx.all('SELECT nothing FROM nowhere'));
    const [, seen, failed, after] = await Promise.allSettled([add(1), stored(), nothing(), add(2)]);
    expect(seen).toEqual({ status: 'fulfilled', value: [1] });
    expect(failed.status).toBe('rejected');
    expect(after.status).toBe('fulfilled');
    await expect(nothing()).rejects.toThrow(SansfilError);
    expect(await stored()).toEqual([1, 2]);
  });

  test('never more than a bounded number share one', async () => {
    await Promise.all(Array.from({ length: 600 }, (_, n) => add(n)));
    expect(commits()).toBe(3);
  });

  test('answers come in the order of the calls, after the commit', async () => {
    const order: string[] = [];
    const told = (name: string) => () => void order.push(`${name} after ${commits()}`);
    await Promise.all([add(1).then(told('one')), add(2).then(told('two')), stored().then(told('read'))]);
    expect(order).toEqual(['one after 1', 'two after 1', 'read after 1']);
  });

  test('a read sees what was written before it and not what is written after it', async () => {
    const [, between] = await Promise.all([add(1), stored(), add(2)]);
    expect(between).toEqual([1]);
  });

  test('one that fails undoes itself only, and the others are neither lost nor told too much', async () => {
    const failing = writer.submit(async (tx) => {
      await tx.run('INSERT INTO notes VALUES (?, ?)', 2, 'half');
      throw new SansfilError('OUTBOX_FULL');
    });
    const results = await Promise.allSettled([add(1), failing, add(3), add(3), add(4)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await rejection(failing)).toBe('OUTBOX_FULL');
    expect([await stored(), commits()]).toEqual([[1, 3, 4], 1]);
  });

  test('a disk that fills up in the middle fails the one that needs the room, and keeps the others', async () => {
    const { page_count: pages } = (await connection.get('PRAGMA page_count')) ?? {};
    await writer.submit((tx) => tx.exec(`PRAGMA max_page_count = ${Number(pages) + 1}`));
    const results = await Promise.allSettled([add(1), add(2, 'a'.repeat(100_000)), add(3)]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: expect.objectContaining({ code: 'DISK_FULL', retryable: true }) },
      { status: 'fulfilled', value: 1 },
    ]);
    expect(await stored()).toEqual([1, 3]);
    await writer.submit((tx) => tx.exec('PRAGMA max_page_count = 1000000'));
    await add(2, 'a'.repeat(100_000));
    expect(await stored()).toEqual([1, 2, 3]);
  });

  test('a commit that fails is told to everybody who was in it, after each was tried alone', async () => {
    const exec = connection.exec.bind(connection);
    let failures = 0;
    connection.exec = (sql: string) => (sql === 'COMMIT' && failures++ < 2 ? Promise.reject(new SansfilError('STORE_FAILED', 'I/O error')) : exec(sql));
    const results = await Promise.allSettled([add(1), add(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await stored()).toEqual([2]);
  });

  test('a transaction that cannot begin fails its call and not the process', async () => {
    const exec = connection.exec.bind(connection);
    let failures = 0;
    connection.exec = (sql: string) => (sql.startsWith('BEGIN') && failures++ < 1 ? Promise.reject(new SansfilError('STORE_FAILED', 'I/O error')) : exec(sql));
    expect(await rejection(add(1))).toBe('STORE_FAILED');
    await add(2);
    expect(await stored()).toEqual([2]);
  });

  test('closing writes what was asked for before and refuses what comes after', async () => {
    const before = [add(1), add(2)];
    const closing = writer.close();
    expect(await rejection(add(3))).toBe('STOPPED');
    await closing;
    expect(await Promise.all(before)).toEqual([1, 1]);
    expect(writer.close()).toBe(writer.close());
    const again = await Connection.open(join(folder.path, 'x.db'), 'read');
    expect(await again.all('SELECT n FROM notes')).toEqual([{ n: 1 }, { n: 2 }]);
    await again.close();
  });

  test.each([
    ['an object', { toString: () => 'x' }],
    ['a bigint', 1n],
    ['a symbol', Symbol('x')],
    ['undefined', undefined],
    ['a boolean', true],
    ['a date', new Date(0)],
    ['an array', ['x']],
    ['a function', () => 'x'],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a fraction', 0.5],
    ['an integer that is not exact', 2 ** 53],
    ['a string object', new String('x')],
    ['an object without a prototype', Object.create(null)],
  ])('%s is never bound, and the calls around it are unharmed', async (_, value) => {
    const odd = writer.submit((tx) => tx.run('INSERT INTO notes VALUES (?, ?)', 2, value as unknown as Bindable));
    const results = await Promise.allSettled([add(1), odd, add(3)]);
    expect(results.map((result) => (result.status === 'rejected' ? (result.reason as SansfilError).code : 'kept'))).toEqual(['kept', 'BUG', 'kept']);
    expect(await stored()).toEqual([1, 3]);
  });
});
