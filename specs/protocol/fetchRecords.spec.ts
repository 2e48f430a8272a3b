import { describe, expect, test } from '@jest/globals';
import { CHUNK_RANGES_PER_RECORD_MAX, FILE_BYTES_MAX, HASHES_PER_RECORD, SEEK_ITEMS_MAX } from '../../core/base/limits.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import { Writer } from '../../core/protocol/fields.js';
import { RECORD_TYPES, type Record } from '../../core/protocol/frames.js';

const malformed = expect.objectContaining({ code: 'RECORD_MALFORMED' });
const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(2);
const TWICE = new Array<readonly [number, number]>(2).fill([3, 1]);
const ROOT = new Uint8Array(32).fill(3);

/** A record with that body, padded as the codec would. */
function raw(type: keyof typeof RECORD_TYPES, body: Writer): Uint8Array {
  const bytes = body.done();
  const record = new Writer().u8(RECORD_TYPES[type]).bytesU16(bytes);
  return record.zeros(Math.ceil(record.length / 128) * 128 - record.length).done();
}

const seek = (chunkBytes: number, items: readonly (readonly [number, number])[], { aead = 1, count = items.length } = {}): Uint8Array => {
  const body = new Writer().bytes(ID).u8(aead).u32(chunkBytes).bytes(KEY).u16(count);
  for (const [item, bytes] of items) body.u32(item).u64(bytes).bytes(ROOT);
  return raw('seek', body);
};
const want = (...ranges: readonly (readonly [number, number])[]): Uint8Array => {
  const body = new Writer().bytes(ID).u16(ranges.length);
  for (const [from, to] of ranges) body.u32(0).u32(from).u32(to);
  return raw('want', body);
};

describe('[P-6.24] a record with which content is fetched', () => {
  test.each<readonly [string, Record]>([
    ['a SEEK with as many items as there may be', { type: 'seek', transferId: ID, aead: 2, chunkBytes: 2 ** 20, fileKey: KEY, items: some(SEEK_ITEMS_MAX) }],
    ['HASHES of a long answer', { type: 'hashes', transferId: ID, item: 0, from: 2_000, hashes: new Uint8Array(32 * HASHES_PER_RECORD) }],
    ['a HAVE of nothing', { type: 'have', transferId: ID, items: [] }],
    ['a HAVE of the longest item', { type: 'have', transferId: ID, items: [{ item: 7, held: new Uint8Array(2 ** 15).fill(255) }] }],
    ['a WANT of many ranges', { type: 'want', transferId: ID, ranges: ranges(CHUNK_RANGES_PER_RECORD_MAX) }],
  ])('%s fits its record', (_what, record) => {
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  test.each<readonly [string, Uint8Array]>([
    ['a SEEK for nothing', seek(2 ** 20, [])],
    ['a SEEK of items that are not there', seek(2 ** 20, [[0, 1]], { count: 9 })],
    ['a SEEK for one item twice', seek(2 ** 20, TWICE)],
    ['a SEEK for a file beyond all bounds', seek(2 ** 20, [[0, FILE_BYTES_MAX + 1]])],
    ['a SEEK with an odd chunk size', seek(2 ** 20 + 1, [[0, 1]])],
    ['a SEEK with chunks that are too small', seek(2 ** 13, [[0, 1]])],
    ['a SEEK with chunks that are too large', seek(2 ** 23, [[0, 1]])],
    ['a SEEK with an unknown cipher', seek(2 ** 20, [[0, 1]], { aead: 3 })],
    ['a WANT of nothing', want()],
    ['a WANT of an empty range', want([4, 4])],
    ['HASHES without any', raw('hashes', new Writer().bytes(ID).u32(0).u32(0))],
    ['HASHES that end early', raw('hashes', new Writer().bytes(ID).u32(0).u32(0).zeros(33))],
    [
      'HASHES beyond an answer',
      raw(
        'hashes',
        new Writer()
          .bytes(ID)
          .u32(0)
          .u32(0)
          .zeros(32 * (HASHES_PER_RECORD + 1)),
      ),
    ],
    ['HAVE with the same item twice', raw('have', new Writer().bytes(ID).u16(2).u32(5).u16(0).u32(5).u16(0))],
  ])('%s is refused', (_what, plaintext) => {
    expect(() => decodeRecord(plaintext)).toThrow(malformed);
  });
});

function some(count: number): { item: number; bytes: number; root: Uint8Array }[] {
  return Array.from({ length: count }, (_, item) => ({ item, bytes: FILE_BYTES_MAX, root: ROOT }));
}

function ranges(count: number): { item: number; from: number; to: number }[] {
  return Array.from({ length: count }, (_, from) => ({ item: 1, from: 2 * from, to: 2 * from + 1 }));
}
