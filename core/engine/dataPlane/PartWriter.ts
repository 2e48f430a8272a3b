import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import { CHUNKS_WRITING_MAX, FREE_SPACE_CHECK_BYTES, PARTS_OPEN_MAX, RECEIVE_QUEUE_BYTES_MAX, SYNC_BYTES } from '../../base/limits.js';
import type { FileCipher } from '../../ports/fileCipher.js';
import type { FileSink } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { FinishedItem } from '../../ports/stores.js';
import { bySource, type Arrived, type ArrivedChunk } from './arrivedChunk.js';
import type { BufferPool } from './BufferPool.js';
import type { ChunkLedger } from './ChunkLedger.js';
import { finishItem } from './finishItem.js';
import { OpenParts } from './OpenParts.js';
import { chunkPlace } from './SendPump.js';
import type { SmallFiles } from './SmallFiles.js';

export interface PartWriterParts<From> {
  readonly id: TransferId;
  readonly ledger: ChunkLedger;
  readonly sink: FileSink;
  readonly small: SmallFiles;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly pool: BufferPool;
  readonly into: string | undefined;
  /** Items still to come. */
  readonly items: readonly number[];
  /** Bytes of further chunks are on their way here now: what has come waits with them for one sync. */
  readonly isMoreComing: () => boolean;
  /** Too much waits for the disk; false: not any more. */
  readonly crowded: (isCrowded: boolean) => void;
  /** These chunks, which came from there, are on the disk. */
  readonly confirmed: (from: From, chunks: readonly ArrivedChunk[]) => void;
  /** These further bytes are on the disk. */
  readonly stored: (bytes: number) => void;
  /** These items have their final names; resolves when that is in the store. */
  readonly finished: (items: readonly FinishedItem[]) => Promise<void>;
  /** And now that is in the store; with the hash that was told. */
  readonly noted: (items: readonly (readonly [item: number, hash: Uint8Array])[]) => void;
  /** Every item is finished. */
  readonly completed: () => void;
  /** The chunk is not what its hash says. True: it is wanted again, from somebody else, and the writer goes on. */
  readonly corrupt: (from: From, chunk: ArrivedChunk) => boolean;
  /** Nothing more is taken; called once at most. */
  readonly failed: (error: SansfilError) => void;
}

/**
 * Writes the chunks of one transfer, from wherever they come: opens and writes several at once, syncs many together,
 * says what is on the disk, and gives items their names.
 */
export class PartWriter<From> {
  readonly #open: OpenParts;
  readonly #wanted: Set<number>;
  /** Chunks that were claimed and are not in the ledger, by their number among all. */
  readonly #coming = new Set<number>();
  /** Of `#coming`, those of each item. */
  readonly #comingOf = new Map<number, number>();
  readonly #waiting: Arrived<From>[] = [];
  /** Chunks written and not yet synced. */
  #written: Arrived<From>[] = [];
  /** Items that ended, with the hash that was told, and those of them that are all here. */
  readonly #ended = new Map<number, Uint8Array>();
  readonly #ready = new Map<number, Uint8Array>();
  #waitingBytes = 0;
  #unsyncedBytes = 0;
  #uncheckedBytes = 0;
  #writing = 0;
  #isCommitting = false;
  #isCrowded = false;
  #isStopping = false;
  #hasFailed = false;
  #quiet: (() => void)[] = [];

  constructor(private readonly parts: PartWriterParts<From>) {
    this.#open = new OpenParts(parts.sink, parts.id);
    this.#wanted = new Set(parts.items);
  }

  /** Nothing is taken any more. */
  get isOver(): boolean {
    return this.#hasFailed || this.#isStopping;
  }

  /** A chunk that is wanted, not here and not claimed. */
  isMissing(item: number, index: number): boolean {
    const { ledger } = this.parts;
    return this.#wanted.has(item) && index < ledger.count(item) && !ledger.has(item, index) && !this.#coming.has(ledger.first(item) + index);
  }

  /** Its bytes are on their way. @throws SansfilError RECORD_MALFORMED when it is not one that may come now */
  claim(chunk: Pick<ArrivedChunk, 'item' | 'index' | 'length'>): void {
    const { ledger } = this.parts;
    const { item, index, length } = chunk;
    const isProper = this.#wanted.has(item) && index < ledger.count(item) && length === ledger.length(item, index);
    if (!isProper) throw new SansfilError('RECORD_MALFORMED', 'a chunk that was not asked for');
    if (!this.isMissing(item, index)) throw new SansfilError('RECORD_MALFORMED', 'a chunk that is here already');
    this.#coming.add(ledger.first(item) + index);
    this.#comingOf.set(item, (this.#comingOf.get(item) ?? 0) + 1);
  }

  /** They will not come. */
  unclaim({ item, index }: Pick<ArrivedChunk, 'item' | 'index'>): void {
    if (!this.#coming.delete(this.parts.ledger.first(item) + index)) return;
    const coming = (this.#comingOf.get(item) ?? 1) - 1;
    if (coming > 0) this.#comingOf.set(item, coming);
    else this.#comingOf.delete(item);
  }

  /** Sealed bytes of a claimed chunk, in a buffer of the pool, which goes back there. `chunk` and the bytes are the writer's now. */
  take(chunk: ArrivedChunk, bytes: Uint8Array, from: From): void {
    if (this.isOver) return this.parts.pool.give(bytes);
    this.#waiting.push({ chunk, bytes, from });
    this.#waitingBytes += bytes.length;
    if (!this.#isCrowded && this.#waitingBytes >= RECEIVE_QUEUE_BYTES_MAX) this.parts.crowded((this.#isCrowded = true));
    this.#kick();
  }

  /** All chunks of an item were announced. @throws SansfilError RECORD_MALFORMED when that is not so */
  ended(item: number, hash: Uint8Array): void {
    if (this.isOver) return;
    const { ledger } = this.parts;
    if (!this.#wanted.has(item) || this.#ended.has(item) || this.#ready.has(item)) {
      throw new SansfilError('RECORD_MALFORMED', 'an item ended that is not under way');
    }
    const missing = ledger.missing(item);
    if (missing !== (this.#comingOf.get(item) ?? 0)) throw new SansfilError('RECORD_MALFORMED', 'an item ended before its chunks came');
    (missing === 0 ? this.#ready : this.#ended).set(item, hash.slice());
    this.#kick();
  }

  /** More will not come for now. */
  nudge(): void {
    this.#kick();
  }

  /** Makes safe what has arrived whole, and closes the files. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#kick();
    await this.#untilQuiet();
    await this.#open.close();
    await this.parts.ledger.save();
  }

  /** Like `stop`, but what has arrived is dropped too: the transfer is over. */
  async abort(): Promise<void> {
    this.#giveUp();
    await this.#untilQuiet();
    await this.#open.close();
  }

  #kick(): void {
    while (!this.#hasFailed && this.#writing < CHUNKS_WRITING_MAX) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#writing++;
      void this.#guard(() => this.#write(next)).finally(() => {
        this.#writing--;
        this.#kick();
      });
    }
    if (!this.#isCommitting && this.#isCommitDue()) {
      this.#isCommitting = true;
      void this.#guard(() => this.#commit()).finally(() => {
        this.#isCommitting = false;
        this.#kick();
      });
    }
    if (this.#isQuiet()) for (const resolve of this.#quiet.splice(0)) resolve();
  }

  #isQuiet(): boolean {
    return this.#writing === 0 && !this.#isCommitting && (this.#hasFailed || this.#waiting.length === 0);
  }

  #untilQuiet(): Promise<void> {
    return this.#isQuiet() ? Promise.resolve() : new Promise((resolve) => this.#quiet.push(resolve));
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isFirst = !this.#hasFailed;
      this.#giveUp();
      if (isFirst) this.parts.failed(SansfilError.from(error));
    }
  }

  /** Often enough that the sender's window never runs dry, seldom enough that a sync covers many chunks and small files. */
  #isCommitDue(): boolean {
    if (this.#hasFailed || (this.#written.length === 0 && this.#ready.size === 0)) return false;
    if (this.#unsyncedBytes >= SYNC_BYTES || this.#open.size >= PARTS_OPEN_MAX) return true;
    return this.#writing === 0 && this.#waiting.length === 0 && (this.#isStopping || !this.parts.isMoreComing());
  }

  async #write(waiting: Arrived<From>): Promise<void> {
    const { ledger, cipher, pool, small } = this.parts;
    const { chunk, bytes, from } = waiting;
    const { item, index, hash, tag, length } = chunk;
    try {
      const plain = await cipher.open(chunkPlace(ledger, item, index), { hash, tag, ciphertext: bytes });
      if (small.isSmall(item)) small.add(item, hash, plain);
      else await this.#open.write(item, index * ledger.manifest.chunkBytes, plain);
    } catch (error) {
      if (!SansfilError.is(error) || error.code !== 'CHUNK_CORRUPT' || !this.parts.corrupt(from, chunk)) throw error;
      return this.unclaim(chunk);
    } finally {
      pool.give(bytes);
      this.#waitingBytes -= length;
      this.#makeRoom();
    }
    this.#written.push(waiting);
    this.#unsyncedBytes += length;
  }

  async #commit(): Promise<void> {
    const { ledger, small } = this.parts;
    const written = this.#written;
    const bytes = this.#unsyncedBytes;
    this.#written = [];
    this.#unsyncedBytes = 0;
    const ready = new Map(this.#ready);
    small.addEmpty([...ready.keys()]);
    await this.#open.sync();
    await small.sync();
    for (const { chunk } of written) {
      await ledger.loadHashes(chunk.item);
      ledger.setHash(chunk.item, chunk.index, chunk.hash);
      ledger.add(chunk.item, chunk.index);
      this.unclaim(chunk);
      const told = ledger.missing(chunk.item) === 0 ? this.#ended.get(chunk.item) : undefined;
      if (!told) continue;
      this.#ended.delete(chunk.item);
      this.#ready.set(chunk.item, told);
      ready.set(chunk.item, told);
    }
    await ledger.saveBitmap();
    await ledger.saveIfMuch();
    for (const [from, chunks] of bySource(written)) this.parts.confirmed(from, chunks);
    this.parts.stored(bytes);
    await this.#checkSpace(bytes);
    await this.#finish([...ready]);
  }

  async #finish(ready: readonly (readonly [item: number, hash: Uint8Array])[]): Promise<void> {
    if (ready.length === 0) return;
    const { ledger, small } = this.parts;
    const finished: FinishedItem[] = [];
    for (const [item, hash] of ready) {
      if (!small.isSmall(item)) finished.push({ item, path: await finishItem(this.parts, this.#open, item, hash) });
    }
    const made = await small.finish(ready.filter(([item]) => small.isSmall(item)));
    await this.parts.finished([...finished, ...made]);
    small.noted(made);
    for (const [item] of ready) {
      this.#ready.delete(item);
      this.#wanted.delete(item);
      ledger.release(item);
    }
    // The transfer ended while its last files got their names: the sender has heard how.
    if (this.#hasFailed) return;
    this.parts.noted(ready);
    if (this.#wanted.size === 0) this.parts.completed();
  }

  async #checkSpace(bytes: number): Promise<void> {
    this.#uncheckedBytes += bytes;
    if (this.#uncheckedBytes < FREE_SPACE_CHECK_BYTES) return;
    this.#uncheckedBytes = 0;
    const { ledger, sink, into } = this.parts;
    if ((await sink.freeBytes(into)) < ledger.total - ledger.bytes) throw new SansfilError('DISK_FULL');
  }

  #makeRoom(): void {
    if (!this.#isCrowded || this.#waitingBytes > RECEIVE_QUEUE_BYTES_MAX / 2) return;
    this.parts.crowded((this.#isCrowded = false));
  }

  #giveUp(): void {
    this.#hasFailed = true;
    for (const { bytes } of this.#waiting.splice(0)) {
      this.#waitingBytes -= bytes.length;
      this.parts.pool.give(bytes);
    }
    this.#makeRoom();
  }
}
