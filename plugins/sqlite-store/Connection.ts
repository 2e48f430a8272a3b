import { open, type Database } from 'sqlite';
import sqlite3 from 'sqlite3';
import { SansfilError } from '../../core/index.js';
import { storeError } from './storeError.js';

export type Bindable = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, unknown>>;

const MODES = {
  read: sqlite3.OPEN_READONLY,
  write: sqlite3.OPEN_READWRITE,
  create: sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE,
} as const;

/** One connection to one database file. Rejects with SansfilErrors only. */
export class Connection {
  private constructor(private readonly database: Database) {}

  /** Somebody else's lock is an error at once (DATA_IN_USE), never a wait. */
  static async open(path: string, mode: keyof typeof MODES): Promise<Connection> {
    const database = await told(open({ filename: path, mode: MODES[mode], driver: sqlite3.Database }));
    database.configure('busyTimeout', 0);
    return new Connection(database);
  }

  /** The number of rows changed. */
  async run(sql: string, ...values: readonly Bindable[]): Promise<number> {
    const { changes } = await told(this.database.run(sql, bound(values)));
    return changes ?? 0;
  }

  async get(sql: string, ...values: readonly Bindable[]): Promise<Row | undefined> {
    return told(this.database.get<Row>(sql, bound(values)));
  }

  async all(sql: string, ...values: readonly Bindable[]): Promise<readonly Row[]> {
    return told(this.database.all<Row[]>(sql, bound(values)));
  }

  /** Any number of statements without values. */
  async exec(sql: string): Promise<void> {
    await told(this.database.exec(sql));
  }

  /** SQLite has ended the transaction itself after some failures (https://sqlite.org/lang_transaction.html §3.4): that is fine. */
  async rollBack(): Promise<void> {
    try {
      await this.database.exec('ROLLBACK');
    } catch (error) {
      const failure = storeError(error);
      if (!failure.message.includes('no transaction is active')) throw failure;
    }
  }

  async close(): Promise<void> {
    await told(this.database.close());
  }
}

async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw storeError(error);
  }
}

/**
 * The driver binds what it does not know silently as something else (an object as '[object Object]', a bigint as
 * NULL), and older ones could be made to run code by an object (CVE-2022-43441). So nothing but these reaches it.
 */
function bound(values: readonly unknown[]): Bindable[] {
  return values.map((value) => {
    if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw new SansfilError('BUG', `a value of type ${typeof value} is not one the database may be given`);
  });
}
