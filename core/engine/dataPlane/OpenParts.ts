import type { TransferId } from '../../base/ids.js';
import { PARTS_OPEN_MAX } from '../../base/limits.js';
import type { FileSink, PartFile } from '../../ports/files.js';

interface Open {
  readonly part: Promise<PartFile>;
  /** Writes under way. */
  writing: number;
  /** Holds bytes that are not on the disk yet. */
  isDirty: boolean;
}

/** The part files of one transfer that are open, and which of them hold bytes that are not on the disk yet. */
export class OpenParts {
  readonly #parts = new Map<number, Open>();

  constructor(
    private readonly sink: Pick<FileSink, 'part'>,
    private readonly id: TransferId,
  ) {}

  get size(): number {
    return this.#parts.size;
  }

  get(item: number): Promise<PartFile> {
    return this.#open(item).part;
  }

  async write(item: number, offset: number, bytes: Uint8Array): Promise<void> {
    const open = this.#open(item);
    open.writing++;
    open.isDirty = true;
    try {
      await (await open.part).write(offset, bytes);
    } finally {
      open.writing--;
    }
  }

  /** What was written is on the disk; when there are many, only those in use and the last one stay open. */
  async sync(): Promise<void> {
    const parts = [...this.#parts.values()].filter(({ isDirty }) => isDirty);
    for (const open of parts) {
      open.isDirty = open.writing > 0;
      await (await open.part).sync();
    }
    if (this.#parts.size < PARTS_OPEN_MAX) return;
    const items = [...this.#parts.keys()].slice(0, -1);
    for (const item of items) if (this.#isIdle(item)) await this.close(item);
  }

  /** One, or all. */
  async close(item?: number): Promise<void> {
    for (const [at, { part }] of [...this.#parts]) {
      if (item !== undefined && at !== item) continue;
      this.#parts.delete(at);
      await (await part)[Symbol.asyncDispose]();
    }
  }

  #isIdle(item: number): boolean {
    const open = this.#parts.get(item);
    return open !== undefined && open.writing === 0 && !open.isDirty;
  }

  #open(item: number): Open {
    const known = this.#parts.get(item);
    if (known) return known;
    const open: Open = { part: this.sink.part(this.id, item), writing: 0, isDirty: false };
    // One that could not be opened is tried again by whoever asks next; this one hears of it.
    open.part.catch(() => this.#parts.delete(item));
    this.#parts.set(item, open);
    return open;
  }
}
