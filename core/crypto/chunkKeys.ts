import { concat, utf8 } from '../base/bytes.js';
import type { ChunkPlace } from '../ports/fileCipher.js';
import type { Primitives } from '../ports/primitives.js';
import { Writer } from '../protocol/fields.js';

const LABEL = utf8('sansfil/1 file chunk\0');

/** Every key seals one chunk only, so that the nonce never changes. */
export const CHUNK_NONCE: Uint8Array = new Uint8Array(12);

/**
 * The 32-byte key of one chunk (PROTOCOL [P-6.4]). It depends on the hash of the plain bytes: a file that changed between
 * two sessions gives another key, never other bytes under the same key and nonce.
 */
export function chunkKey(primitives: Pick<Primitives, 'hkdfExpand'>, place: ChunkPlace, hash: Uint8Array): Uint8Array {
  return primitives.hkdfExpand(place.fileKey, concat(chunkKeyInfo(place), hash), 32);
}

/** What the key of a chunk is derived from besides the file key, but for the hash, which follows it. */
export function chunkKeyInfo({ aead, item, index }: Pick<ChunkPlace, 'aead' | 'item' | 'index'>): Uint8Array {
  return concat(LABEL, new Writer(9).u8(aead).u32(item).u32(index).done());
}

/** `transfer_id ‖ u32 item ‖ u32 index ‖ u64 size`, 32 bytes. */
export function chunkAad(place: ChunkPlace): Uint8Array {
  return new Writer(32).bytes(place.transferId).u32(place.item).u32(place.index).u64(place.itemBytes).done();
}
