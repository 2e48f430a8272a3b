import { assert } from '../../base/assert.js';
import type { TransferId } from '../../base/ids.js';
import { HASHES_SAVE_BYTES } from '../../base/limits.js';
import type { TransferStore } from '../../ports/stores.js';
import { bitmapBytes, clearBit, fitsBitmap, hasBit, setBit } from '../../protocol/bitmap.js';
import { chunkCount, chunkLength, sentKey, type Manifest } from '../../protocol/manifest.js';

const HASH_BYTES = 32;

export type LedgerStore = Pick<TransferStore, 'chunks' | 'setChunks' | 'hashes' | 'setHashes'>;

/**
 * Which chunks of one transfer are safe at the receiver, and what they hash to; the receiver's and the sender's book
 * alike, living across sessions and, through the store, across restarts. Chunks are numbered through all items in their
 * order. Hashes are kept for the items at hand only, and in the store for those of more than one chunk: the hash of a
 * single chunk is found again by reading it once.
 */
export class ChunkLedger {
  /** Number of the first chunk of each item, and behind them that of all chunks. */
  readonly #first: Uint32Array;
  /** Chunks held of each item. */
  readonly #held: Uint32Array;
  readonly #hashes = new Map<number, Uint8Array>();
  readonly #dirtyHashes = new Set<number>();
  #bitmap: Uint8Array;
  #isDirty = false;
  #unsavedBytes = 0;
  readonly #total: number;
  #bytes = 0;
  #derivedKey: Uint8Array | undefined;

  constructor(
    private readonly store: LedgerStore,
    private readonly id: TransferId,
    readonly manifest: Manifest,
  ) {
    const { items, chunkBytes } = manifest;
    this.#first = new Uint32Array(items.length + 1);
    for (const [item, { bytes }] of items.entries()) this.#first[item + 1] = this.first(item) + chunkCount(bytes, chunkBytes);
    this.#total = items.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#held = new Uint32Array(items.length);
    this.#bitmap = new Uint8Array(bitmapBytes(this.chunks));
  }

  /** @throws SansfilError PASSPHRASE_NEEDED as long as it is neither in the manifest nor derived */
  get fileKey(): Uint8Array {
    return this.#derivedKey ?? sentKey(this.manifest);
  }

  /** The key that a passphrase gave. */
  unlock(fileKey: Uint8Array): void {
    this.#derivedKey = fileKey;
  }

  /** Bytes of the chunks held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of all items. */
  get total(): number {
    return this.#total;
  }

  /** Chunks of all items. */
  get chunks(): number {
    return this.first(this.manifest.items.length);
  }

  /** Reads the bitmap of an earlier run. */
  async load(): Promise<void> {
    const bitmap = await this.store.chunks(this.id);
    if (fitsBitmap(bitmap, this.chunks)) this.#put(bitmap);
  }

  /** Number of an item's first chunk among those of all items. */
  first(item: number): number {
    return this.#first[item] ?? 0;
  }

  /** Number of chunks of an item. */
  count(item: number): number {
    return item < this.#held.length ? this.first(item + 1) - this.first(item) : 0;
  }

  /** Length in bytes of one chunk. */
  length(item: number, index: number): number {
    return chunkLength(this.#sizeOf(item), this.manifest.chunkBytes, index);
  }

  has(item: number, index: number): boolean {
    return index < this.count(item) && hasBit(this.#bitmap, this.first(item) + index);
  }

  missing(item: number): number {
    return this.count(item) - (this.#held[item] ?? 0);
  }

  /** Of all chunks. */
  bitmap(): Uint8Array {
    return this.#bitmap.slice();
  }

  add(item: number, index: number): void {
    if (index >= this.count(item) || this.has(item, index)) return;
    setBit(this.#bitmap, this.first(item) + index);
    const length = this.length(item, index);
    this.#held[item] = (this.#held[item] ?? 0) + 1;
    this.#bytes += length;
    this.#unsavedBytes += length;
    this.#isDirty = true;
  }

  /** The peer's word replaces ours; `fitsBitmap` was asked before. */
  replace(bitmap: Uint8Array): void {
    this.#put(bitmap);
    this.#isDirty = true;
  }

  fill(item: number): void {
    for (let index = 0; index < this.count(item); index++) this.add(item, index);
  }

  clear(item: number): void {
    for (let index = 0; index < this.count(item); index++) {
      if (!this.has(item, index)) continue;
      clearBit(this.#bitmap, this.first(item) + index);
      this.#bytes -= this.length(item, index);
    }
    this.#held[item] = 0;
    this.#isDirty = true;
    this.#hashes.set(item, new Uint8Array(HASH_BYTES * this.count(item)));
    this.#dirtyHashes.add(item);
  }

  /** Makes an item's hashes available to the calls below. */
  async loadHashes(item: number): Promise<void> {
    if (this.#hashes.has(item)) return;
    const size = HASH_BYTES * this.count(item);
    const saved = this.count(item) > 1 ? await this.store.hashes(this.id, item) : undefined;
    const hashes = new Uint8Array(size);
    if (saved?.length === size) hashes.set(saved);
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

  /** All hashes of an item, known before its chunks. */
  putHashes(item: number, hashes: Uint8Array): void {
    this.#hashes.set(item, hashes);
    this.#dirtyHashes.add(item);
  }

  /** All hashes of an item in order, to be hashed in their turn. */
  hashes(item: number): Uint8Array {
    return this.#hashes.get(item) ?? new Uint8Array(0);
  }

  async saveBitmap(): Promise<void> {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.store.setChunks(this.id, this.#bitmap);
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
  }

  async saveHashes(items: Iterable<number> = [...this.#dirtyHashes]): Promise<void> {
    const dirty = [...items].filter((item) => this.#dirtyHashes.delete(item) && this.count(item) > 1);
    const saved = await Promise.allSettled(dirty.map((item) => this.store.setHashes(this.id, item, this.hashes(item))));
    // What the store refuses is to be saved still.
    for (const [at, item] of dirty.entries()) if (saved[at]?.status === 'rejected') this.#dirtyHashes.add(item);
    for (const one of saved) if (one.status === 'rejected') throw one.reason;
  }

  /** Now and then, so that little has to be read again after a crash. */
  async saveIfMuch(): Promise<void> {
    if (this.#unsavedBytes < HASHES_SAVE_BYTES) return;
    this.#unsavedBytes = 0;
    await this.save();
  }

  async save(): Promise<void> {
    const parts = await Promise.allSettled([this.saveBitmap(), this.saveHashes()]);
    for (const part of parts) if (part.status === 'rejected') throw part.reason;
  }

  /** The item is over: its hashes are not needed in memory any more. */
  release(item: number): void {
    this.#hashes.delete(item);
    this.#dirtyHashes.delete(item);
  }

  #put(bitmap: Uint8Array): void {
    this.#bitmap = bitmap.slice();
    this.#bytes = 0;
    for (let item = 0; item < this.#held.length; item++) {
      let held = 0;
      for (let index = 0; index < this.count(item); index++) {
        if (!this.has(item, index)) continue;
        held++;
        this.#bytes += this.length(item, index);
      }
      this.#held[item] = held;
    }
  }

  #sizeOf(item: number): number {
    return this.manifest.items[item]?.bytes ?? 0;
  }
}
