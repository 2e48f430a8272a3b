import { SEEK_ITEMS_MAX } from '../../base/limits.js';
import { CONTENT_ROOT_BYTES } from '../../protocol/contentRoot.js';
import { sentKey, type Manifest } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';

/** Asks a friend what there is of these items; as fast as the link takes it, and as long as it is wanted. */
export async function seek(lane: BulkLane, manifest: Manifest, roots: readonly Uint8Array[], items: readonly number[], isWanted: () => boolean): Promise<void> {
  const { transferId, aead, chunkBytes } = manifest;
  const key = { type: 'seek', transferId, aead, chunkBytes, fileKey: sentKey(manifest) } as const;
  for (let at = 0; at < items.length; at += SEEK_ITEMS_MAX) {
    const sought = items.slice(at, at + SEEK_ITEMS_MAX).map((item) => ({
      item,
      bytes: manifest.items[item]?.bytes ?? 0,
      root: roots[item] ?? new Uint8Array(CONTENT_ROOT_BYTES),
    }));
    if (!lane.session.send({ ...key, items: sought })) await lane.drained();
    if (!isWanted()) return;
  }
}
