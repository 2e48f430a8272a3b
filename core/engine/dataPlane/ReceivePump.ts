import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import { CHUNK_RANGES_PER_RECORD_MAX, FREE_SPACE_CHECK_BYTES, PARTS_OPEN_MAX, RECEIVE_QUEUE_BYTES_MAX, SYNC_BYTES } from '../../base/limits.js';
import type { FileCipher } from '../../ports/fileCipher.js';
import type { FileSink } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { FinishedItem } from '../../ports/stores.js';
import type { ChunkAnnouncement, ChunkRange } from '../../protocol/frames.js';
import type { BufferPool } from './BufferPool.js';
import type { BulkLane } from './BulkLane.js';
import type { ChunkLedger } from './ChunkLedger.js';
import { finishItem } from './finishItem.js';
import { OpenParts } from './OpenParts.js';
import { chunkPlace } from './SendPump.js';

export interface ReceivePumpParts {
  readonly id: TransferId;
  readonly lane: BulkLane;
  readonly ledger: ChunkLedger;
  readonly sink: FileSink;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly pool: BufferPool;
  /** Items still to come. */
  readonly items: readonly number[];
  /** These further bytes are on the disk. */
  readonly stored: (bytes: number) => void;
  /** These items have their final names; resolves when that is in the store. */
  readonly finished: (items: readonly FinishedItem[]) => Promise<void>;
  /** Every item is finished and the sender was told so. */
  readonly completed: () => void;
  /** Nothing more is taken; called once at most. */
  readonly failed: (error: SansfilError) => void;
}

interface Arrived {
  readonly chunk: ChunkAnnouncement;
  readonly bytes: Uint8Array;
}

/**
 * Takes the bytes of one transfer from one session: gathers, opens, writes, and confirms what is on the disk. Writing
 * and syncing run in one loop that starts when something arrived and ends when nothing is left to do.
 */
export class ReceivePump {
  readonly #open: OpenParts;
  readonly #wanted: Set<number>;
  /** Chunks announced and not yet in the ledger, by item. */
  readonly #coming = new Map<number, Set<number>>();
  readonly #arrived: Arrived[] = [];
  /** Chunks written and not yet synced. */
  #written: ChunkAnnouncement[] = [];
  /** Items of which DONE was received, with the hash it told. */
  readonly #ended = new Map<number, Uint8Array>();
  #arrivedBytes = 0;
  #unsyncedBytes = 0;
  #uncheckedBytes = 0;
  #paused = false;
  #busy = false;
  #work: Promise<void> = Promise.resolve();
  #stopping = false;
  #failed = false;

  constructor(private readonly parts: ReceivePumpParts) {
    this.#open = new OpenParts(parts.sink, parts.id);
    this.#wanted = new Set(parts.items);
  }

  /** A CHUNK record. @throws SansfilError RECORD_MALFORMED when it is not one that may come now */
  announced(chunk: ChunkAnnouncement): void {
    const { ledger, lane, pool } = this.parts;
    const { item, index, length, stream } = chunk;
    if (this.#failed || this.#stopping) return lane.discard(stream, length);
    const coming = this.#coming.get(item) ?? new Set<number>();
    const proper = this.#wanted.has(item) && index < ledger.count(item) && length === ledger.length(item, index);
    if (!proper) throw new SansfilError('RECORD_MALFORMED', 'a chunk that was not asked for');
    if (ledger.has(item, index) || coming.has(index)) throw new SansfilError('RECORD_MALFORMED', 'a chunk that is here already');
    const buffer = pool.take(length);
    const back = (bytes: Uint8Array): void => pool.give(bytes);
    try {
      // The record's byte fields are views into a frame that is gone when the chunk is whole.
      const kept = { ...chunk, hash: chunk.hash.slice(), tag: chunk.tag.slice() };
      lane.gather(stream, buffer, this, (bytes) => this.#whole(kept, bytes), back);
    } catch (error) {
      back(buffer);
      throw error;
    }
    this.#coming.set(item, coming.add(index));
  }

  /** A DONE record. @throws SansfilError RECORD_MALFORMED when chunks of the item were never announced */
  ended(item: number, hash: Uint8Array): void {
    if (this.#failed || this.#stopping) return;
    if (!this.#wanted.has(item) || this.#ended.has(item)) throw new SansfilError('RECORD_MALFORMED', 'an item ended that is not under way');
    const coming = this.#coming.get(item)?.size ?? 0;
    if (this.parts.ledger.missing(item) !== coming) throw new SansfilError('RECORD_MALFORMED', 'an item ended before its chunks came');
    this.#ended.set(item, hash.slice());
    this.#kick();
  }

  /** Makes safe what has arrived whole, drops the rest, closes the files. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.parts.lane.forget(this);
    this.#kick();
    await this.#work;
    await this.#open.close();
    await this.parts.ledger.save();
  }

  /** Like `stop`, but what has arrived is dropped too: the transfer is over. */
  async abort(): Promise<void> {
    this.#giveUp();
    this.parts.lane.forget(this);
    await this.#work;
    await this.#open.close();
  }

  #whole(chunk: ChunkAnnouncement, bytes: Uint8Array): void {
    this.#arrived.push({ chunk, bytes });
    this.#arrivedBytes += bytes.length;
    if (!this.#paused && this.#arrivedBytes >= RECEIVE_QUEUE_BYTES_MAX) {
      this.#paused = true;
      this.parts.lane.session.pause();
    }
    this.#kick();
  }

  #kick(): void {
    if (this.#busy || !this.#hasWork()) return;
    this.#busy = true;
    this.#work = this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#hasWork()) {
        const next = this.#arrived.shift();
        if (next) await this.#write(next);
        if (this.#commitDue()) await this.#commit();
      }
    } catch (error) {
      const failure = SansfilError.from(error);
      const first = !this.#failed;
      this.#giveUp();
      if (first) this.parts.failed(failure);
    } finally {
      this.#busy = false;
    }
  }

  #hasWork(): boolean {
    return !this.#failed && (this.#arrived.length > 0 || this.#commitDue());
  }

  /** Often enough that the sender's window never runs dry, seldom enough that a sync covers many chunks and small files. */
  #commitDue(): boolean {
    if (this.#written.length === 0 && !this.#mayFinish()) return false;
    if (this.#unsyncedBytes >= SYNC_BYTES || this.#open.size >= PARTS_OPEN_MAX) return true;
    return this.#arrived.length === 0 && (this.#stopping || this.parts.lane.openStreams(this) === 0);
  }

  #mayFinish(): boolean {
    for (const item of this.#ended.keys()) if (this.parts.ledger.missing(item) === 0) return true;
    return false;
  }

  async #write({ chunk, bytes }: Arrived): Promise<void> {
    const { ledger, cipher, pool } = this.parts;
    const { item, index, hash, tag, length } = chunk;
    try {
      const plain = await cipher.open(chunkPlace(ledger, item, index), { hash, tag, ciphertext: bytes });
      const part = await this.#open.get(item);
      await part.write(index * ledger.manifest.chunkBytes, plain);
    } finally {
      pool.give(bytes);
      this.#arrivedBytes -= length;
      this.#resumeIfRoom();
    }
    this.#written.push(chunk);
    this.#unsyncedBytes += length;
  }

  async #commit(): Promise<void> {
    const { ledger, lane } = this.parts;
    const written = this.#written;
    this.#written = [];
    await this.#open.sync();
    for (const { item, index, hash } of written) {
      await ledger.loadHashes(item);
      ledger.setHash(item, index, hash);
      ledger.add(item, index);
      this.#coming.get(item)?.delete(index);
    }
    await ledger.saveBitmap();
    await ledger.saveIfMuch();
    const ranges = rangesOf(written);
    for (let at = 0; at < ranges.length; at += CHUNK_RANGES_PER_RECORD_MAX) {
      lane.session.send({ type: 'chunksOk', transferId: ledger.manifest.transferId, ranges: ranges.slice(at, at + CHUNK_RANGES_PER_RECORD_MAX) });
    }
    const bytes = written.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#unsyncedBytes -= bytes;
    this.parts.stored(bytes);
    await this.#checkSpace(bytes);
    await this.#finishEnded();
  }

  async #finishEnded(): Promise<void> {
    const { ledger, lane } = this.parts;
    const ready = [...this.#ended].filter(([item]) => ledger.missing(item) === 0);
    if (ready.length === 0) return;
    const finished: FinishedItem[] = [];
    for (const [item, hash] of ready) {
      finished.push({ item, path: await finishItem(this.parts, this.#open, item, hash) });
      this.#ended.delete(item);
      this.#wanted.delete(item);
      this.#coming.delete(item);
    }
    await this.parts.finished(finished);
    // The transfer ended while its last files got their names: the sender has heard how.
    if (this.#failed) return;
    for (const [item, hash] of ready) lane.session.send({ type: 'done', transferId: ledger.manifest.transferId, item, hash });
    if (this.#wanted.size === 0) this.parts.completed();
  }

  async #checkSpace(bytes: number): Promise<void> {
    this.#uncheckedBytes += bytes;
    if (this.#uncheckedBytes < FREE_SPACE_CHECK_BYTES) return;
    this.#uncheckedBytes = 0;
    const { ledger, sink } = this.parts;
    const total = ledger.manifest.items.reduce((sum, item) => sum + item.bytes, 0);
    if ((await sink.freeBytes()) < total - ledger.bytes) throw new SansfilError('DISK_FULL');
  }

  #resumeIfRoom(): void {
    if (!this.#paused || this.#arrivedBytes > RECEIVE_QUEUE_BYTES_MAX / 2) return;
    this.#paused = false;
    this.parts.lane.session.resume();
  }

  #giveUp(): void {
    this.#failed = true;
    for (const { bytes } of this.#arrived.splice(0)) {
      this.#arrivedBytes -= bytes.length;
      this.parts.pool.give(bytes);
    }
    this.#resumeIfRoom();
  }
}

function rangesOf(chunks: readonly ChunkAnnouncement[]): ChunkRange[] {
  const sorted = [...chunks].sort((a, b) => a.item - b.item || a.index - b.index);
  const ranges: { item: number; from: number; to: number }[] = [];
  for (const { item, index } of sorted) {
    const last = ranges[ranges.length - 1];
    if (last && last.item === item && last.to === index) last.to++;
    else ranges.push({ item, from: index, to: index + 1 });
  }
  return ranges;
}
