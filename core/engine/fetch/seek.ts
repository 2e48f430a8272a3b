import { SEEK_ITEMS_MAX } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';
import { CONTENT_ROOT_BYTES } from '../../protocol/contentRoot.js';
import { sentKey } from '../../protocol/manifest.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { Holder } from './Holder.js';

export interface Seeking {
  readonly clock: Clock;
  readonly ledger: ChunkLedger;
  /** Root of each item. */
  readonly roots: readonly Uint8Array[];
  readonly isWanted: () => boolean;
}

/** Asks a friend what there is of these items; as fast as the link takes it, and until it is asked anew. */
export async function seek(holder: Holder, { clock, ledger: { manifest }, roots, isWanted }: Seeking, items: readonly number[]): Promise<void> {
  const { transferId, aead, chunkBytes } = manifest;
  const key = { type: 'seek', transferId, aead, chunkBytes, fileKey: sentKey(manifest) } as const;
  const times = ++holder.seeks;
  holder.soughtMs = Infinity;
  holder.soughtTo = -1;
  for (let at = 0; at < items.length; at += SEEK_ITEMS_MAX) {
    const sought = items.slice(at, at + SEEK_ITEMS_MAX).map((item) => ({
      item,
      bytes: manifest.items[item]?.bytes ?? 0,
      root: roots[item] ?? new Uint8Array(CONTENT_ROOT_BYTES),
    }));
    holder.soughtTo = sought.at(-1)?.item ?? -1;
    if (!holder.lane.session.send({ ...key, items: sought })) await holder.lane.drained();
    if (holder.seeks !== times) return;
    if (!isWanted()) break;
  }
  holder.soughtMs = clock.monotonic();
  if (isWanted()) holder.soughtTo = Infinity;
}
