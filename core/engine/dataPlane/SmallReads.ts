import { SansfilError } from '../../base/errors.js';
import { SMALL_READ_BYTES, SMALL_READ_FILES } from '../../base/limits.js';
import type { FileSource, FoundFile } from '../../ports/files.js';
import type { BufferPool } from './BufferPool.js';

export interface SmallReadsParts {
  readonly source: Pick<FileSource, 'readMany'>;
  readonly pool: BufferPool;
}

export interface SmallSource {
  readonly item: number;
  readonly path: string;
  /** At most SMALL_READ_BYTES. */
  readonly bytes: number;
}

interface Group {
  readonly memory: Uint8Array;
  readonly found: Promise<readonly FoundFile[]>;
  /** Files that nobody has taken out yet. */
  left: number;
}

interface Place {
  readonly group: Group;
  readonly at: number;
  readonly offset: number;
}

/**
 * Reads small files many at a time, in the order in which they are then asked for, one group ahead: to open, look at, read
 * and close each with calls of its own takes longer than all the rest that is done with it.
 */
export class SmallReads {
  readonly #places = new Map<number, Place>();
  #next = 0;

  constructor(
    private readonly parts: SmallReadsParts,
    /** In the order in which `read` is called for them. */
    private readonly files: readonly SmallSource[],
  ) {}

  /** Fills `into`, as long as the file is said to be, if it is; what it was like. @throws SansfilError FILE_UNREADABLE */
  async read(item: number, into: Uint8Array): Promise<{ readonly bytes: number; readonly modifiedMs: number }> {
    const place = this.#place(item);
    if (!place) throw new SansfilError('BUG', 'a small file was asked for that was not announced');
    const { group, at, offset } = place;
    try {
      const found = (await group.found)[at];
      if (!found || SansfilError.is(found)) throw found ?? new SansfilError('BUG', 'a file was passed over');
      into.set(group.memory.subarray(offset, offset + into.length));
      return found;
    } finally {
      this.#places.delete(item);
      if (--group.left === 0) this.parts.pool.give(group.memory);
    }
  }

  /** Gives back what was read and will not be asked for. */
  async close(): Promise<void> {
    this.#next = this.files.length;
    const groups = new Set([...this.#places.values()].map(({ group }) => group));
    this.#places.clear();
    for (const group of groups) {
      await group.found;
      this.parts.pool.give(group.memory);
    }
  }

  /** The group of an item, and the one after it, are being read. */
  #place(item: number): Place | undefined {
    while (!this.#places.has(item) && this.#next < this.files.length) this.#readGroup();
    const place = this.#places.get(item);
    if (place?.at === 0) this.#readGroup();
    return place;
  }

  #readGroup(): void {
    const files: SmallSource[] = [];
    let bytes = 0;
    for (let next = this.files[this.#next]; next && files.length < SMALL_READ_FILES; next = this.files[this.#next]) {
      if (files.length > 0 && bytes + next.bytes > SMALL_READ_BYTES) break;
      files.push(next);
      bytes += next.bytes;
      this.#next++;
    }
    if (files.length === 0) return;
    const memory = this.parts.pool.take(SMALL_READ_BYTES);
    // A call that fails is the failure of each of its files: whoever asks for one hears of it.
    const found = this.parts.source.readMany(files, memory).catch((error: unknown) => files.map(() => SansfilError.from(error, 'FILE_UNREADABLE')));
    const group = { memory, found, left: files.length };
    let offset = 0;
    for (const [at, file] of files.entries()) {
      this.#places.set(file.item, { group, at, offset });
      offset += file.bytes;
    }
  }
}
