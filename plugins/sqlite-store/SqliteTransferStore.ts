import {
  parsePeerId,
  parseTransferId,
  type Direction,
  type TransferId,
  type TransferRecord,
  type TransferState,
  type TransferStore,
} from '../../core/index.js';
import type { Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { bytesOf, errorCodeOf, idOf, integerOf, oneOf, textsOf } from './rows.js';

const DIRECTIONS: readonly Direction[] = ['out', 'in'];
const STATES: readonly TransferState[] = ['offered', 'active', 'paused', 'done', 'declined', 'cancelled', 'failed'];

const PUT = `
  INSERT INTO transfers (id, peer, direction, state, manifest, paths, created_ms, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET peer = excluded.peer, direction = excluded.direction, state = excluded.state, manifest = excluded.manifest,
    paths = excluded.paths, created_ms = excluded.created_ms, code = excluded.code`;

/** What is confirmed late, for a transfer that was removed meanwhile, has nowhere to go. */
const setItem = (column: 'chunks' | 'hashes'): string => `
  INSERT INTO transfer_items (transfer, item, ${column}) SELECT id, ?, ? FROM transfers WHERE id = ?
  ON CONFLICT DO UPDATE SET ${column} = excluded.${column}`;

export class SqliteTransferStore implements TransferStore {
  constructor(private readonly writer: GroupCommit) {}

  all(): Promise<readonly TransferRecord[]> {
    return this.writer.submit(async (connection) => (await connection.all('SELECT * FROM transfers ORDER BY position')).map(transferOf));
  }

  get(id: TransferId): Promise<TransferRecord | undefined> {
    return this.writer.submit(async (connection) => {
      const row = await connection.get('SELECT * FROM transfers WHERE id = ?', id);
      return row && transferOf(row);
    });
  }

  put({ id, peer, direction, state, manifest, paths, createdMs, code }: TransferRecord): Promise<void> {
    const values = [id, peer, direction, state, manifest.slice(), JSON.stringify(paths), createdMs, code ?? null] as const;
    return this.writer.submit(async (connection) => {
      await connection.run(PUT, ...values);
    });
  }

  remove(id: TransferId): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run('DELETE FROM transfers WHERE id = ?', id);
    });
  }

  chunks(id: TransferId, item: number): Promise<Uint8Array> {
    return this.#item('chunks', id, item);
  }

  setChunks(id: TransferId, item: number, bitmap: Uint8Array): Promise<void> {
    return this.#setItem('chunks', id, item, bitmap);
  }

  hashes(id: TransferId, item: number): Promise<Uint8Array> {
    return this.#item('hashes', id, item);
  }

  setHashes(id: TransferId, item: number, hashes: Uint8Array): Promise<void> {
    return this.#setItem('hashes', id, item, hashes);
  }

  #item(column: 'chunks' | 'hashes', id: TransferId, item: number): Promise<Uint8Array> {
    return this.writer.submit(async (connection) => {
      const row = await connection.get(`SELECT ${column} FROM transfer_items WHERE transfer = ? AND item = ?`, id, item);
      return row ? bytesOf(row, column) : new Uint8Array(0);
    });
  }

  #setItem(column: 'chunks' | 'hashes', id: TransferId, item: number, bytes: Uint8Array): Promise<void> {
    // As it is now: the caller goes on writing into it.
    const copy = bytes.slice();
    return this.writer.submit(async (connection) => {
      await connection.run(setItem(column), item, copy, id);
    });
  }
}

function transferOf(row: Row): TransferRecord {
  const code = errorCodeOf(row, 'code');
  return {
    id: idOf(row, 'id', parseTransferId),
    peer: idOf(row, 'peer', parsePeerId),
    direction: oneOf(row, 'direction', DIRECTIONS),
    state: oneOf(row, 'state', STATES),
    manifest: bytesOf(row, 'manifest'),
    paths: textsOf(row, 'paths'),
    createdMs: integerOf(row, 'created_ms'),
    ...(code === undefined ? {} : { code }),
  };
}
