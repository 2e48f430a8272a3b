import { constantTimeEqual } from '../../base/bytes.js';
import type { PartFile } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import { Reader, Writer } from '../../protocol/fields.js';

/*
 * A pack is one entry behind the other: `generation u32 ‖ item u32 ‖ length u32 ‖ hash 32 ‖ bytes`. It is used again from
 * its beginning, with the next generation, instead of being made shorter. Entries are read up to the first that is of
 * another generation, or whose bytes are not those of its hash: what a power cut left half written ends there.
 */

export interface PackEntry {
  readonly item: number;
  /** SHA-256 of the bytes, 32 bytes. */
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array;
}

/** An entry as it stands in the pack. */
export interface FoundEntry extends PackEntry {
  readonly generation: number;
  /** Where its bytes begin. */
  readonly offset: number;
}

export const ENTRY_HEADER_BYTES = 44;
const READ_BYTES = 1024 * 1024;

/** `bytesMax`: of one entry. */
export function encodeEntries(generation: number, entries: readonly PackEntry[]): Uint8Array {
  const length = entries.reduce((sum, { bytes }) => sum + ENTRY_HEADER_BYTES + bytes.length, 0);
  const writer = new Writer(length);
  for (const { item, hash, bytes } of entries) writer.u32(generation).u32(item).u32(bytes.length).bytes(hash).bytes(bytes);
  return writer.done();
}

/** All entries of the newest generation; `lengthOf` says how long an item is, undefined for one that is not in a pack. */
export async function* readEntries(
  pack: PartFile,
  { hash }: Pick<Primitives, 'hash'>,
  lengthOf: (item: number) => number | undefined,
): AsyncGenerator<FoundEntry> {
  let generation: number | undefined;
  for (let at = 0; ;) {
    const block = new Uint8Array(READ_BYTES);
    const there = await pack.read(at, block);
    let used = 0;
    while (there - used >= ENTRY_HEADER_BYTES) {
      const reader = new Reader(block.subarray(used, there));
      const [of, item, length, told] = [reader.u32(), reader.u32(), reader.u32(), reader.bytes(32)];
      if (of === 0 || of !== (generation ?? of) || lengthOf(item) !== length) return;
      if (reader.left < length) break;
      const bytes = reader.bytes(length);
      if (!constantTimeEqual(hash(bytes), told)) return;
      generation = of;
      yield { generation, item, hash: told, bytes, offset: at + used + ENTRY_HEADER_BYTES };
      used += ENTRY_HEADER_BYTES + length;
    }
    // An entry is much shorter than a block: nothing of it fits into what is left only at the end.
    if (used === 0) return;
    at += used;
  }
}
