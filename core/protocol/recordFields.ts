import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import type { Reader, Writer } from './fields.js';

/* What the bodies of several records have in common. */

export const ID_BYTES = 16;
export const HASH_BYTES = 32;

/** Half-open range of chunks of one item. */
export interface ChunkRange {
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

export const malformed = (detail: string): SansfilError => new SansfilError('RECORD_MALFORMED', detail);

export function sized(bytes: Uint8Array, length: number): Uint8Array {
  assert(bytes.length === length, `a field of ${bytes.length} bytes instead of ${length}`);
  return bytes;
}

/** Items named in a list stand in strictly rising order, so that none comes twice. */
export function rising(items: readonly { readonly item: number }[]): boolean {
  return items.every(({ item }, i) => i === 0 || item > (items[i - 1]?.item ?? item));
}

/** A u16 count of entries of at least `bytes` each, checked against what is there before anything is allocated. */
export function countOf(reader: Reader, bytes: number): number {
  const count = reader.u16();
  if (count * bytes > reader.left) throw malformed(`a list of ${count} entries does not fit its record`);
  return count;
}

/** `n u16 ‖ n × (item u32 ‖ from u32 ‖ to u32)`, none of them empty. */
export function writeRanges(writer: Writer, ranges: readonly ChunkRange[]): void {
  writer.u16(ranges.length);
  for (const { item, from, to } of ranges) {
    assert(from < to, 'a range is not empty');
    writer.u32(item).u32(from).u32(to);
  }
}

/** @throws SansfilError RECORD_MALFORMED */
export function readRanges(reader: Reader): readonly ChunkRange[] {
  const ranges = Array.from({ length: countOf(reader, 12) }, () => ({ item: reader.u32(), from: reader.u32(), to: reader.u32() }));
  if (ranges.some(({ from, to }) => from >= to)) throw malformed('an empty range of chunks');
  return ranges;
}
