import { constantTimeEqual } from '../../base/bytes.js';
import { SERVING_CHUNKS_MAX, SERVING_GROWING_MAX } from '../../base/limits.js';
import { hasBit } from '../../protocol/bitmap.js';
import { chunkCount } from '../../protocol/manifest.js';
import type { ChunkRange } from '../../protocol/recordFields.js';
import { allSet, type HeldContent } from './HeldContent.js';

export interface Served {
  readonly root: Uint8Array;
  readonly content: HeldContent;
  /** What the receiver was told last. */
  told: Uint8Array;
  /** Of its chunks, when there are several; once one was asked for. */
  hashes?: Uint8Array;
}

/** The items of one fetch that are here, as their receiver was told. */
export class ServedItems {
  readonly #items = new Map<number, Served>();
  /** Of those, what may come to be more. */
  readonly #growing = new Set<number>();
  #weight = 0;

  constructor(private readonly chunkBytes: number) {}

  get size(): number {
    return this.#items.size;
  }

  /** One for each item and for each chunk. */
  get weight(): number {
    return this.#weight;
  }

  /** A copy: items come and go while one goes through them. */
  get all(): readonly (readonly [number, Served])[] {
    return [...this.#items];
  }

  get(item: number): Served | undefined {
    return this.#items.get(item);
  }

  put(item: number, served: Served): void {
    this.delete(item);
    this.#items.set(item, served);
    this.#weight += this.weightOf(served);
    if (this.#growing.size < SERVING_GROWING_MAX && !this.#isWhole(served)) this.#growing.add(item);
  }

  delete(item: number): void {
    this.#weight -= this.weightOf(this.#items.get(item));
    this.#items.delete(item);
    this.#growing.delete(item);
  }

  /** Those of that fetch of which there is more than was told; it counts as told. */
  grown(from: object): [number, Served][] {
    const grown: [number, Served][] = [];
    for (const item of this.#growing) {
      const served = this.#items.get(item);
      if (served?.content.from !== from) continue;
      const bitmap = served.content.bitmap();
      if (constantTimeEqual(bitmap, served.told)) continue;
      served.told = bitmap;
      if (this.#isWhole(served)) this.#growing.delete(item);
      grown.push([item, served]);
    }
    return grown;
  }

  /** The receiver knows that they are here; never of more chunks than may be asked for. */
  areTold({ item, from, to }: ChunkRange): boolean {
    const served = this.#items.get(item);
    if (!served || to > this.count(served) || to - from > SERVING_CHUNKS_MAX) return false;
    for (let index = from; index < to; index++) if (!hasBit(served.told, index)) return false;
    return true;
  }

  weightOf(served: Served | undefined): number {
    return served ? this.count(served) + 1 : 0;
  }

  /** Of its chunks. */
  count({ content }: Served): number {
    return chunkCount(content.bytes, this.chunkBytes);
  }

  #isWhole(served: Served): boolean {
    return constantTimeEqual(served.told, allSet(this.count(served)));
  }
}
