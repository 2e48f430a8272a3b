import { expect, test } from '@jest/globals';
import { RECORD_BODY_BYTES_MAX } from '../../../core/base/limits.js';
import { haveRecords } from '../../../core/engine/fetch/have.js';
import { encodeRecord } from '../../../core/protocol/codec.js';

const ID = new Uint8Array(16).fill(7);
/** Of the id and how many items there are, and before each bitmap. */
const HEAD_BYTES = 18;
const ENTRY_BYTES = 6;

const told = (length: number, count: number): [number, { told: Uint8Array }][] =>
  Array.from({ length: count }, (_, n) => [3 * n, { told: new Uint8Array(length).fill(n) }]);

test.each([
  ['as many as just fit', RECORD_BODY_BYTES_MAX - HEAD_BYTES - ENTRY_BYTES, 1, 1],
  ['two of which just fit one record', (RECORD_BODY_BYTES_MAX - HEAD_BYTES - 1) / 2 - ENTRY_BYTES, 4, 2],
  ['two of which are a byte too many', (RECORD_BODY_BYTES_MAX - HEAD_BYTES + 1) / 2 - ENTRY_BYTES, 4, 4],
  ['many that are short', 125, 1_000, 3],
])('[P-6.25] what there is of items is told in as few records as hold it, in order: %s', (_what, length, count, records) => {
  const items = told(length, count);
  const have = haveRecords(ID, [...items].reverse());
  expect(have).toHaveLength(records);
  expect(have.flatMap((record) => record.items)).toEqual(items.map(([item, { told: held }]) => ({ item, held })));
  for (const record of have) {
    expect(record.transferId).toBe(ID);
    expect(() => encodeRecord(record)).not.toThrow();
  }
});
