import type { TransferId } from '../../base/ids.js';
import { PARTS_OPEN_MAX } from '../../base/limits.js';
import type { FileSink, PartFile } from '../../ports/files.js';

/** The part files of one transfer that are open, and which of them hold bytes that are not on the disk yet. */
export class OpenParts {
  readonly #parts = new Map<number, PartFile>();

  constructor(
    private readonly sink: FileSink,
    private readonly id: TransferId,
  ) {}

  get size(): number {
    return this.#parts.size;
  }

  async get(item: number): Promise<PartFile> {
    const open = this.#parts.get(item);
    if (open) return open;
    const part = await this.sink.part(this.id, item);
    this.#parts.set(item, part);
    return part;
  }

  /** All of them are on the disk; only the one used last stays open when there are many. */
  async sync(): Promise<void> {
    for (const part of this.#parts.values()) await part.sync();
    if (this.#parts.size < PARTS_OPEN_MAX) return;
    const items = [...this.#parts.keys()];
    for (const item of items.slice(0, -1)) await this.close(item);
  }

  /** One, or all. */
  async close(item?: number): Promise<void> {
    for (const [at, part] of [...this.#parts]) {
      if (item !== undefined && at !== item) continue;
      this.#parts.delete(at);
      await part[Symbol.asyncDispose]();
    }
  }
}
