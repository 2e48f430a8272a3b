import { RECORD_BODY_BYTES_MAX } from '../../base/limits.js';
import type { Record } from '../../protocol/frames.js';

type Have = Extract<Record, { readonly type: 'have' }>;

/** Before each bitmap: its item u32 and its length u16. */
const ENTRY_BYTES = 6;
/** Of how many items it tells, u16. */
const COUNT_BYTES = 2;

/** Tells a friend which chunks there are of each item, in as few records as hold it, in the order of the items. */
export function haveRecords(transferId: Uint8Array, items: readonly (readonly [number, { readonly told: Uint8Array }])[]): Have[] {
  const records: Have[] = [];
  let entries: Have['items'][number][] = [];
  let length = transferId.length + COUNT_BYTES;
  for (const [item, { told }] of [...items].sort(([a], [b]) => a - b)) {
    if (length + ENTRY_BYTES + told.length > RECORD_BODY_BYTES_MAX) {
      records.push({ type: 'have', transferId, items: entries });
      entries = [];
      length = transferId.length + COUNT_BYTES;
    }
    entries.push({ item, held: told });
    length += ENTRY_BYTES + told.length;
  }
  return [...records, { type: 'have', transferId, items: entries }];
}
