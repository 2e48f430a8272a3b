import { assert } from '../base/assert.js';
import { CHUNK_BYTES_MAX, CHUNK_BYTES_MIN, CHUNK_RANGES_PER_RECORD_MAX, FILE_BYTES_MAX, HASHES_PER_RECORD, SEEK_ITEMS_MAX } from '../base/limits.js';
import type { Reader, Writer } from './fields.js';
import type { Aead } from './manifest.js';
import { countOf, HASH_BYTES, ID_BYTES, malformed, readRanges, rising, sized, writeRanges, type ChunkRange } from './recordFields.js';

/* The records with which one device fetches what others hold, PROTOCOL [P-6.24] and following. */

export interface SoughtItem {
  readonly item: number;
  readonly bytes: number;
  /** Names the content: 32 bytes. */
  readonly root: Uint8Array;
}

export type FetchRecord =
  | { readonly type: 'want'; readonly transferId: Uint8Array; readonly ranges: readonly ChunkRange[] }
  | { readonly type: 'have'; readonly transferId: Uint8Array; readonly items: readonly { readonly item: number; readonly held: Uint8Array }[] }
  | {
      readonly type: 'seek';
      readonly transferId: Uint8Array;
      readonly aead: Aead;
      readonly chunkBytes: number;
      readonly fileKey: Uint8Array;
      readonly items: readonly SoughtItem[];
    }
  | { readonly type: 'hashesWant'; readonly transferId: Uint8Array; readonly item: number; readonly from: number }
  | { readonly type: 'hashes'; readonly transferId: Uint8Array; readonly item: number; readonly from: number; readonly hashes: Uint8Array };

type Body<T extends FetchRecord['type']> = Extract<FetchRecord, { readonly type: T }>;

interface FetchBody<T extends FetchRecord['type']> {
  write(writer: Writer, record: Body<T>): void;
  read(reader: Reader): Body<T>;
}

const SOUGHT_BYTES = 44;

export const FETCH_BODIES: { readonly [T in FetchRecord['type']]: FetchBody<T> } = {
  want: {
    write: (writer, { transferId, ranges }) => {
      assert(ranges.length > 0 && ranges.length <= CHUNK_RANGES_PER_RECORD_MAX, 'a WANT names chunks');
      writeRanges(writer.bytes(sized(transferId, ID_BYTES)), ranges);
    },
    read: (reader) => {
      const transferId = reader.bytes(ID_BYTES);
      const ranges = readRanges(reader);
      if (ranges.length === 0 || ranges.length > CHUNK_RANGES_PER_RECORD_MAX) throw malformed(`${ranges.length} ranges of chunks`);
      return { type: 'want', transferId, ranges };
    },
  },
  have: {
    write: (writer, { transferId, items }) => {
      assert(rising(items), 'items stand in rising order');
      writer.bytes(sized(transferId, ID_BYTES)).u16(items.length);
      for (const { item, held } of items) writer.u32(item).bytesU16(held);
    },
    read: (reader) => {
      const transferId = reader.bytes(ID_BYTES);
      const items = Array.from({ length: countOf(reader, 6) }, () => ({ item: reader.u32(), held: reader.bytesU16() }));
      if (!rising(items)) throw malformed('the items held are not in rising order');
      return { type: 'have', transferId, items };
    },
  },
  seek: {
    write: (writer, { transferId, aead, chunkBytes, fileKey, items }) => {
      assert(items.length > 0 && items.length <= SEEK_ITEMS_MAX && rising(items), 'a SEEK names items in rising order');
      writer.bytes(sized(transferId, ID_BYTES)).u8(aead).u32(chunkBytes).bytes(sized(fileKey, 32)).u16(items.length);
      for (const { item, bytes, root } of items) writer.u32(item).u64(bytes).bytes(sized(root, HASH_BYTES));
    },
    read: readSeek,
  },
  hashesWant: {
    write: (writer, { transferId, item, from }) => void writer.bytes(sized(transferId, ID_BYTES)).u32(item).u32(from),
    read: (reader) => ({ type: 'hashesWant', transferId: reader.bytes(ID_BYTES), item: reader.u32(), from: reader.u32() }),
  },
  hashes: {
    write: (writer, { transferId, item, from, hashes }) => {
      assert(isHashes(hashes), 'hashes are 32 bytes each, and not too many');
      writer.bytes(sized(transferId, ID_BYTES)).u32(item).u32(from).bytes(hashes);
    },
    read: (reader) => {
      const [transferId, item, from, hashes] = [reader.bytes(ID_BYTES), reader.u32(), reader.u32(), reader.rest()];
      if (!isHashes(hashes)) throw malformed(`${hashes.length} bytes of chunk hashes`);
      return { type: 'hashes', transferId, item, from, hashes };
    },
  },
};

function readSeek(reader: Reader): Body<'seek'> {
  const [transferId, aead, chunkBytes, fileKey] = [reader.bytes(ID_BYTES), reader.u8(), reader.u32(), reader.bytes(32)];
  if (aead !== 1 && aead !== 2) throw malformed('the cipher of a SEEK is unknown');
  if (chunkBytes < CHUNK_BYTES_MIN || chunkBytes > CHUNK_BYTES_MAX || (chunkBytes & (chunkBytes - 1)) !== 0) throw malformed('a chunk size out of bounds');
  const count = countOf(reader, SOUGHT_BYTES);
  if (count === 0 || count > SEEK_ITEMS_MAX) throw malformed(`a SEEK of ${count} items`);
  const items = Array.from({ length: count }, () => ({ item: reader.u32(), bytes: reader.u64(), root: reader.bytes(HASH_BYTES) }));
  if (!rising(items)) throw malformed('the items sought are not in rising order');
  if (items.some(({ bytes }) => bytes > FILE_BYTES_MAX)) throw malformed('a file is too large');
  return { type: 'seek', transferId, aead, chunkBytes, fileKey, items };
}

const isHashes = ({ length }: Uint8Array): boolean => length > 0 && length % HASH_BYTES === 0 && length <= HASH_BYTES * HASHES_PER_RECORD;
