import {
  parseShareId,
  SansfilError,
  type FoundItem,
  type ItemStage,
  type ReadItem,
  type ShareId,
  type ShareItem,
  type ShareRecord,
  type ShareState,
  type ShareStore,
  type StageCount,
} from '../../core/index.js';
import type { Connection, Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { bytesOf, errorCodeOf, idOf, integerOf, oneOf, textOf } from './rows.js';

const STATES: readonly ShareState[] = ['hashing', 'ready', 'failed'];

const PUT = `
  INSERT INTO shares (id, path, name, folder, state, scan, created_ms, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET path = excluded.path, name = excluded.name, folder = excluded.folder, state = excluded.state, scan = excluded.scan,
    created_ms = excluded.created_ms, code = excluded.code`;

/** One statement for all of them, as a list of lists: a folder may hold a hundred thousand. */
const NOTE = `
  INSERT INTO share_items (share, scan, name, path, bytes, modified_ms, mode, code)
  SELECT shares.id, ?, found.value ->> 0, found.value ->> 1, found.value ->> 2, found.value ->> 3, found.value ->> 4, found.value ->> 5
  FROM shares, json_each(?) AS found WHERE shares.id = ? ORDER BY found.key
  ON CONFLICT (share, name) DO UPDATE SET scan = excluded.scan, path = excluded.path, bytes = excluded.bytes, modified_ms = excluded.modified_ms,
    mode = excluded.mode, code = excluded.code,
    root = CASE WHEN bytes = excluded.bytes AND modified_ms = excluded.modified_ms AND excluded.code IS NULL THEN root END,
    hashes = CASE WHEN bytes = excluded.bytes AND modified_ms = excluded.modified_ms AND excluded.code IS NULL THEN hashes ELSE x'' END`;

const WHERE: { readonly [S in ItemStage]: string } = {
  hashed: 'root IS NOT NULL',
  waiting: 'root IS NULL AND code IS NULL',
  refused: 'code IS NOT NULL',
};

const COLUMNS = 'position, share, name, path, bytes, modified_ms, mode, code, root';

/** A sum may be larger than a number can say exactly. */
const COUNTS = Object.entries(WHERE)
  .map(
    ([stage, where]) =>
      `count(*) FILTER (WHERE ${where}) AS ${stage}, min(coalesce(sum(bytes) FILTER (WHERE ${where}), 0), 9007199254740991) AS ${stage}_bytes`,
  )
  .join(', ');

export class SqliteShareStore implements ShareStore {
  constructor(private readonly writer: GroupCommit) {}

  all(): Promise<readonly ShareRecord[]> {
    return this.writer.read(async (connection) => (await connection.all('SELECT * FROM shares ORDER BY position')).map(recordOf));
  }

  put({ id, path, name, folder, state, scan, createdMs, code }: ShareRecord): Promise<void> {
    return this.#run(PUT, id, path, name, folder ? 1 : 0, state, scan, createdMs, code ?? null);
  }

  remove(id: ShareId): Promise<void> {
    return this.#run('DELETE FROM shares WHERE id = ?', id);
  }

  note(id: ShareId, scan: number, items: readonly FoundItem[]): Promise<void> {
    const found = JSON.stringify(items.map(({ name, path, bytes, modifiedMs, mode, code }) => [name, path, bytes, modifiedMs, mode, code ?? null]));
    return this.#run(NOTE, scan, found, id);
  }

  prune(id: ShareId, scan: number): Promise<void> {
    return this.#run('DELETE FROM share_items WHERE share = ? AND scan <> ?', id, scan);
  }

  counts(id: ShareId): Promise<{ readonly [S in ItemStage]: StageCount }> {
    return this.writer.read(async (connection) => {
      const row = await connection.get(`SELECT ${COUNTS} FROM share_items WHERE share = ?`, id);
      if (row === undefined) throw new SansfilError('BUG', 'a count that gives nothing');
      const of = (stage: ItemStage): StageCount => ({ items: integerOf(row, stage), bytes: integerOf(row, `${stage}_bytes`) });
      return { hashed: of('hashed'), waiting: of('waiting'), refused: of('refused') };
    });
  }

  items(id: ShareId, stage: ItemStage, after: number, limit: number): Promise<readonly ShareItem[]> {
    const sql = `SELECT ${COLUMNS} FROM share_items WHERE share = ? AND position > ? AND ${WHERE[stage]} ORDER BY position LIMIT ?`;
    return this.writer.read(async (connection) => (await connection.all(sql, id, after, limit)).map(itemOf));
  }

  find(root: Uint8Array, limit: number): Promise<readonly ShareItem[]> {
    const wanted = root.slice();
    const sql = `SELECT ${COLUMNS} FROM share_items WHERE root = ? ORDER BY position LIMIT ?`;
    return this.writer.read(async (connection) => (await connection.all(sql, wanted, limit)).map(itemOf));
  }

  hashes(position: number): Promise<Uint8Array> {
    return this.writer.read(async (connection) => {
      const row = await connection.get('SELECT hashes FROM share_items WHERE position = ?', position);
      return row ? bytesOf(row, 'hashes') : new Uint8Array(0);
    });
  }

  setHashes(position: number, hashes: Uint8Array): Promise<void> {
    return this.#run('UPDATE share_items SET hashes = ? WHERE position = ?', hashes.slice(), position);
  }

  finish(read: readonly ReadItem[]): Promise<void> {
    const kept = read.map((item) => ('code' in item ? item : { ...item, root: item.root.slice(), hashes: item.hashes.slice() }));
    return this.writer.submit(async (connection) => {
      for (const item of kept) await finishOne(connection, item);
    });
  }

  #run(sql: string, ...values: readonly (string | number | Uint8Array | null)[]): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run(sql, ...values);
    });
  }
}

async function finishOne(connection: Connection, item: ReadItem): Promise<void> {
  if ('code' in item) {
    await connection.run("UPDATE share_items SET root = NULL, hashes = x'', code = ? WHERE position = ?", item.code, item.position);
    return;
  }
  const { position, bytes, modifiedMs, root, hashes } = item;
  const sql = 'UPDATE share_items SET bytes = ?, modified_ms = ?, root = ?, hashes = ?, code = NULL WHERE position = ?';
  await connection.run(sql, bytes, modifiedMs, root, hashes, position);
}

function recordOf(row: Row): ShareRecord {
  const code = errorCodeOf(row, 'code');
  return {
    id: idOf(row, 'id', parseShareId),
    path: textOf(row, 'path'),
    name: textOf(row, 'name'),
    folder: integerOf(row, 'folder') === 1,
    state: oneOf(row, 'state', STATES),
    scan: integerOf(row, 'scan'),
    createdMs: integerOf(row, 'created_ms'),
    ...(code === undefined ? {} : { code }),
  };
}

function itemOf(row: Row): ShareItem {
  const code = errorCodeOf(row, 'code');
  return {
    share: idOf(row, 'share', parseShareId),
    position: integerOf(row, 'position'),
    name: textOf(row, 'name'),
    path: textOf(row, 'path'),
    bytes: integerOf(row, 'bytes'),
    modifiedMs: integerOf(row, 'modified_ms'),
    mode: integerOf(row, 'mode'),
    ...(row['root'] === null ? {} : { root: bytesOf(row, 'root') }),
    ...(code === undefined ? {} : { code }),
  };
}
