import { TRANSFER_ITEMS_SHOWN } from '../../base/limits.js';
import type { TransferRecord } from '../../ports/stores.js';
import type { Manifest } from '../../protocol/manifest.js';
import { isOver } from '../../ports/stores.js';
import type { PeerTransfer } from '../views.js';

const totalBytes = (items: Manifest['items']): number => items.reduce((sum, item) => sum + item.bytes, 0);

/** A transfer as the store tells it. */
export function viewOf(record: TransferRecord, items: Manifest['items']): PeerTransfer {
  const { id, peer, direction, state, paths, code, createdMs } = record;
  const total = totalBytes(items);
  return {
    id,
    peer,
    direction,
    state,
    createdMs,
    ...shownOf(items),
    bytes: state === 'done' ? total : 0,
    total,
    bytesPerSecond: 0,
    ...shownPaths(paths),
    ...holderOf(record),
    ...(record.into === undefined ? {} : { into: record.into }),
    ...itemOf(record, items),
    ...(code === undefined ? {} : { code }),
  };
}

/** The first items, and how many there are besides: all of them would be more than a client takes. */
export function shownOf(items: Manifest['items']): Pick<PeerTransfer, 'items' | 'moreItems'> {
  const shown = items.slice(0, TRANSFER_ITEMS_SHOWN).map(({ name, bytes }) => ({ name, bytes }));
  return { items: shown, ...(items.length > shown.length ? { moreItems: items.length - shown.length } : {}) };
}

/** The first of those that are known, and how many there are besides. */
export function shownPaths(paths: readonly string[]): Pick<PeerTransfer, 'paths' | 'morePaths'> {
  const known = paths.filter((path) => path !== '');
  const shown = known.slice(0, TRANSFER_ITEMS_SHOWN);
  return { paths: shown, ...(known.length > shown.length ? { morePaths: known.length - shown.length } : {}) };
}

/** The name of the item because of which it failed. */
export function itemOf({ item }: TransferRecord, items: Manifest['items']): { readonly item?: string } {
  const name = item === undefined ? undefined : items[item]?.name;
  return name === undefined ? {} : { item: name };
}

function holderOf({ state, heldHere, heldThere }: TransferRecord): Pick<PeerTransfer, 'pausedBy'> {
  if (isOver(state) || !(heldHere || heldThere)) return {};
  return { pausedBy: heldHere && heldThere ? 'both' : heldHere ? 'me' : 'peer' };
}
