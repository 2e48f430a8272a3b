import type { TransferId } from '../../base/ids.js';
import type { TransferRecord, TransferStore } from '../../ports/stores.js';

interface Held {
  record: TransferRecord;
  readonly chunks: Map<number, Uint8Array>;
  readonly hashes: Map<number, Uint8Array>;
}

const copyOf = (record: TransferRecord): TransferRecord => ({ ...record, manifest: record.manifest.slice(), paths: [...record.paths] });

export class MemoryTransferStore implements TransferStore {
  readonly #transfers = new Map<TransferId, Held>();

  async all(): Promise<readonly TransferRecord[]> {
    return Promise.resolve([...this.#transfers.values()].map(({ record }) => copyOf(record)));
  }

  async get(id: TransferId): Promise<TransferRecord | undefined> {
    const held = this.#transfers.get(id);
    return Promise.resolve(held && copyOf(held.record));
  }

  async put(record: TransferRecord): Promise<void> {
    const held = this.#transfers.get(record.id);
    if (held) held.record = copyOf(record);
    else this.#transfers.set(record.id, { record: copyOf(record), chunks: new Map(), hashes: new Map() });
    return Promise.resolve();
  }

  async remove(id: TransferId): Promise<void> {
    this.#transfers.delete(id);
    return Promise.resolve();
  }

  async chunks(id: TransferId, item: number): Promise<Uint8Array> {
    return Promise.resolve(this.#transfers.get(id)?.chunks.get(item)?.slice() ?? new Uint8Array(0));
  }

  async setChunks(id: TransferId, item: number, bitmap: Uint8Array): Promise<void> {
    this.#transfers.get(id)?.chunks.set(item, bitmap.slice());
    return Promise.resolve();
  }

  async hashes(id: TransferId, item: number): Promise<Uint8Array> {
    return Promise.resolve(this.#transfers.get(id)?.hashes.get(item)?.slice() ?? new Uint8Array(0));
  }

  async setHashes(id: TransferId, item: number, hashes: Uint8Array): Promise<void> {
    this.#transfers.get(id)?.hashes.set(item, hashes.slice());
    return Promise.resolve();
  }
}
