import { assert } from '../../base/assert.js';
import type { TransferId } from '../../base/ids.js';
import { HASHES_SAVE_BYTES } from '../../base/limits.js';
import type { TransferStore } from '../../ports/stores.js';
import { bitmapBytes, countBits, fitsBitmap, hasBit, setBit } from '../../protocol/bitmap.js';
import { chunkCount, chunkLength, type Manifest } from '../../protocol/manifest.js';

const HASH_BYTES = 32;

export type LedgerStore = Pick<TransferStore, 'chunks' | 'setChunks' | 'hashes' | 'setHashes'>;

/**
 * Which chunks of one transfer are safe at the receiver, and what they hash to; the receiver's and the sender's book
 * alike, living across sessions and, through the store, across restarts. Hashes are kept for the items at hand only.
 */
export class ChunkLedger {
  readonly #bitmaps: Uint8Array[];
  readonly #held: number[];
  readonly #hashes = new Map<number, Uint8Array>();
  readonly #dirtyBitmaps = new Set<number>();
  readonly #dirtyHashes = new Set<number>();
  #unsavedBytes = 0;
  #bytes = 0;

  constructor(
    private readonly store: LedgerStore,
    private readonly id: TransferId,
    readonly manifest: Manifest,
  ) {
    this.#bitmaps = manifest.items.map((_, item) => new Uint8Array(bitmapBytes(this.count(item))));
    this.#held = manifest.items.map(() => 0);
  }

  /** Bytes of the chunks held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads the bitmaps of an earlier run. */
  async load(): Promise<void> {
    for (let item = 0; item < this.#bitmaps.length; item++) {
      const bitmap = await this.store.chunks(this.id, item);
      if (bitmap.length > 0 && fitsBitmap(bitmap, this.count(item))) this.#put(item, bitmap);
    }
  }

  /** Number of chunks of an item. */
  count(item: number): number {
    return chunkCount(this.#sizeOf(item), this.manifest.chunkBytes);
  }

  /** Length in bytes of one chunk. */
  length(item: number, index: number): number {
    return chunkLength(this.#sizeOf(item), this.manifest.chunkBytes, index);
  }

  has(item: number, index: number): boolean {
    const bitmap = this.#bitmaps[item];
    return bitmap !== undefined && hasBit(bitmap, index);
  }

  missing(item: number): number {
    return this.count(item) - (this.#held[item] ?? 0);
  }

  bitmap(item: number): Uint8Array {
    return (this.#bitmaps[item] ?? new Uint8Array(0)).slice();
  }

  add(item: number, index: number): void {
    const bitmap = this.#bitmaps[item];
    if (!bitmap || hasBit(bitmap, index)) return;
    setBit(bitmap, index);
    const length = this.length(item, index);
    this.#held[item] = (this.#held[item] ?? 0) + 1;
    this.#bytes += length;
    this.#unsavedBytes += length;
    this.#dirtyBitmaps.add(item);
  }

  /** The peer's word on an item replaces ours; `fitsBitmap` was asked before. */
  replace(item: number, bitmap: Uint8Array): void {
    this.#put(item, bitmap);
    this.#dirtyBitmaps.add(item);
  }

  fill(item: number): void {
    for (let index = 0; index < this.count(item); index++) this.add(item, index);
  }

  clear(item: number): void {
    this.replace(item, new Uint8Array(bitmapBytes(this.count(item))));
    this.#hashes.set(item, new Uint8Array(HASH_BYTES * this.count(item)));
    this.#dirtyHashes.add(item);
  }

  /** Makes an item's hashes available to the calls below. */
  async loadHashes(item: number): Promise<void> {
    if (this.#hashes.has(item)) return;
    const size = HASH_BYTES * this.count(item);
    const saved = await this.store.hashes(this.id, item);
    const hashes = new Uint8Array(size);
    if (saved.length === size) hashes.set(saved);
    if (!this.#hashes.has(item)) this.#hashes.set(item, hashes);
  }

  /** Undefined when it is not known (a SHA-256 of zeros does not occur). */
  hash(item: number, index: number): Uint8Array | undefined {
    const hash = this.#hashes.get(item)?.subarray(HASH_BYTES * index, HASH_BYTES * (index + 1));
    return hash?.some((byte) => byte !== 0) ? hash : undefined;
  }

  setHash(item: number, index: number, hash: Uint8Array): void {
    const hashes = this.#hashes.get(item);
    assert(hashes, 'the hashes of the item were not loaded');
    hashes.set(hash, HASH_BYTES * index);
    this.#dirtyHashes.add(item);
  }

  /** All hashes of an item in order, to be hashed in their turn. */
  hashes(item: number): Uint8Array {
    return this.#hashes.get(item) ?? new Uint8Array(0);
  }

  async saveBitmaps(): Promise<void> {
    const items = [...this.#dirtyBitmaps];
    this.#dirtyBitmaps.clear();
    await this.#saveAll(items, this.#dirtyBitmaps, (item) => this.store.setChunks(this.id, item, this.bitmap(item)));
  }

  async saveHashes(items: Iterable<number> = [...this.#dirtyHashes]): Promise<void> {
    const dirty = [...items].filter((item) => this.#dirtyHashes.delete(item));
    await this.#saveAll(dirty, this.#dirtyHashes, (item) => this.store.setHashes(this.id, item, this.hashes(item).slice()));
  }

  /** Now and then, so that little has to be read again after a crash. */
  async saveIfMuch(): Promise<void> {
    if (this.#unsavedBytes < HASHES_SAVE_BYTES) return;
    this.#unsavedBytes = 0;
    await this.save();
  }

  async save(): Promise<void> {
    const parts = await Promise.allSettled([this.saveBitmaps(), this.saveHashes()]);
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
  }

  /** The item is over: its hashes are not needed in memory any more. */
  release(item: number): void {
    this.#hashes.delete(item);
    this.#dirtyHashes.delete(item);
  }

  /** What the store refuses is to be saved still. */
  async #saveAll(items: readonly number[], dirty: Set<number>, save: (item: number) => Promise<void>): Promise<void> {
    const saved = await Promise.allSettled(items.map(save));
    for (const [at, item] of items.entries()) if (saved[at]?.status === 'rejected') dirty.add(item);
    for (const one of saved) if (one.status === 'rejected') throw one.reason;
  }

  #put(item: number, bitmap: Uint8Array): void {
    this.#bytes -= this.#bytesOf(item);
    this.#bitmaps[item] = bitmap.slice();
    this.#held[item] = countBits(bitmap);
    this.#bytes += this.#bytesOf(item);
  }

  /** Bytes held of an item: all its chunks are full but the last. */
  #bytesOf(item: number): number {
    const held = this.#held[item] ?? 0;
    const last = this.count(item) - 1;
    if (held === 0) return 0;
    if (!this.has(item, last)) return held * this.manifest.chunkBytes;
    return (held - 1) * this.manifest.chunkBytes + this.length(item, last);
  }

  #sizeOf(item: number): number {
    return this.manifest.items[item]?.bytes ?? 0;
  }
}
