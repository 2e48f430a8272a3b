import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import type { FileSink } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { BufferPool } from './BufferPool.js';
import type { ChunkLedger } from './ChunkLedger.js';
import type { OpenParts } from './OpenParts.js';

export interface FinishParts {
  readonly id: TransferId;
  readonly ledger: ChunkLedger;
  readonly sink: FileSink;
  readonly primitives: Primitives;
  readonly pool: BufferPool;
  readonly into: string | undefined;
}

/**
 * Checks an item of which all chunks are on the disk against the hash its sender told, and only then gives it its final
 * name, which is returned. @throws SansfilError FILE_HASH_MISMATCH | DISK_FULL | STORE_FAILED
 */
export async function finishItem(parts: FinishParts, open: OpenParts, item: number, told: Uint8Array): Promise<string> {
  const { ledger, primitives, sink, id } = parts;
  await ledger.loadHashes(item);
  await hashUnknown(parts, open, item);
  if (!constantTimeEqual(primitives.hash(ledger.hashes(item)), told)) throw new SansfilError('FILE_HASH_MISMATCH');
  await ledger.saveHashes([item]);
  ledger.release(item);
  // Its part was synced when its chunks were confirmed.
  await open.close(item);
  const { name, modifiedMs, mode } = ledger.manifest.items[item] ?? { name: '', modifiedMs: 0, mode: 0 };
  return sink.finish(id, item, { name, modifiedMs, mode }, parts.into);
}

/** Hashes that a crash lost are computed again from what is on the disk. */
async function hashUnknown({ ledger, pool, primitives }: FinishParts, open: OpenParts, item: number): Promise<void> {
  for (let index = 0; index < ledger.count(item); index++) {
    if (ledger.hash(item, index)) continue;
    const buffer = pool.take(ledger.length(item, index));
    try {
      const part = await open.get(item);
      const read = await part.read(index * ledger.manifest.chunkBytes, buffer);
      ledger.setHash(item, index, primitives.hash(buffer.subarray(0, read)));
    } finally {
      pool.give(buffer);
    }
  }
}
