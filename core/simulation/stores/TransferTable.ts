import type { TransferId } from '../../base/ids.js';
import type { TransferRecord, TransferStore } from '../../ports/stores.js';
import type { Immediate } from './passage.js';

interface Held {
  record: TransferRecord;
  readonly chunks: Map<number, Uint8Array>;
  readonly hashes: Map<number, Uint8Array>;
}

const copyOf = (record: TransferRecord): TransferRecord => ({ ...record, manifest: record.manifest.slice(), paths: [...record.paths] });

/** What it is given is its own; what it gives is the reader's. */
export class TransferTable implements Immediate<TransferStore> {
  readonly #transfers = new Map<TransferId, Held>();

  all(): readonly TransferRecord[] {
    return [...this.#transfers.values()].map(({ record }) => copyOf(record));
  }

  get(id: TransferId): TransferRecord | undefined {
    const held = this.#transfers.get(id);
    return held && copyOf(held.record);
  }

  put(record: TransferRecord): void {
    const held = this.#transfers.get(record.id);
    if (held) held.record = record;
    else this.#transfers.set(record.id, { record, chunks: new Map(), hashes: new Map() });
  }

  remove(id: TransferId): void {
    this.#transfers.delete(id);
  }

  chunks(id: TransferId, item: number): Uint8Array {
    return this.#transfers.get(id)?.chunks.get(item)?.slice() ?? new Uint8Array(0);
  }

  setChunks(id: TransferId, item: number, bitmap: Uint8Array): void {
    this.#transfers.get(id)?.chunks.set(item, bitmap);
  }

  hashes(id: TransferId, item: number): Uint8Array {
    return this.#transfers.get(id)?.hashes.get(item)?.slice() ?? new Uint8Array(0);
  }

  setHashes(id: TransferId, item: number, hashes: Uint8Array): void {
    this.#transfers.get(id)?.hashes.set(item, hashes);
  }
}
