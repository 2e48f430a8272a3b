import type { TransferId } from '../../base/ids.js';
import type { FinishedItem, TransferRecord, TransferStore } from '../../ports/stores.js';
import type { Immediate } from './passage.js';

interface Held {
  record: TransferRecord;
  chunks: Uint8Array;
  readonly paths: string[];
  readonly hashes: Map<number, Uint8Array>;
}

const copyOf = ({ record, paths }: Held): TransferRecord => ({
  ...record,
  manifest: record.manifest.slice(),
  ...(record.roots && { roots: record.roots.slice() }),
  paths: [...paths],
});

/** What it is given is its own; what it gives is the reader's. */
export class TransferTable implements Immediate<TransferStore> {
  readonly #transfers = new Map<TransferId, Held>();

  all(): readonly TransferRecord[] {
    return [...this.#transfers.values()].map(copyOf);
  }

  get(id: TransferId): TransferRecord | undefined {
    const held = this.#transfers.get(id);
    return held && copyOf(held);
  }

  put(record: TransferRecord): void {
    const held = this.#transfers.get(record.id);
    if (held) held.record = { ...record, manifest: held.record.manifest, ...(held.record.roots && { roots: held.record.roots }) };
    else this.#transfers.set(record.id, { record, chunks: new Uint8Array(0), paths: [...record.paths], hashes: new Map() });
  }

  remove(id: TransferId): void {
    this.#transfers.delete(id);
  }

  finished(id: TransferId, items: readonly FinishedItem[]): void {
    const paths = this.#transfers.get(id)?.paths;
    if (paths) for (const { item, path } of items) paths[item] = path;
  }

  chunks(id: TransferId): Uint8Array {
    return this.#transfers.get(id)?.chunks.slice() ?? new Uint8Array(0);
  }

  setChunks(id: TransferId, bitmap: Uint8Array): void {
    const held = this.#transfers.get(id);
    if (held) held.chunks = bitmap;
  }

  hashes(id: TransferId, item: number): Uint8Array {
    return this.#transfers.get(id)?.hashes.get(item)?.slice() ?? new Uint8Array(0);
  }

  setHashes(id: TransferId, item: number, hashes: Uint8Array): void {
    this.#transfers.get(id)?.hashes.set(item, hashes);
  }
}
