import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import { PACK_BYTES_MAX, SETTLE_FILES_BATCH, SMALL_FILE_BYTES_MAX, SMALL_FILES_BATCH, SMALL_HELD_BYTES_MAX } from '../../base/limits.js';
import type { FileSink, PartFile, PlacedFile, SmallFile } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { FinishedItem } from '../../ports/stores.js';
import type { Manifest } from '../../protocol/manifest.js';
import { ENTRY_HEADER_BYTES, encodeEntries, readEntries, type PackEntry } from './filePack.js';

export interface SmallFilesParts {
  readonly id: TransferId;
  readonly manifest: Manifest;
  readonly sink: FileSink;
  readonly primitives: Pick<Primitives, 'hash'>;
  readonly into: () => string | undefined;
  /** Files could not be made durable yet; what they hold stays in the pack. */
  readonly unsettled: (error: SansfilError) => void;
}

interface Packed {
  readonly hash: Uint8Array;
  readonly offset: number;
}

/**
 * The small files of one transfer. A sync for each would cost more than the file: they are written one behind the other
 * into the pack of the transfer, one sync makes many of them safe, and their files are made without one. The pack holds
 * what those files hold until each was made durable in the background, so that whatever a power cut takes of them is made
 * again at the next start. Lives across sessions.
 */
export class SmallFiles {
  #pack: PartFile | undefined;
  #end = 0;
  #generation = 1;
  /** Not in the pack yet. */
  #pending: PackEntry[] = [];
  /** In the pack, on the disk, and needed there. */
  readonly #packed = new Map<number, Packed>();
  /** Contents that are still in memory. */
  readonly #contents = new Map<number, Uint8Array>();
  #contentBytes = 0;
  /** Files that an earlier process, or a call that failed, may have made. */
  readonly #doubtful = new Set<number>();
  /** Made, and perhaps not on the disk. */
  readonly #unsettled: FinishedItem[] = [];
  /** Those of which the one is true and not yet the other: then they leave the pack. */
  readonly #noted = new Set<number>();
  readonly #settled = new Set<number>();
  #settling: Promise<void> | undefined;
  #isRecovered = false;
  /** The pack is written to, and what is written is not known to be there. */
  #isSyncing = false;
  #wiping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SmallFilesParts) {}

  /** Of nothing, or of one chunk that is short. */
  isSmall(item: number): boolean {
    const { items, chunkBytes } = this.parts.manifest;
    return (items[item]?.bytes ?? Infinity) <= Math.min(SMALL_FILE_BYTES_MAX, chunkBytes);
  }

  /** What the pack may come to take on the disk, besides the files, while these items come; in bytes. */
  packBytes(items: Iterable<number>): number {
    let bytes = 0;
    for (const item of items) if (this.isSmall(item)) bytes += ENTRY_HEADER_BYTES + (this.parts.manifest.items[item]?.bytes ?? 0);
    return Math.max(0, Math.min(bytes, PACK_BYTES_MAX) - this.#end);
  }

  /** The chunk, or nothing, of an item, opened and verified; a copy is kept. On the disk after `sync`. */
  add(item: number, hash: Uint8Array, bytes: Uint8Array): void {
    this.#pending.push({ item, hash: hash.slice(), bytes: bytes.slice() });
  }

  /** It was added, in this life or in an earlier one, and synced. */
  has(item: number): boolean {
    return this.#packed.has(item);
  }

  /** Adds what is to be made of items without a chunk, and has no place in the pack yet. */
  addEmpty(items: readonly number[]): void {
    const nothing = new Uint8Array(0);
    for (const item of items) if (!this.has(item) && this.parts.manifest.items[item]?.bytes === 0) this.add(item, this.parts.primitives.hash(nothing), nothing);
  }

  /** @throws SansfilError DISK_FULL | STORE_FAILED; what was added is to be added again then */
  async sync(): Promise<void> {
    const entries = this.#pending;
    if (entries.length === 0) return;
    this.#pending = [];
    if (this.#end >= PACK_BYTES_MAX) await this.settled();
    this.#isSyncing = true;
    try {
      await this.#wiping;
      this.#beginAnew();
      const pack = (this.#pack ??= await this.parts.sink.pack(this.parts.id));
      await pack.write(this.#end, encodeEntries(this.#generation, entries));
      await pack.sync();
      for (const { item, hash, bytes } of entries) {
        this.#packed.set(item, { hash, offset: this.#end + ENTRY_HEADER_BYTES });
        this.#end += ENTRY_HEADER_BYTES + bytes.length;
        this.#remember(item, bytes);
      }
    } finally {
      this.#isSyncing = false;
    }
  }

  /**
   * Makes the files of items that are in the pack, each checked against the hash its sender told.
   * @throws SansfilError FILE_HASH_MISMATCH | DISK_FULL | STORE_FAILED
   */
  async finish(told: readonly (readonly [item: number, hash: Uint8Array])[]): Promise<readonly FinishedItem[]> {
    const { manifest, primitives } = this.parts;
    const finished: FinishedItem[] = [];
    for (const [item, hash] of told) {
      const ofChunks = manifest.items[item]?.bytes === 0 ? new Uint8Array(0) : (this.#packed.get(item)?.hash ?? new Uint8Array(0));
      if (!constantTimeEqual(primitives.hash(ofChunks), hash)) throw new SansfilError('FILE_HASH_MISMATCH');
    }
    for (let at = 0; at < told.length; at += SMALL_FILES_BATCH) {
      const items = told.slice(at, at + SMALL_FILES_BATCH).map(([item]) => item);
      const files = await Promise.all(items.map((item) => this.#fileOf(item)));
      for (const item of items) {
        this.#doubtful.add(item);
        // Made again, it has to be made durable again.
        this.#settled.delete(item);
      }
      const paths = await this.parts.sink.finishMany(files, this.parts.into());
      for (const [place, item] of items.entries()) finished.push({ item, path: paths[place] ?? '' });
    }
    for (const one of finished) this.#unsettled.push(one);
    return finished;
  }

  /** The store knows their paths: from now on only the disk is missing. */
  noted(finished: readonly FinishedItem[]): void {
    for (const { item } of finished) {
      this.#doubtful.delete(item);
      this.#forget(item);
      if (this.#settled.delete(item)) this.#packed.delete(item);
      else this.#noted.add(item);
    }
    this.settled().catch((error: unknown) => isStop(error) || this.parts.unsettled(SansfilError.from(error, 'STORE_FAILED')));
  }

  /** Everything that was made is on the disk. @throws SansfilError DISK_FULL | STORE_FAILED */
  settled(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  /**
   * After a start: what a power cut took of files that the store knows by `paths` is made again, and on the disk. Once.
   * @throws SansfilError DISK_FULL | STORE_FAILED
   */
  async recover(paths: readonly string[]): Promise<void> {
    const { id, sink, primitives, manifest } = this.parts;
    if (this.#isRecovered || !(await sink.packs()).includes(id)) {
      this.#isRecovered = true;
      return;
    }
    const pack = (this.#pack ??= await sink.pack(id));
    let [batch, bytes]: [PlacedFile[], number] = [[], 0];
    const mend = async (): Promise<void> => {
      await sink.mend(batch, this.parts.into());
      [batch, bytes] = [[], 0];
    };
    for await (const entry of readEntries(pack, primitives, (item) => (this.isSmall(item) ? manifest.items[item]?.bytes : undefined))) {
      this.#generation = entry.generation;
      this.#end = entry.offset + entry.bytes.length;
      const path = paths[entry.item] ?? '';
      if (path === '') {
        this.#packed.set(entry.item, { hash: entry.hash.slice(), offset: entry.offset });
        this.#doubtful.add(entry.item);
      }
      batch.push({ ...this.#describe(entry.item, entry.bytes), path });
      bytes += entry.bytes.length;
      if (bytes >= SMALL_HELD_BYTES_MAX || batch.length >= SMALL_FILES_BATCH) await mend();
    }
    if (batch.length > 0) await mend();
    this.#isRecovered = true;
  }

  /**
   * The transfer is over: all that is left of it in private goes, when its files, of which the store knows these paths, are
   * safe; after a stop the next start sees to that. @throws SansfilError DISK_FULL | STORE_FAILED; then it can be tried again
   */
  async discard(paths: readonly string[]): Promise<void> {
    try {
      await this.recover(paths)
        .then(() => this.#mendDoubtful())
        .then(() => this.settled())
        .finally(() => this.close());
      await this.parts.sink.discard(this.parts.id);
    } catch (error) {
      if (!isStop(error)) throw error;
    }
  }

  async close(): Promise<void> {
    const pack = this.#pack;
    try {
      await this.#wipe();
    } finally {
      this.#pack = undefined;
      await pack?.[Symbol.asyncDispose]();
    }
  }

  async #settle(): Promise<void> {
    while (this.#unsettled.length > 0) {
      const batch = this.#unsettled.slice(0, SETTLE_FILES_BATCH);
      await this.parts.sink.settle(
        batch.map(({ path }) => path),
        this.parts.into(),
      );
      this.#unsettled.splice(0, batch.length);
      for (const { item } of batch) {
        if (this.#noted.delete(item)) this.#packed.delete(item);
        else this.#settled.add(item);
      }
    }
    await this.#wipe();
  }

  /** What is safe elsewhere is nobody's business at the next start: it may have been moved or removed since. */
  async #wipe(): Promise<void> {
    if (!this.#pack || this.#isSyncing || this.#packed.size > 0 || this.#end === 0) return;
    this.#beginAnew();
    const wiping = this.#pack.write(0, new Uint8Array(ENTRY_HEADER_BYTES));
    this.#wiping = wiping.then(nothing, nothing);
    await wiping;
  }

  /** Nobody will make them again. */
  async #mendDoubtful(): Promise<void> {
    const doubtful = [...this.#doubtful].filter((item) => this.has(item));
    for (let at = 0; at < doubtful.length; at += SMALL_FILES_BATCH) {
      const files = await Promise.all(doubtful.slice(at, at + SMALL_FILES_BATCH).map((item) => this.#fileOf(item)));
      await this.parts.sink.mend(
        files.map((file) => ({ ...file, path: '' })),
        this.parts.into(),
      );
    }
  }

  #beginAnew(): void {
    if (this.#end === 0 || this.#packed.size > 0) return;
    this.#end = 0;
    this.#generation++;
  }

  async #fileOf(item: number): Promise<SmallFile> {
    const bytes = this.#contents.get(item) ?? (await this.#read(item));
    return this.#describe(item, bytes);
  }

  #describe(item: number, bytes: Uint8Array): SmallFile {
    const { name, modifiedMs, mode } = this.parts.manifest.items[item] ?? { name: '', modifiedMs: 0, mode: 0 };
    return { name, modifiedMs, mode, bytes, again: this.#doubtful.has(item) };
  }

  async #read(item: number): Promise<Uint8Array> {
    const packed = this.#packed.get(item);
    const bytes = new Uint8Array(this.parts.manifest.items[item]?.bytes ?? 0);
    const pack = (this.#pack ??= await this.parts.sink.pack(this.parts.id));
    const read = packed ? await pack.read(packed.offset, bytes) : 0;
    if (!packed || read !== bytes.length || !constantTimeEqual(this.parts.primitives.hash(bytes), packed.hash)) {
      throw new SansfilError('STORE_FAILED', 'what was written of a small file cannot be read again');
    }
    return bytes;
  }

  #remember(item: number, bytes: Uint8Array): void {
    if (this.#contentBytes + bytes.length > SMALL_HELD_BYTES_MAX) return;
    this.#contents.set(item, bytes);
    this.#contentBytes += bytes.length;
  }

  #forget(item: number): void {
    this.#contentBytes -= this.#contents.get(item)?.length ?? 0;
    this.#contents.delete(item);
  }
}

const nothing = (): void => undefined;
/** The device stopped in the middle of it. */
const isStop = (error: unknown): boolean => SansfilError.is(error) && error.code === 'STOPPED';
