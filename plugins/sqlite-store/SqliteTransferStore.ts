import {
  parsePeerId,
  parseTransferId,
  TRANSFER_ITEMS_MAX,
  type Direction,
  type FinishedItem,
  type TransferId,
  type TransferRecord,
  type TransferState,
  type TransferStore,
} from '../../core/index.js';
import type { Bindable, Connection, Row } from './Connection.js';
import type { GroupCommit } from './GroupCommit.js';
import { boundedOf, bytesOf, errorCodeOf, idOf, integerOf, oneOf, pairsOf, textOf, textsOf } from './rows.js';

const DIRECTIONS: readonly Direction[] = ['out', 'in'];
const STATES: readonly TransferState[] = ['offered', 'active', 'paused', 'done', 'declined', 'cancelled', 'failed'];

const PUT = `
  INSERT INTO transfers (id, peer, direction, state, created_ms, code, item, into_folder, file_key, held_here, held_there)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET peer = excluded.peer, direction = excluded.direction, state = excluded.state, created_ms = excluded.created_ms,
    code = excluded.code, item = excluded.item, into_folder = excluded.into_folder, file_key = excluded.file_key,
    held_here = excluded.held_here, held_there = excluded.held_there`;
const PUT_MANIFEST = 'INSERT INTO transfer_manifests (transfer, manifest, roots, items, paths) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const SELECT = 'SELECT * FROM transfers JOIN transfer_manifests ON transfer = id';

/* What is confirmed late, for a transfer that was removed meanwhile, has nowhere to go. */
const SET_CHUNKS = `
  INSERT INTO transfer_chunks (transfer, chunks) SELECT id, ? FROM transfers WHERE id = ?
  ON CONFLICT DO UPDATE SET chunks = excluded.chunks`;
const SET_HASHES = `
  INSERT INTO transfer_hashes (transfer, item, hashes) SELECT id, ?, ? FROM transfers WHERE id = ?
  ON CONFLICT DO UPDATE SET hashes = excluded.hashes`;
const ADD_FINISHED = 'INSERT INTO transfer_finished (transfer, paths) SELECT id, ? FROM transfers WHERE id = ?';

export class SqliteTransferStore implements TransferStore {
  /** Transfers of which this process has stored the manifest: it need not be handed over again with every change of state. */
  readonly #manifests = new Set<TransferId>();

  constructor(private readonly writer: GroupCommit) {}

  all(): Promise<readonly TransferRecord[]> {
    return this.writer.read(async (connection) => {
      const records: TransferRecord[] = [];
      for (const row of await connection.all(`${SELECT} ORDER BY position`)) records.push(await readTransfer(connection, row));
      return records;
    });
  }

  get(id: TransferId): Promise<TransferRecord | undefined> {
    return this.writer.read(async (connection) => {
      const row = await connection.get(`${SELECT} WHERE id = ?`, id);
      return row && readTransfer(connection, row);
    });
  }

  async put({ id, peer, direction, state, manifest, paths, createdMs, code, item, into, fileKey, heldHere, heldThere, roots }: TransferRecord): Promise<void> {
    const fields = [code ?? null, item ?? null, into ?? null, fileKey?.slice() ?? null, heldHere ? 1 : 0, heldThere ? 1 : 0];
    const values = [id, peer, direction, state, createdMs, ...fields] as const;
    const contents = this.#manifests.has(id)
      ? undefined
      : ([id, manifest.slice(), roots?.slice() ?? null, paths.length, JSON.stringify(paths.some((path) => path !== '') ? paths : [])] as const);
    await this.writer.submit(async (connection) => {
      await connection.run(PUT, ...values);
      if (contents) await connection.run(PUT_MANIFEST, ...contents);
    });
    this.#manifests.add(id);
  }

  remove(id: TransferId): Promise<void> {
    this.#manifests.delete(id);
    return this.#run('DELETE FROM transfers WHERE id = ?', id);
  }

  finished(id: TransferId, items: readonly FinishedItem[]): Promise<void> {
    return this.#run(ADD_FINISHED, JSON.stringify(items.map(({ item, path }) => [item, path])), id);
  }

  chunks(id: TransferId): Promise<Uint8Array> {
    return this.#blob('chunks', 'SELECT chunks FROM transfer_chunks WHERE transfer = ?', id);
  }

  setChunks(id: TransferId, bitmap: Uint8Array): Promise<void> {
    // As it is now: the caller goes on writing into it.
    return this.#run(SET_CHUNKS, bitmap.slice(), id);
  }

  hashes(id: TransferId, item: number): Promise<Uint8Array> {
    return this.#blob('hashes', 'SELECT hashes FROM transfer_hashes WHERE transfer = ? AND item = ?', id, item);
  }

  setHashes(id: TransferId, item: number, hashes: Uint8Array): Promise<void> {
    return this.#run(SET_HASHES, item, hashes.slice(), id);
  }

  #run(sql: string, ...values: readonly Bindable[]): Promise<void> {
    return this.writer.submit(async (connection) => {
      await connection.run(sql, ...values);
    });
  }

  #blob(column: string, sql: string, ...values: readonly Bindable[]): Promise<Uint8Array> {
    return this.writer.read(async (connection) => {
      const row = await connection.get(sql, ...values);
      return row ? bytesOf(row, column) : new Uint8Array(0);
    });
  }
}

/** With the final paths that were added to it. */
async function readTransfer(connection: Connection, row: Row): Promise<TransferRecord> {
  const transfer = transferOf(row);
  const rows = await connection.all('SELECT paths FROM transfer_finished WHERE transfer = ? ORDER BY position', transfer.id);
  if (rows.length === 0) return transfer;
  const paths = [...transfer.paths];
  for (const finished of rows) for (const [item, path] of pairsOf(finished, 'paths', paths.length)) paths[item] = path;
  return { ...transfer, paths };
}

function transferOf(row: Row): TransferRecord {
  const code = errorCodeOf(row, 'code');
  return {
    id: idOf(row, 'id', parseTransferId),
    peer: idOf(row, 'peer', parsePeerId),
    direction: oneOf(row, 'direction', DIRECTIONS),
    state: oneOf(row, 'state', STATES),
    manifest: bytesOf(row, 'manifest'),
    paths: pathsOf(row),
    createdMs: integerOf(row, 'created_ms'),
    ...(code === undefined ? {} : { code }),
    ...(row['item'] === null ? {} : { item: integerOf(row, 'item') }),
    ...(row['into_folder'] === null ? {} : { into: textOf(row, 'into_folder') }),
    ...(row['file_key'] === null ? {} : { fileKey: bytesOf(row, 'file_key') }),
    ...(integerOf(row, 'held_here') === 1 ? { heldHere: true } : {}),
    ...(integerOf(row, 'held_there') === 1 ? { heldThere: true } : {}),
    ...(row['roots'] === null ? {} : { roots: bytesOf(row, 'roots') }),
  };
}

/** As many as there are items: those of what is received begin empty. */
function pathsOf(row: Row): readonly string[] {
  const paths = textsOf(row, 'paths');
  return paths.length > 0 ? paths : new Array<string>(boundedOf(row, 'items', TRANSFER_ITEMS_MAX)).fill('');
}
