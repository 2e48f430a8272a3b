import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { HASHES_PER_RECORD, HASHES_WANTS_PENDING_MAX, SERVING_CHUNKS_MAX, TRANSFER_CHUNKS_MAX } from '../../base/limits.js';
import { bitmapBytes, hasBit } from '../../protocol/bitmap.js';
import { makesRoot } from '../../protocol/contentRoot.js';
import type { SoughtItem } from '../../protocol/fetchRecords.js';
import type { CancelReason } from '../../protocol/frames.js';
import { chunkCount, chunkLength } from '../../protocol/manifest.js';
import type { ChunkRange } from '../../protocol/recordFields.js';
import { ChunkSender } from '../dataPlane/ChunkSender.js';
import { EarlyWants } from './EarlyWants.js';
import { haveRecords } from './have.js';
import type { ContentFile, HeldContent } from './HeldContent.js';
import { ServedItems, type Served } from './ServedItems.js';
import type { FetchKey, ServingParts } from './servingParts.js';

type Told = readonly [item: number, { readonly told: Uint8Array }];

interface Opened {
  readonly item: number;
  readonly file: Promise<ContentFile>;
}

/** What one friend fetches from this device: answers what is sought, and sends what is wanted, chunk after chunk. */
export class Serving {
  readonly #items: ServedItems;
  #wanted: { readonly item: number; readonly index: number }[] = [];
  readonly #early = new EarlyWants();
  #opened: Opened | undefined;
  readonly #sender: ChunkSender;
  #running = false;
  #work: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  /** SEEK records that are being looked up. */
  #seeking = 0;
  #telling: Promise<void> = Promise.resolve();
  /** HASHES_WANT records that wait for their turn. */
  #toTell = 0;
  #over = false;

  constructor(
    private readonly key: FetchKey,
    private readonly parts: ServingParts,
  ) {
    this.#items = new ServedItems(key.chunkBytes);
    this.#sender = new ChunkSender(parts, key.chunkBytes);
  }

  /** What is kept of it: one for each item, and for each chunk. */
  get weight(): number {
    return this.#items.weight;
  }

  /** A SEEK. @throws SansfilError RECORD_MALFORMED when it does not go with those before */
  seek(key: FetchKey, items: readonly SoughtItem[]): void {
    const same = key.aead === this.key.aead && key.chunkBytes === this.key.chunkBytes && constantTimeEqual(key.fileKey, this.key.fileKey);
    if (!same) throw new SansfilError('RECORD_MALFORMED', 'a fetch changed its key');
    const kept = items.map(({ item, bytes, root }) => ({ item, bytes, root: root.slice() }));
    this.#seeking++;
    this.parts.seeking(1);
    // Never waits for the friend, who may not be read meanwhile.
    this.#looking = this.#looking
      .then(() => this.#look(kept))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.parts.seeking(-1));
  }

  /** A WANT. @throws SansfilError RECORD_MALFORMED for chunks it was never told of */
  want(ranges: readonly ChunkRange[]): void {
    for (const range of ranges) {
      const { item, from, to } = range;
      const served = this.#items.get(item);
      // It was said before the answer to a SEEK that is being looked at.
      if (this.#seeking > 0 && !this.#items.areTold(range)) {
        this.#early.keep(range);
        continue;
      }
      // What was withdrawn a moment ago: the receiver hears of it.
      if (!served) continue;
      if (to > this.#items.count(served)) throw new SansfilError('RECORD_MALFORMED', 'a chunk is wanted that the content does not have');
      if (this.#wanted.length + to - from > SERVING_CHUNKS_MAX) throw new SansfilError('RECORD_MALFORMED', 'too many chunks are wanted at once');
      for (let index = from; index < to; index++) {
        if (hasBit(served.told, index)) this.#wanted.push({ item, index });
        else throw new SansfilError('RECORD_MALFORMED', 'a chunk is wanted that is not here');
      }
    }
    this.#kick();
  }

  /** A HASHES_WANT. @throws SansfilError RECORD_MALFORMED */
  hashesWanted(item: number, from: number): void {
    const served = this.#items.get(item);
    if (!served) return;
    if (from >= this.#items.count(served)) throw new SansfilError('RECORD_MALFORMED', 'hashes are wanted of chunks the content does not have');
    if (++this.#toTell > HASHES_WANTS_PENDING_MAX) throw new SansfilError('RECORD_MALFORMED', 'too much is asked at once');
    this.#telling = this.#telling.then(() => this.#tellHashes(item, from, served)).catch((error: unknown) => this.#fail(error));
  }

  /** Content that grew, because this device fetches it too, is told of. */
  tellMore(from: object): void {
    const items = this.#items.grown(from);
    if (items.length > 0) this.#tell(items);
  }

  /** What is not here any more is not offered any more; `all` that is read from that fetch, or is shared no longer. */
  async withdraw(isGone: (root: Uint8Array, content: HeldContent) => Promise<boolean>): Promise<void> {
    const gone: Told[] = [];
    for (const [item, served] of this.#items.all) {
      if (this.#over) return;
      if (!(await isGone(served.root, served.content)) || this.#items.get(item) !== served) continue;
      // Nothing more of it is sent from here on, however long it takes to look at the others.
      this.#items.delete(item);
      gone.push([item, nothingOf(served)]);
    }
    this.#dropped(gone, 'gone');
  }

  /** The receiver wants nothing more, or its session is gone. Resolves when nothing of it is open. */
  async end(): Promise<void> {
    if (!this.#over) this.#conclude();
    await this.#looking;
    await this.#telling;
    await this.#work;
  }

  async #look(items: readonly SoughtItem[]): Promise<void> {
    const found: [number, Served][] = [];
    // What is not here: the receiver may have been told of it, by an answer to what it took back since.
    const gone: Told[] = [];
    let chunksGone = 0;
    for (const { item, bytes, root } of items) {
      if (this.#over) return;
      const content = await this.parts.find(root, bytes);
      const served = content?.bytes === bytes ? { root, content, told: content.bitmap() } : undefined;
      if (served && this.#items.weightOf(served) <= this.parts.room() + this.#items.weightOf(this.#items.get(item))) {
        this.#items.put(item, served);
        found.push([item, served]);
        continue;
      }
      this.#items.delete(item);
      const count = chunkCount(bytes, this.key.chunkBytes);
      chunksGone += count;
      // More than that is in no fetch.
      if (chunksGone <= TRANSFER_CHUNKS_MAX) gone.push([item, { told: new Uint8Array(bitmapBytes(count)) }]);
    }
    if (this.#over) return;
    const isLast = --this.#seeking === 0;
    if (isLast && this.#items.size === 0) return this.#cancel('gone');
    // Some may have been withdrawn while the others were looked up.
    const here = found.filter(([item, served]) => this.#items.get(item) === served);
    if (here.length + gone.length > 0) this.#tell([...here, ...gone]);
    if (isLast) this.#wanted.push(...this.#early.take((item) => this.#items.get(item)?.told));
    this.#kick();
  }

  #tell(items: readonly Told[]): void {
    for (const record of haveRecords(this.key.transferId, items)) this.parts.lane.session.send(record);
  }

  async #tellHashes(item: number, from: number, served: Served): Promise<void> {
    this.#toTell--;
    if (this.#over) return;
    const all = await this.#hashesOf(served);
    if (!all) return this.#lost(item, served, new SansfilError('FILE_CHANGED'));
    const hashes = all.subarray(32 * from, 32 * (from + HASHES_PER_RECORD));
    if (this.#over || hashes.length === 0) return;
    if (!this.parts.lane.session.send({ type: 'hashes', transferId: this.key.transferId, item, from, hashes })) await this.parts.lane.drained();
  }

  #kick(): void {
    if (this.#running || this.#wanted.length === 0) return;
    this.#running = true;
    this.#work = this.#run().catch((error: unknown) => this.#fail(error));
  }

  async #run(): Promise<void> {
    try {
      for (let next = this.#wanted.shift(); next && !this.#over; next = this.#wanted.shift()) {
        const served = this.#items.get(next.item);
        if (served && !(await this.#serve(next.item, next.index, served))) return;
      }
      await this.#sender.settled();
    } finally {
      this.#running = false;
      await this.#close();
      if (!this.#over) this.#kick();
    }
  }

  /** What is read is checked against the root before it is announced: a file may change without a trace. */
  async #serve(item: number, index: number, served: Served): Promise<boolean> {
    const { transferId, aead, fileKey, chunkBytes } = this.key;
    const itemBytes = served.content.bytes;
    const read = await this.#readerOf(item, served);
    let trouble: unknown;
    return this.#sender.send({
      place: { aead, fileKey, transferId, item, index, itemBytes },
      length: chunkLength(itemBytes, chunkBytes, index),
      read: async (into) => {
        try {
          if ((await read(index * chunkBytes, into)) !== into.length) throw new SansfilError('FILE_CHANGED', 'the file became shorter');
        } catch (error) {
          trouble = error;
        }
      },
      sealed: (hash) => {
        if (this.#over || !this.#items.get(item)) return false;
        if (trouble === undefined && this.#isRight(served, index, hash)) return true;
        this.#lost(item, served, trouble ?? new SansfilError('FILE_CHANGED'));
        return false;
      },
    });
  }

  /** Files of several chunks stay open from one to the next; many small ones are read side by side. */
  async #readerOf(item: number, served: Served): Promise<ContentFile['read']> {
    const { content } = served;
    if (this.#items.count(served) === 1) {
      return async (offset, into) => {
        await using file = await content.open();
        return await file.read(offset, into);
      };
    }
    if (this.#opened?.item !== item) {
      await this.#sender.settled();
      await this.#close();
      await this.#hashesOf(served);
      const opening = content.open();
      // Whoever reads hears of it.
      opening.catch(nothing);
      this.#opened = { item, file: opening };
    }
    const { file } = this.#opened;
    return async (offset, into) => (await file).read(offset, into);
  }

  /** Undefined when they are of another content: what changed was read anew meanwhile. */
  async #hashesOf(served: Served): Promise<Uint8Array | undefined> {
    const { content, root } = served;
    const hashes = served.hashes ?? (await content.hashes());
    if (served.hashes === undefined && this.#makesRoot(content.bytes, hashes, root)) served.hashes = hashes;
    return served.hashes;
  }

  #isRight({ content, root, hashes }: Served, index: number, hash: Uint8Array): boolean {
    if (hashes) return constantTimeEqual(hash, hashes.subarray(32 * index, 32 * (index + 1)));
    return this.#makesRoot(content.bytes, hash, root);
  }

  #makesRoot(bytes: number, hashes: Uint8Array, root: Uint8Array): boolean {
    return makesRoot((...parts) => this.parts.primitives.hash(...parts), bytes, hashes, root, this.key.chunkBytes);
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const [file] = await Promise.allSettled([opened?.file]);
    if (file.status === 'fulfilled') await file.value?.[Symbol.asyncDispose]();
  }

  /** The file is not what it was, or cannot be read; looked for again, it is read anew by whoever keeps it. */
  #lost(item: number, { root, content }: Served, error: unknown): void {
    this.parts.fault(error);
    const served = this.#items.get(item);
    this.#items.delete(item);
    if (served) this.#dropped([[item, nothingOf(served)]], SansfilError.from(error).code === 'FILE_CHANGED' ? 'changed' : 'gone');
    this.parts.find(root, content.bytes).catch(this.parts.fault);
  }

  /** They are not here any more: with the last one ends all of it. */
  #dropped(items: readonly Told[], reason: CancelReason): void {
    if (this.#over || items.length === 0) return;
    this.#wanted = this.#wanted.filter(({ item }) => this.#items.get(item));
    if (this.#items.size === 0) return this.#cancel(reason);
    this.#tell(items);
  }

  #cancel(reason: CancelReason): void {
    this.parts.lane.session.send({ type: 'cancel', transferId: this.key.transferId, reason });
    this.#conclude();
  }

  #conclude(): void {
    this.#over = true;
    this.#wanted = [];
    this.#sender.stop();
    this.parts.ended();
  }

  #fail(error: unknown): void {
    this.parts.fault(error);
    if (!this.#over) this.#cancel('gone');
  }
}

const nothingOf = ({ told }: Served): { readonly told: Uint8Array } => ({ told: new Uint8Array(told.length) });
const nothing = (): void => undefined;
