import { constantTimeEqual, utf8 } from '../base/bytes.js';
import { CONTENT_CHUNK_BYTES } from '../base/limits.js';
import { Writer } from './fields.js';

export const CONTENT_ROOT_BYTES = 32;
const LABEL = utf8('sansfil/1 content\0');

/**
 * The name of a content, the same on every device that has it (PROTOCOL [P-6.20]).
 * @param hashes SHA-256 of its chunks in order, 32 bytes each; none of an empty file
 * @param chunkBytes always CONTENT_CHUNK_BYTES but in simulated worlds
 */
export function contentRoot(
  hash: (...parts: readonly Uint8Array[]) => Uint8Array,
  bytes: number,
  hashes: Uint8Array,
  chunkBytes: number = CONTENT_CHUNK_BYTES,
): Uint8Array {
  return hash(LABEL, new Writer(12).u32(chunkBytes).u64(bytes).done(), hashes);
}

/** Whether these are the hashes of the content of that root. */
export function makesRoot(
  hash: (...parts: readonly Uint8Array[]) => Uint8Array,
  bytes: number,
  hashes: Uint8Array,
  root: Uint8Array,
  chunkBytes: number,
): boolean {
  return constantTimeEqual(contentRoot(hash, bytes, hashes, chunkBytes), root);
}

/** One behind the other, as `splitRoots` takes them. */
export function joinRoots(roots: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(CONTENT_ROOT_BYTES * roots.length);
  for (const [at, root] of roots.entries()) joined.set(root, CONTENT_ROOT_BYTES * at);
  return joined;
}

/** `count` roots that lie one behind the other; empty ones where there are none. */
export function splitRoots(roots: Uint8Array | undefined, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, at) => roots?.subarray(CONTENT_ROOT_BYTES * at, CONTENT_ROOT_BYTES * (at + 1)) ?? new Uint8Array(0));
}
