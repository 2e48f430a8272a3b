import { SansfilError } from '../base/errors.js';
import type { PeerId, TransferId } from '../base/ids.js';
import { MANIFESTS_KEPT_BYTES_PER_PEER_MAX, TRANSFERS_KEPT_PER_PEER_MAX } from '../base/limits.js';
import type { FileSink } from '../ports/files.js';
import type { Primitives } from '../ports/primitives.js';
import { isOver, type TransferRecord, type TransferStore } from '../ports/stores.js';
import { bitmapOf } from '../protocol/bitmap.js';
import { chunkCount, decodeManifest, type Manifest } from '../protocol/manifest.js';
import type { OpenSession } from './contracts.js';
import type { ChunkLedger } from './dataPlane/ChunkLedger.js';
import { SmallFiles } from './dataPlane/SmallFiles.js';

/* What survives a restart: transfers and the outbox, from the store's own records; sessions never do. */

interface Trouble {
  readonly id: TransferId;
  readonly error: SansfilError;
  readonly again: () => Promise<void>;
}

export interface Survivors {
  /** Not over yet; what was active is paused. */
  readonly live: readonly { readonly record: TransferRecord; readonly manifest: Manifest }[];
  /** Oldest first. */
  readonly ended: readonly TransferRecord[];
  /** Why small files of ended transfers are not safe yet, and what makes them so and clears away what that took. */
  readonly troubles: readonly Trouble[];
}

/** Complete since before the restart, and that could not be noted any more. */
export const isWhole = ({ direction, state, paths }: TransferRecord): boolean =>
  direction === 'in' && state !== 'offered' && paths.every((path) => path !== '');

export interface RevivePorts {
  readonly store: TransferStore;
  readonly sink: FileSink;
  readonly primitives: Pick<Primitives, 'hash'>;
}

/** Reads the transfers of earlier runs, sets right what a crash left half done, and forgets the oldest ended ones. */
export async function reviveTransfers({ store, sink, primitives }: RevivePorts): Promise<Survivors> {
  const live: { record: TransferRecord; manifest: Manifest }[] = [];
  const ended: TransferRecord[] = [];
  for (const record of await store.all()) {
    const manifest = isOver(record.state) ? undefined : manifestOf(record);
    if (manifest) live.push({ record: record.state === 'active' ? { ...record, state: 'paused' } : record, manifest });
    else ended.push(isOver(record.state) ? record : await giveUp(store, record));
  }
  ended.sort((a, b) => a.createdMs - b.createdMs);
  const troubles = await recoverEnded(sink, primitives, ended);
  const { kept, dropped } = newestOfEach(ended);
  for (const { id } of dropped) if (!troubles.has(id)) await store.remove(id);
  await sink.sweep(new Set([...live.map(({ record }) => record.id), ...troubles.keys()]));
  return { live, ended: kept, troubles: [...troubles.values()] };
}

/** A transfer may have ended before its last small files were safe. The errors of those for which that cannot be mended now. */
async function recoverEnded(
  sink: FileSink,
  primitives: RevivePorts['primitives'],
  ended: readonly TransferRecord[],
): Promise<ReadonlyMap<TransferId, Trouble>> {
  const troubles = new Map<TransferId, Trouble>();
  const packs = new Set(await sink.packs());
  for (const record of ended) {
    const manifest = packs.has(record.id) ? manifestOf(record) : undefined;
    if (!manifest) continue;
    const { id, paths, into } = record;
    const small = new SmallFiles({ id, manifest, sink, primitives, into: () => into, unsettled: () => undefined });
    try {
      await small.recover(paths).finally(() => small.close());
    } catch (error) {
      troubles.set(id, { id, error: SansfilError.from(error, 'STORE_FAILED'), again: () => small.discard(paths) });
    }
  }
  return troubles;
}

/** Of what is ordered from oldest to newest, as many with each peer as stay in the list. */
function newestOfEach(ended: readonly TransferRecord[]): { readonly kept: readonly TransferRecord[]; readonly dropped: readonly TransferRecord[] } {
  const counts = new Map<PeerId, { count: number; bytes: number }>();
  const kept: TransferRecord[] = [];
  const dropped: TransferRecord[] = [];
  for (const record of ended.toReversed()) {
    const newer = counts.get(record.peer) ?? { count: 0, bytes: 0 };
    const all = { count: newer.count + 1, bytes: newer.bytes + record.manifest.length };
    counts.set(record.peer, all);
    (isKept(all.count, all.bytes) ? kept : dropped).push(record);
  }
  return { kept: kept.reverse(), dropped };
}

/** So many with one peer stay in the list, and the newest in any case. */
export const isKept = (count: number, bytes: number): boolean =>
  count === 1 || (count <= TRANSFERS_KEPT_PER_PEER_MAX && bytes <= MANIFESTS_KEPT_BYTES_PER_PEER_MAX);

/** Stored by a version with other rules, or damaged: it cannot go on, and must not keep the others from it. */
async function giveUp(store: TransferStore, found: TransferRecord): Promise<TransferRecord> {
  const record: TransferRecord = { ...found, state: 'failed', code: 'STORE_CORRUPT' };
  await store.put(record);
  return record;
}

/** Undefined when the record does not hold one that this version understands. */
export function manifestOf(record: TransferRecord): Manifest | undefined {
  try {
    return decodeManifest(record.manifest);
  } catch (error) {
    if (SansfilError.is(error)) return undefined;
    throw error;
  }
}

/** Chunks that the ledger names but whose part file is gone or shorter are fetched again. */
export async function forgetLostChunks(sink: FileSink, id: TransferId, ledger: ChunkLedger, small: SmallFiles, items: readonly number[]): Promise<void> {
  for (const item of items) {
    if (small.isSmall(item)) {
      if (ledger.has(item, 0) && !small.has(item)) ledger.clear(item);
      continue;
    }
    const last = lastHeld(ledger, item);
    if (last === undefined) continue;
    const part = await sink.part(id, item);
    try {
      const offset = last * ledger.manifest.chunkBytes + ledger.length(item, last) - 1;
      if ((await part.read(offset, new Uint8Array(1))) === 0) ledger.clear(item);
    } finally {
      await part[Symbol.asyncDispose]();
    }
  }
}

/** Nothing is wanted any more: the transfer is complete for its sender too (PROTOCOL [P-6.7]). */
export function tellWhole(session: OpenSession, { transferId, items, chunkBytes }: Manifest): void {
  const chunks = items.reduce((sum, { bytes }) => sum + chunkCount(bytes, chunkBytes), 0);
  session.send({ type: 'accept', transferId, items: bitmapOf(items.length, []), held: bitmapOf(chunks, []) });
}

function lastHeld(ledger: ChunkLedger, item: number): number | undefined {
  if (ledger.missing(item) === ledger.count(item)) return undefined;
  for (let index = ledger.count(item) - 1; index >= 0; index--) if (ledger.has(item, index)) return index;
  return undefined;
}
