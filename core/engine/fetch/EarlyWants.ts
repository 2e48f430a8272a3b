import { SansfilError } from '../../base/errors.js';
import { SERVING_CHUNKS_MAX } from '../../base/limits.js';
import { hasBit } from '../../protocol/bitmap.js';
import type { ChunkRange } from '../../protocol/recordFields.js';

/** What was wanted while it was still being looked for what is sought: said before the receiver heard the answer. */
export class EarlyWants {
  #ranges: ChunkRange[] = [];
  #chunks = 0;

  /** @throws SansfilError RECORD_MALFORMED for too many chunks */
  keep(range: ChunkRange): void {
    this.#chunks += range.to - range.from;
    if (this.#chunks > SERVING_CHUNKS_MAX) throw new SansfilError('RECORD_MALFORMED', 'too many chunks are wanted at once');
    this.#ranges.push(range);
  }

  /** Those that are here, by what the receiver was told of each item now: what is not here, it was told of too. */
  take(toldOf: (item: number) => Uint8Array | undefined): { readonly item: number; readonly index: number }[] {
    const chunks: { item: number; index: number }[] = [];
    for (const { item, from, to } of this.#ranges) {
      const told = toldOf(item);
      for (let index = from; told && index < Math.min(to, 8 * told.length); index++) if (hasBit(told, index)) chunks.push({ item, index });
    }
    this.#ranges = [];
    this.#chunks = 0;
    return chunks;
  }
}
