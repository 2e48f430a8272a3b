import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { HASHES_PER_RECORD, SEEKS_PENDING_MAX, SERVING_CHUNKS_MAX, TRANSFER_CHUNKS_MAX, TRANSFER_ITEMS_MAX } from '../../base/limits.js';
import { hasBit } from '../../protocol/bitmap.js';
import { makesRoot } from '../../protocol/contentRoot.js';
import type { SoughtItem } from '../../protocol/fetchRecords.js';
import type { CancelReason } from '../../protocol/frames.js';
import { chunkCount, chunkLength } from '../../protocol/manifest.js';
import type { ChunkRange } from '../../protocol/recordFields.js';
import { ChunkSender } from '../dataPlane/ChunkSender.js';
import { EarlyWants } from './EarlyWants.js';
import { haveRecords } from './have.js';
import type { ContentFile, HeldContent } from './HeldContent.js';
import type { FetchKey, ServingParts } from './servingParts.js';

interface Served {
  readonly root: Uint8Array;
  readonly content: HeldContent;
  /** What the receiver was told last. */
  told: Uint8Array;
  /** Of its chunks, when there are several; once one was asked for. */
  hashes?: Uint8Array;
}

interface Opened {
  readonly item: number;
  readonly file: Promise<ContentFile>;
}

/** What one friend fetches from this device: answers what is sought, and sends what is wanted, chunk after chunk. */
export class Serving {
  readonly #items = new Map<number, Served>();
  #wanted: { readonly item: number; readonly index: number }[] = [];
  readonly #early = new EarlyWants();
  #opened: Opened | undefined;
  readonly #sender: ChunkSender;
  #running = false;
  #work: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #pending = 0;
  /** Of what is pending, SEEK. */
  #seeking = 0;
  #over = false;

  constructor(
    private readonly key: FetchKey,
    private readonly parts: ServingParts,
  ) {
    this.#sender = new ChunkSender(parts, key.chunkBytes);
  }

  /** A SEEK. @throws SansfilError RECORD_MALFORMED when it does not go with those before */
  seek(key: FetchKey, items: readonly SoughtItem[]): void {
    const same = key.aead === this.key.aead && key.chunkBytes === this.key.chunkBytes && constantTimeEqual(key.fileKey, this.key.fileKey);
    if (!same) throw new SansfilError('RECORD_MALFORMED', 'a fetch changed its key');
    if (++this.#pending > SEEKS_PENDING_MAX) throw new SansfilError('RECORD_MALFORMED', 'too much is sought at once');
    const kept = items.map(({ item, bytes, root }) => ({ item, bytes, root: root.slice() }));
    this.#seeking++;
    this.#looking = this.#looking.then(() => this.#look(kept)).catch((error: unknown) => this.#fail(error));
  }

  /** A WANT. @throws SansfilError RECORD_MALFORMED for chunks it was never told of */
  want(ranges: readonly ChunkRange[]): void {
    // It was said before the answer to the SEEK that is being looked at.
    if (this.#seeking > 0) return this.#early.keep(ranges);
    for (const { item, from, to } of ranges) {
      const served = this.#items.get(item);
      // What was withdrawn a moment ago: the receiver hears of it.
      if (!served) continue;
      if (to > this.#count(served)) throw new SansfilError('RECORD_MALFORMED', 'a chunk is wanted that the content does not have');
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
    if (from >= this.#count(served)) throw new SansfilError('RECORD_MALFORMED', 'hashes are wanted of chunks the content does not have');
    if (++this.#pending > SEEKS_PENDING_MAX) throw new SansfilError('RECORD_MALFORMED', 'too much is asked at once');
    this.#looking = this.#looking.then(() => this.#tellHashes(item, from, served)).catch((error: unknown) => this.#fail(error));
  }

  /** Content that grew, because this device fetches it too, is told of. */
  tellMore(from: object): void {
    const items: [number, Served][] = [];
    for (const [item, served] of this.#items) {
      if (served.content.from !== from) continue;
      const bitmap = served.content.bitmap();
      if (constantTimeEqual(bitmap, served.told)) continue;
      served.told = bitmap;
      items.push([item, served]);
    }
    if (items.length > 0) this.#tell(items);
  }

  /** What is not here any more is not offered any more; `all` that is read from that fetch, or is shared no longer. */
  async withdraw(isGone: (root: Uint8Array, content: HeldContent) => Promise<boolean>): Promise<void> {
    for (const [item, { root, content }] of [...this.#items]) {
      if (!this.#over && (await isGone(root, content))) this.#drop(item, 'gone');
    }
  }

  /** The receiver wants nothing more, or its session is gone. Resolves when nothing of it is open. */
  async end(): Promise<void> {
    if (!this.#over) this.#conclude();
    await this.#looking;
    await this.#work;
  }

  async #look(items: readonly SoughtItem[]): Promise<void> {
    const found: [number, Served][] = [];
    // What the receiver was told of before, and is not here now.
    const gone: [number, { readonly told: Uint8Array }][] = [];
    // What a fetch may have, whatever it seeks.
    let room = TRANSFER_CHUNKS_MAX + TRANSFER_ITEMS_MAX;
    const again = new Set(items.map(({ item }) => item));
    for (const [item, served] of this.#items) if (!again.has(item)) room -= this.#count(served) + 1;
    for (const { item, bytes, root } of items) {
      if (this.#over) return;
      const content = await this.parts.find(root, bytes);
      const before = this.#items.get(item);
      room -= content?.bytes === bytes ? chunkCount(bytes, this.key.chunkBytes) + 1 : 0;
      const isHere = content?.bytes === bytes && room >= 0;
      if (isHere) found.push([item, { root, content, told: content.bitmap() }]);
      else if (before) gone.push([item, { told: new Uint8Array(before.told.length) }]);
      if (!isHere) this.#items.delete(item);
    }
    this.#pending--;
    for (const [item, served] of found) this.#items.set(item, served);
    if (this.#over) return;
    if (found.length + gone.length > 0) this.#tell([...found, ...gone]);
    if (--this.#seeking === 0) this.#wanted.push(...this.#early.take((item) => this.#items.get(item)?.told));
    this.#kick();
    if (this.#items.size === 0 && this.#pending === 0) this.#cancel('gone');
  }

  #tell(items: readonly (readonly [number, { readonly told: Uint8Array }])[]): void {
    for (const record of haveRecords(this.key.transferId, items)) this.parts.lane.session.send(record);
  }

  async #tellHashes(item: number, from: number, served: Served): Promise<void> {
    this.#pending--;
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
        if (this.#over || !this.#items.has(item)) return false;
        if (trouble === undefined && this.#isRight(served, index, hash)) return true;
        this.#lost(item, served, trouble ?? new SansfilError('FILE_CHANGED'));
        return false;
      },
    });
  }

  /** Files of several chunks stay open from one to the next; many small ones are read side by side. */
  async #readerOf(item: number, served: Served): Promise<ContentFile['read']> {
    const { content } = served;
    if (this.#count(served) === 1) {
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
    this.#drop(item, SansfilError.from(error).code === 'FILE_CHANGED' ? 'changed' : 'gone');
    this.parts.find(root, content.bytes).catch(this.parts.fault);
  }

  /** One item is not here any more: with the last one ends all of it. */
  #drop(item: number, reason: CancelReason): void {
    const served = this.#items.get(item);
    if (!served || this.#over) return;
    this.#items.delete(item);
    this.#wanted = this.#wanted.filter((each) => each.item !== item);
    if (this.#items.size === 0) return this.#cancel(reason);
    this.#tell([[item, { told: new Uint8Array(served.told.length) }]]);
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

  #count({ content }: Served): number {
    return chunkCount(content.bytes, this.key.chunkBytes);
  }
}

const nothing = (): void => undefined;
