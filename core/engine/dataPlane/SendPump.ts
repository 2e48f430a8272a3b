import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { CHUNK_RANGES_PER_RECORD_MAX, SMALL_READ_BYTES, TRANSFER_CHUNKS_MAX, TRANSFER_WINDOW_BYTES } from '../../base/limits.js';
import type { ChunkPlace, FileCipher } from '../../ports/fileCipher.js';
import type { FileSource, SourceFile } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { ChunkRange } from '../../protocol/recordFields.js';
import { wholeMs } from '../../protocol/manifest.js';
import { ofItem } from '../transfers/ItemError.js';
import type { BufferPool } from './BufferPool.js';
import type { BulkLane } from './BulkLane.js';
import type { ChunkLedger } from './ChunkLedger.js';
import { ChunkSender } from './ChunkSender.js';
import { CreditWindow } from './CreditWindow.js';
import { SmallReads } from './SmallReads.js';

export interface SendPumpParts {
  readonly lane: BulkLane;
  readonly ledger: ChunkLedger;
  readonly source: FileSource;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly pool: BufferPool;
  /** Local path of every item. */
  readonly paths: readonly string[];
  /** Items that the receiver wants, ascending; what of them it holds stands in the ledger. */
  readonly items: ReadonlySet<number>;
  /** The receiver has these further bytes on its disk. */
  readonly confirmed: (bytes: number) => void;
}

/** Moves the bytes of one transfer over one session: reads, seals, announces, sends, within a window of unconfirmed bytes. */
export class SendPump {
  readonly #window = new CreditWindow(TRANSFER_WINDOW_BYTES);
  /** Chunks sent and not confirmed, as item × TRANSFER_CHUNKS_MAX + index. */
  readonly #flying = new Set<number>();
  /** Items of which DONE was sent, with the hash it told. */
  readonly #told = new Map<number, Uint8Array>();
  readonly #sender: ChunkSender;
  readonly #small: SmallReads;
  /** Files that are closed when nobody reads them any more. */
  #closing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(private readonly parts: SendPumpParts) {
    const { ledger, paths, items } = parts;
    this.#sender = new ChunkSender(parts, ledger.manifest.chunkBytes);
    const small = [...items].filter((item) => this.#isSmall(item) && !this.#isDone(item, 0));
    this.#small = new SmallReads(
      parts,
      small.map((item) => ({ item, path: paths[item] ?? '', bytes: ledger.length(item, 0) })),
    );
  }

  /**
   * True when everything wanted was sent, false when it was stopped before that.
   * @throws SansfilError FILE_UNREADABLE | FILE_CHANGED
   */
  async run(): Promise<boolean> {
    try {
      for (const item of this.parts.items) {
        if (!(await this.#sendItem(item))) break;
      }
      await this.#sender.settled();
      return !this.#stopped;
    } finally {
      this.#sender.stop();
      await this.#sender.settledSoFar();
      await this.#small.close();
      await this.#closing;
    }
  }

  /** A chunk that was announced is still sent whole (PROTOCOL [P-6.5]). */
  stop(): void {
    this.#stopped = true;
    this.#window.close();
    this.#sender.stop();
  }

  /** @throws SansfilError RECORD_MALFORMED for chunks that are not on their way */
  chunksOk(ranges: readonly ChunkRange[]): void {
    const { ledger } = this.parts;
    if (ranges.length > CHUNK_RANGES_PER_RECORD_MAX) throw new SansfilError('RECORD_MALFORMED', 'too many ranges in one record');
    let bytes = 0;
    for (const { item, from, to } of ranges) {
      if (from >= to) throw new SansfilError('RECORD_MALFORMED', 'an empty range of chunks');
      for (let index = from; index < to; index++) {
        if (index >= ledger.count(item) || !this.#flying.delete(flightKey(item, index))) {
          throw new SansfilError('RECORD_MALFORMED', 'a chunk was confirmed that is not on its way');
        }
        ledger.add(item, index);
        bytes += ledger.length(item, index);
      }
    }
    this.#window.release(bytes);
    this.parts.confirmed(bytes);
  }

  /**
   * The receiver says that an item is complete: it must be one that was sent, and the same.
   * @throws SansfilError RECORD_MALFORMED | FILE_HASH_MISMATCH
   */
  completed(item: number, hash: Uint8Array): void {
    if (!this.parts.items.has(item)) return;
    const told = this.#told.get(item);
    if (!told) throw new SansfilError('RECORD_MALFORMED', 'an item was confirmed that was not sent');
    if (!constantTimeEqual(told, hash)) throw new SansfilError('FILE_HASH_MISMATCH');
  }

  /** Resolves when the item's last chunk is on its way to the lane; DONE follows it in order. */
  async #sendItem(item: number): Promise<boolean> {
    const { ledger, lane, primitives } = this.parts;
    await ledger.loadHashes(item);
    if (!(await this.#sendChunks(item))) return false;
    this.#sender.after(async () => {
      const hash = primitives.hash(ledger.hashes(item));
      // The hash of a single chunk is found again by reading it once.
      if (ledger.count(item) > 1) await ledger.saveHashes([item]);
      ledger.release(item);
      this.#told.set(item, hash);
      if (!lane.session.send({ type: 'done', transferId: ledger.manifest.transferId, item, hash })) await lane.drained();
    });
    return true;
  }

  async #sendChunks(item: number): Promise<boolean> {
    if (this.parts.ledger.count(item) === 1) return this.#sendOnly(item);
    let file: SourceFile | undefined;
    try {
      for (const index of this.#missingFirst(item)) {
        if (this.#stopped) return false;
        file ??= await this.#open(item);
        const opened = file;
        if (!(await this.#chunk(item, index, (into) => opened.read(index * this.parts.ledger.manifest.chunkBytes, into)))) return false;
      }
    } finally {
      if (file) this.#closeAfterwards(file);
    }
    // The parts of it must belong together.
    if (file) this.#sender.after(async () => (await this.#open(item))[Symbol.asyncDispose]());
    return true;
  }

  /** A file of one chunk is opened when it is read, at one moment with those behind it. */
  async #sendOnly(item: number): Promise<boolean> {
    if (this.#stopped) return false;
    if (this.#isDone(item, 0)) return true;
    if (this.#isSmall(item)) {
      return this.#chunk(item, 0, async (into) => {
        const found = await this.#small.read(item, into);
        this.#mustBeTheSame(item, found);
        return found.bytes;
      });
    }
    return this.#chunk(item, 0, async (into) => {
      const file = await this.#open(item);
      try {
        return await file.read(0, into);
      } finally {
        await file[Symbol.asyncDispose]();
      }
    });
  }

  /** The chunks the receiver lacks, and then those of which a crash lost only what they hash to: nobody waits for these. */
  *#missingFirst(item: number): Iterable<number> {
    const { ledger } = this.parts;
    const count = ledger.count(item);
    const held = Array.from({ length: count }, (_, index) => ledger.has(item, index));
    for (let index = 0; index < count; index++) if (!held[index]) yield index;
    for (let index = 0; index < count; index++) if (held[index] && !this.#isDone(item, index)) yield index;
  }

  #isDone(item: number, index: number): boolean {
    const { ledger } = this.parts;
    return ledger.has(item, index) && ledger.hash(item, index) !== undefined;
  }

  async #chunk(item: number, index: number, readSome: (into: Uint8Array) => Promise<number>): Promise<boolean> {
    const { ledger } = this.parts;
    const length = ledger.length(item, index);
    const read = (into: Uint8Array): Promise<void> =>
      ofItem(item, async () => {
        if ((await readSome(into)) !== length) throw new SansfilError('FILE_CHANGED', 'the file became shorter');
      });
    if (ledger.has(item, index)) {
      await this.#hashAgain(item, index, length, read);
      return true;
    }
    if (!(await this.#window.take(length))) return false;
    const sealed = (hash: Uint8Array): boolean => {
      ledger.setHash(item, index, hash);
      this.#flying.add(flightKey(item, index));
      return true;
    };
    if (!(await this.#sender.send({ place: chunkPlace(ledger, item, index), length, read, sealed }))) return false;
    this.#sender.after(() => ledger.saveIfMuch());
    return true;
  }

  /** The receiver holds it; only what it hashes to was lost. */
  async #hashAgain(item: number, index: number, length: number, read: (into: Uint8Array) => Promise<void>): Promise<void> {
    const { ledger, pool, primitives } = this.parts;
    const buffer = pool.take(length);
    try {
      await read(buffer);
      ledger.setHash(item, index, primitives.hash(buffer));
    } finally {
      pool.give(buffer);
    }
  }

  /** Chunks of it may still be being read. */
  #closeAfterwards(file: SourceFile): void {
    const closing = this.#sender.settledSoFar().then(() => file[Symbol.asyncDispose]());
    this.#closing = Promise.all([this.#closing, closing]).then(() => undefined);
  }

  #open(item: number): Promise<SourceFile> {
    return ofItem(item, async () => {
      const { source, paths } = this.parts;
      const file = await source.open(paths[item] ?? '');
      try {
        this.#mustBeTheSame(item, file);
        return file;
      } catch (error) {
        await file[Symbol.asyncDispose]();
        throw error;
      }
    });
  }

  #mustBeTheSame(item: number, found: { readonly bytes: number; readonly modifiedMs: number }): void {
    const expected = this.parts.ledger.manifest.items[item];
    if (found.bytes !== expected?.bytes || wholeMs(found.modifiedMs) !== expected.modifiedMs) throw new SansfilError('FILE_CHANGED');
  }

  #isSmall(item: number): boolean {
    const { ledger } = this.parts;
    return ledger.count(item) === 1 && ledger.length(item, 0) <= SMALL_READ_BYTES / 4;
  }
}

const flightKey = (item: number, index: number): number => item * TRANSFER_CHUNKS_MAX + index;

export function chunkPlace(ledger: ChunkLedger, item: number, index: number): ChunkPlace {
  const { transferId, aead, items } = ledger.manifest;
  return { fileKey: ledger.fileKey, transferId, aead, item, index, itemBytes: items[item]?.bytes ?? 0 };
}
