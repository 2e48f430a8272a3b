/** Sets of chunks as bits: bit 7 of byte 0 is chunk 0 (PROTOCOL [P-6.7]). */

export const bitmapBytes = (count: number): number => Math.ceil(count / 8);

export const hasBit = (bitmap: Uint8Array, index: number): boolean => ((bitmap[index >>> 3] ?? 0) & (0x80 >>> (index & 7))) !== 0;

export function setBit(bitmap: Uint8Array, index: number): void {
  const at = index >>> 3;
  bitmap[at] = (bitmap[at] ?? 0) | (0x80 >>> (index & 7));
}

export function clearBit(bitmap: Uint8Array, index: number): void {
  const at = index >>> 3;
  bitmap[at] = (bitmap[at] ?? 0) & ~(0x80 >>> (index & 7));
}

/** A bitmap of `count`, with those set. */
export function bitmapOf(count: number, indexes: Iterable<number>): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(count));
  for (const index of indexes) setBit(bitmap, index);
  return bitmap;
}

/** Long enough for `count` chunks and nothing set beyond them. */
export function fitsBitmap(bitmap: Uint8Array, count: number): boolean {
  if (bitmap.length !== bitmapBytes(count)) return false;
  const spare = bitmap.length * 8 - count;
  return spare === 0 || ((bitmap[bitmap.length - 1] ?? 0) & ((1 << spare) - 1)) === 0;
}
