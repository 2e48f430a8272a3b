import type { ChunkRange } from '../../protocol/recordFields.js';

/** Chunks as ranges, in order of item and index; those that follow one another in one. */
export function rangesOf(chunks: Iterable<{ readonly item: number; readonly index: number }>): readonly ChunkRange[] {
  const sorted = [...chunks].sort((a, b) => a.item - b.item || a.index - b.index);
  const ranges: { item: number; from: number; to: number }[] = [];
  for (const { item, index } of sorted) {
    const last = ranges.at(-1);
    if (last?.item === item && last.to === index) last.to++;
    else ranges.push({ item, from: index, to: index + 1 });
  }
  return ranges;
}
