import type { Database } from 'sqlite';
import {
  parseAccountName,
  parsePeerId,
  SansfilError,
  type Decision,
  type DirectoryAccount,
  type DirectoryDevice,
  type DirectoryStore,
  type PeerId,
  type RelatedAccount,
  type Relation,
} from '../../core/index.js';
import { databaseError } from './database.js';

interface AccountRow {
  readonly key: string;
  readonly name: string;
  readonly created_ms: number;
  readonly peer: string;
  readonly spki: Uint8Array;
  readonly tag: string;
}

interface RelationRow {
  readonly state: Relation['state'];
  readonly by: string;
}

const ACCOUNT = `SELECT accounts.key, accounts.name, accounts.created_ms, devices.peer, devices.spki, devices.tag
  FROM accounts JOIN devices ON devices.account = accounts.key`;
const OPEN = `SELECT count(*) AS count FROM relations WHERE (a = ? OR b = ?) AND state <> 'removed'`;

/** Which of the two stands in column `a`: always the same one. */
const pairOf = (x: string, y: string): readonly [string, string] => (x < y ? [x, y] : [y, x]);

/** The directory's state in SQLite. One connection, and one transaction on it at a time. */
export class SqliteDirectoryStore implements DirectoryStore {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly database: Database) {}

  addAccount(account: DirectoryAccount): Promise<void> {
    return this.#transaction(async (database) => {
      if (await database.get('SELECT 1 FROM accounts WHERE key = ?', account.key)) throw new SansfilError('NAME_TAKEN');
      await database.run('INSERT INTO accounts (key, name, created_ms) VALUES (?, ?, ?)', account.key, account.name, account.createdMs);
      for (const { peer, spki, tag } of account.devices) {
        if (await database.get('SELECT 1 FROM devices WHERE peer = ?', peer)) throw new SansfilError('ALREADY_REGISTERED');
        await database.run('INSERT INTO devices (peer, account, spki, tag) VALUES (?, ?, ?, ?)', peer, account.key, Buffer.from(spki), tag);
      }
    });
  }

  accountByKey(key: string): Promise<DirectoryAccount | undefined> {
    return this.#serial(async (database) => accountsOf(await database.all<AccountRow[]>(`${ACCOUNT} WHERE accounts.key = ?`, key))[0]);
  }

  accountByPeer(peer: PeerId): Promise<DirectoryAccount | undefined> {
    const own = 'WHERE accounts.key = (SELECT account FROM devices WHERE peer = ?)';
    return this.#serial(async (database) => accountsOf(await database.all<AccountRow[]>(`${ACCOUNT} ${own}`, peer))[0]);
  }

  relate(mine: string, other: string, decide: Decision): Promise<Relation> {
    const [a, b] = pairOf(mine, other);
    return this.#transaction(async (database) => {
      const current = await database.get<RelationRow>('SELECT state, by FROM relations WHERE a = ? AND b = ?', a, b);
      const counts = { mine: await openCount(database, mine), other: await openCount(database, other) };
      const relation = decide(current, counts);
      await database.run('INSERT OR REPLACE INTO relations (a, b, state, by) VALUES (?, ?, ?, ?)', a, b, relation.state, relation.by);
      return relation;
    });
  }

  related(key: string, after: string, limit: number): Promise<readonly RelatedAccount[]> {
    return this.#serial(async (database) => {
      const rows = await database.all<(AccountRow & RelationRow)[]>(
        `SELECT relation.state, relation.by, account.* FROM (
           SELECT iif(a = ?1, b, a) AS other, state, by FROM relations WHERE (a = ?1 OR b = ?1) AND other > ?2 ORDER BY other LIMIT ?3
         ) AS relation JOIN (${ACCOUNT}) AS account ON account.key = relation.other ORDER BY relation.other`,
        { 1: key, 2: after, 3: limit },
      );
      const relations = new Map(rows.map(({ key: other, state, by }) => [other, { state, by }]));
      return accountsOf(rows).flatMap((account) => {
        const relation = relations.get(account.key);
        return relation ? [{ account, relation }] : [];
      });
    });
  }

  friendTags(): Promise<readonly (readonly [string, string])[]> {
    return this.#serial(async (database) => {
      const rows = await database.all<{ x: string; y: string }[]>(
        `SELECT one.tag AS x, two.tag AS y FROM relations
           JOIN devices AS one ON one.account = relations.a JOIN devices AS two ON two.account = relations.b
         WHERE relations.state = 'friends'`,
      );
      return rows.map(({ x, y }) => [x, y] as const);
    });
  }

  /** After everything that was asked for. */
  close(): Promise<void> {
    return this.#serial((database) => database.close());
  }

  /** One at a time, in call order: transactions of one connection must not interleave. */
  #serial<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => work(this.database)).catch((error: unknown) => Promise.reject(databaseError(error)));
    // How it ended is the caller's business; the next one only waits for the end.
    const ended = (): void => undefined;
    this.#last = result.then(ended, ended);
    return result;
  }

  #transaction<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#serial(async (database) => {
      await database.run('BEGIN IMMEDIATE');
      try {
        const result = await work(database);
        await database.run('COMMIT');
        return result;
      } catch (error) {
        await database.run('ROLLBACK');
        throw error;
      }
    });
  }
}

async function openCount(database: Database, key: string): Promise<number> {
  return (await database.get<{ count: number }>(OPEN, key, key))?.count ?? 0;
}

/** Rows of one account follow one another, one per device. @throws SansfilError STORE_CORRUPT */
function accountsOf(rows: readonly AccountRow[]): readonly DirectoryAccount[] {
  const accounts = new Map<string, DirectoryAccount & { devices: DirectoryDevice[] }>();
  try {
    for (const row of rows) {
      const device = { peer: parsePeerId(row.peer), spki: Uint8Array.from(row.spki), tag: row.tag };
      const known = accounts.get(row.key);
      if (known) known.devices.push(device);
      else accounts.set(row.key, { key: row.key, name: parseAccountName(row.name), createdMs: row.created_ms, devices: [device] });
    }
  } catch (error) {
    throw new SansfilError('STORE_CORRUPT', undefined, { cause: error });
  }
  return [...accounts.values()];
}
