import type { Primitives } from '../../ports/primitives.js';
import type { ChunkRange } from '../../protocol/recordFields.js';
import { rangesOf } from '../dataPlane/chunkRanges.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { PartWriter } from '../dataPlane/PartWriter.js';

/** How many chunks of each item have not come, and what an item is told to be made of when all have. */
export class ItemsToCome {
  readonly #left: Uint32Array;
  /** Hashes of single chunks that have come: of longer items they are known before. */
  readonly #single = new Map<number, Uint8Array>();
  readonly #told = new Set<number>();

  constructor(
    private readonly ledger: ChunkLedger,
    private readonly primitives: Pick<Primitives, 'hash'>,
  ) {
    this.#left = new Uint32Array(ledger.manifest.items.length);
    this.reset();
  }

  /** Begins anew with what is in the ledger. */
  reset(): void {
    for (const item of this.#left.keys()) this.#left[item] = this.ledger.missing(item);
    this.#single.clear();
    this.#told.clear();
  }

  left(item: number): number {
    return this.#left[item] ?? 0;
  }

  came(item: number, hash: Uint8Array): void {
    this.#left[item] = this.left(item) - 1;
    if (this.ledger.count(item) === 1) this.#single.set(item, hash);
  }

  /** It came, and was not what it should have been. */
  lost(item: number): void {
    this.#left[item] = this.left(item) + 1;
  }

  /** The writer is told of an item that is all here, or has no chunk; once. */
  tell(writer: Pick<PartWriter<object>, 'ended'>, item: number): void {
    if (this.left(item) > 0 || this.#told.has(item)) return;
    this.#told.add(item);
    const hashes = this.ledger.count(item) === 1 ? this.#single.get(item) : this.ledger.hashes(item);
    writer.ended(item, this.primitives.hash(hashes ?? new Uint8Array(0)));
  }

  /** The item and the place in it of a chunk that is numbered through all items. */
  place(chunk: number): { readonly item: number; readonly index: number } {
    let [low, high] = [0, this.#left.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.ledger.first(middle) <= chunk) low = middle;
      else high = middle - 1;
    }
    // Items without a chunk begin where the next one does: the last that begins there is the one that has it.
    return { item: low, index: chunk - this.ledger.first(low) };
  }

  /** In bytes, of a chunk by its number. */
  lengthOf(chunk: number): number {
    const { item, index } = this.place(chunk);
    return this.ledger.length(item, index);
  }

  isHeld(chunk: number): boolean {
    const { item, index } = this.place(chunk);
    return this.ledger.has(item, index);
  }

  ranges(chunks: readonly number[]): readonly ChunkRange[] {
    return rangesOf(chunks.map((chunk) => this.place(chunk)));
  }
}
