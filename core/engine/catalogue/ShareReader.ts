import { SansfilError } from '../../base/errors.js';
import type { ShareId } from '../../base/ids.js';
import { SHARE_BATCH, SHARE_SAVE_BYTES, SHARE_SAVE_MS, STORE_RETRY_MS } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { FileSource } from '../../ports/files.js';
import type { ReadItem, ShareItem, ShareStore } from '../../ports/shareStore.js';
import type { Facts } from '../contracts.js';
import { ProgressMeter } from '../transfers/ProgressMeter.js';
import { ContentReader, type ChunkHash } from './ContentReader.js';
import { lookThrough } from './lookThrough.js';
import type { Share, ShareBook } from './ShareBook.js';

export interface ShareReaderParts {
  readonly book: ShareBook;
  readonly store: ShareStore;
  readonly source: FileSource;
  readonly hash: ChunkHash;
  readonly chunkBytes: number;
  readonly clock: Clock;
  readonly facts: Facts;
}

/** `look`: through the whole share first. `read`: only what is known to wait. */
type Task = 'look' | 'read';

/** What a rejected store means for the work: try again, or leave it for the next start. */
const RETRIED: readonly string[] = ['STORE_FAILED', 'DISK_FULL'];

/**
 * Looks through shares and reads what is new in them, in the background: one share at a time, one file at a time. What
 * was read to its end is written down and not read again; of a large file also how far that came.
 */
export class ShareReader {
  readonly #tasks = new Map<ShareId, Task>();
  readonly #content: ContentReader;
  #running: Promise<void> | undefined;
  #rest: { readonly timer: Timer; readonly wake: () => void } | undefined;
  #stopped = false;

  constructor(private readonly parts: ShareReaderParts) {
    const { store, source, hash, chunkBytes, clock } = parts;
    this.#content = new ContentReader({ store, source, hash, chunkBytes, clock });
  }

  /** Asked for one that is being read, it is done once more. */
  want(id: ShareId, task: Task): void {
    if (this.#stopped) return;
    if (this.#tasks.get(id) !== 'look') this.#tasks.set(id, task);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is read any more; what was read before is written down at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#rest) {
      this.parts.clock.clearTimeout(this.#rest.timer);
      this.#rest.wake();
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is wanted in one go is known before the first of it begins.
    await Promise.resolve();
    for (let next = this.#next(); next; next = this.#next()) {
      const [id, task] = next;
      try {
        await this.#carryOut(id, task);
      } catch (error) {
        await this.#failed(id, task, SansfilError.from(error));
      }
    }
    this.#content.release();
    this.#running = undefined;
  }

  #next(): readonly [ShareId, Task] | undefined {
    const [next] = this.#tasks;
    if (this.#stopped || next === undefined) return undefined;
    this.#tasks.delete(next[0]);
    return next;
  }

  async #failed(id: ShareId, task: Task, error: SansfilError): Promise<void> {
    if (error.code === 'STOPPED' || this.#stopped) return;
    if (!RETRIED.includes(error.code)) {
      return this.parts.facts.publish({ type: 'fault', where: 'catalogue', code: error.code, detail: error.message.slice(0, 200) });
    }
    this.want(id, task);
    await new Promise<void>((wake) => {
      this.#rest = { timer: this.parts.clock.setTimeout(() => wake(), STORE_RETRY_MS), wake };
    });
    this.#rest = undefined;
  }

  async #carryOut(id: ShareId, task: Task): Promise<void> {
    const { book } = this.parts;
    const before = book.get(id);
    if (!before) return;
    const trouble = task === 'look' ? await this.#look(id, before) : undefined;
    const { waiting } = await book.count(id);
    if (trouble === undefined && waiting.items > 0) await this.#readAll(id);
    if (!this.#isWanted(id)) return;
    await this.#settle(id, before, trouble);
  }

  /** A share that was removed, or a device that stops, is not worked for. */
  #isWanted(id: ShareId): boolean {
    return !this.#stopped && this.parts.book.get(id) !== undefined;
  }

  /** Why it cannot be shared as it is; undefined when all of it was seen. */
  async #look(id: ShareId, { record }: Share): Promise<SansfilError | undefined> {
    const { book, store, source } = this.parts;
    const scan = record.scan + 1;
    await book.change(id, { scan, ...(record.state === 'failed' ? { state: 'hashing' } : {}) });
    try {
      const survey = await source.survey(record.path);
      for await (const items of lookThrough(survey)) {
        if (!this.#isWanted(id)) return undefined;
        await store.note(id, scan, items);
      }
    } catch (error) {
      const trouble = SansfilError.from(error);
      if (trouble.code !== 'FILE_UNREADABLE' && trouble.code !== 'SHARE_LIMIT') throw trouble;
      return trouble;
    }
    if (this.#isWanted(id)) await store.prune(id, scan);
    return undefined;
  }

  async #readAll(id: ShareId): Promise<void> {
    const { book, store, facts, clock } = this.parts;
    await book.change(id, { state: 'hashing' });
    const counts = book.get(id)?.counts;
    const done = counts?.hashed.bytes ?? 0;
    const total = Math.min(done + (counts?.waiting.bytes ?? 0), Number.MAX_SAFE_INTEGER);
    const meter = new ProgressMeter(clock, (bytes, bytesPerSecond) => facts.publish({ type: 'share.progressed', id, bytes, total, bytesPerSecond }));
    meter.start(done);
    const batch = new Batch(clock, async (read, ofBytes) => {
      await store.finish(read);
      book.advance(id, read, ofBytes);
    });
    let bytes = done;
    for (let after = 0; ;) {
      const items = await store.items(id, 'waiting', after, SHARE_BATCH);
      if (items.length === 0) break;
      for (const item of items) {
        const begun = bytes;
        const read = await this.#content.read(item, (inFile) => {
          meter.update(Math.min(begun + inFile, total));
          return this.#isWanted(id);
        });
        if (read === undefined) return batch.save();
        after = item.position;
        bytes += item.bytes;
        await batch.add(read, item);
      }
    }
    await batch.save();
  }

  async #settle(id: ShareId, before: Share, trouble: SansfilError | undefined): Promise<void> {
    const { book, store, facts } = this.parts;
    const { hashed, refused } = await book.count(id);
    const [first] = hashed.items === 0 && refused.items > 0 ? await store.items(id, 'refused', 0, 1) : [];
    const code = trouble?.code ?? first?.code;
    if (code !== undefined) {
      await book.change(id, { state: 'failed', code });
      return facts.publish({ type: 'share.failed', id, code });
    }
    const known = book.get(id);
    if (known === undefined) return;
    const { counts, record } = before;
    const news = record.state !== 'ready' || counts.hashed.items !== hashed.items || counts.hashed.bytes !== hashed.bytes || known.record.state !== 'ready';
    if (known.record.state !== 'ready') await book.change(id, { state: 'ready' });
    if (news) facts.publish({ type: 'share.ready', id, items: hashed.items, bytes: hashed.bytes, refused: refused.items });
  }
}

/** Files that were read and are not yet written down: few, or of a moment, so that a crash costs little. */
class Batch {
  #read: ReadItem[] = [];
  #bytes = 0;
  #savedMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly write: (read: readonly ReadItem[], bytes: number) => Promise<void>,
  ) {
    this.#savedMs = clock.monotonic();
  }

  async add(read: ReadItem, { bytes }: ShareItem): Promise<void> {
    this.#read.push(read);
    this.#bytes += bytes;
    const isDue = this.#read.length >= SHARE_BATCH || this.#bytes >= SHARE_SAVE_BYTES || this.clock.monotonic() - this.#savedMs >= SHARE_SAVE_MS;
    if (isDue) await this.save();
  }

  async save(): Promise<void> {
    if (this.#read.length > 0) await this.write(this.#read, this.#bytes);
    this.#read = [];
    this.#bytes = 0;
    this.#savedMs = this.clock.monotonic();
  }
}
