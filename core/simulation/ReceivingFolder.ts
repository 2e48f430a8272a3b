import { SansfilError } from '../base/errors.js';
import type { TransferId } from '../base/ids.js';
import type { FileSink } from '../ports/files.js';
import { numberedName, safeRelativeName } from '../protocol/fileNames.js';
import type { Passage } from './stores/passage.js';
import { VolatileFile, type Survival } from './VolatileFile.js';

export interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  readonly mode: number;
}

interface FileMeta {
  readonly modifiedMs: number;
  readonly mode: number;
}

/** Parts and complete files of one device, changed at once. A complete file is a second name of its part, as on a real disk. */
export class ReceivingFolder {
  /** Complete files by name, relative to the receiving folder. */
  readonly received = new Map<string, MemoryFile>();
  capacityBytes = Infinity;
  readonly #parts = new Map<string, VolatileFile>();
  /** Which part a complete file is another name of. */
  readonly #links = new Map<string, string>();
  /** Those a power cut would change; the part of some is gone and the complete file stays. */
  readonly #unsynced = new Set<VolatileFile>();

  get partCount(): number {
    return this.#parts.size;
  }

  part(transfer: TransferId, item: number): VolatileFile {
    const key = keyOf(transfer, item);
    const part = this.#parts.get(key) ?? new VolatileFile();
    this.#parts.set(key, part);
    return part;
  }

  /** @throws SansfilError DISK_FULL */
  write(part: VolatileFile, offset: number, bytes: Uint8Array): void {
    const growth = Math.max(0, offset + bytes.length - part.length);
    if (this.freeBytes() < growth) throw new SansfilError('DISK_FULL');
    part.write(offset, bytes);
    this.#unsynced.add(part);
  }

  sync(part: VolatileFile): void {
    part.sync();
    this.#unsynced.delete(part);
  }

  /** Makes nothing durable but the name: who did not sync before has a file that a power cut changes. */
  finish(transfer: TransferId, item: number, name: string, { modifiedMs, mode }: FileMeta): string {
    const key = keyOf(transfer, item);
    const part = this.#parts.get(key);
    if (!part) throw new SansfilError('STORE_FAILED', 'there is no such part');
    const safe = safeRelativeName(name);
    const slash = safe.lastIndexOf('/') + 1;
    for (let n = 1; ; n++) {
      const path = safe.slice(0, slash) + numberedName(safe.slice(slash), n);
      if (this.#links.get(path) === key) return path;
      if (this.received.has(path)) continue;
      this.received.set(path, {
        get bytes() {
          return part.bytes;
        },
        modifiedMs,
        mode: mode & 0o666,
      });
      this.#links.set(path, key);
      return path;
    }
  }

  discard(transfer: TransferId): void {
    this.#remove((key) => key.startsWith(transfer));
  }

  sweep(keep: ReadonlySet<TransferId>): void {
    const kept: ReadonlySet<string> = keep;
    this.#remove((key) => !kept.has(key.slice(0, 32)));
  }

  freeBytes(): number {
    if (this.capacityBytes === Infinity) return Infinity;
    let used = 0;
    for (const part of this.#parts.values()) used += part.length;
    return Math.max(0, this.capacityBytes - used);
  }

  /** The power is cut. */
  crash(survives: Survival): void {
    for (const part of this.#unsynced) part.crash(survives);
    this.#unsynced.clear();
  }

  #remove(chosen: (key: string) => boolean): void {
    for (const key of [...this.#parts.keys()]) if (chosen(key)) this.#parts.delete(key);
    for (const [path, key] of [...this.#links]) if (chosen(key)) this.#links.delete(path);
  }
}

const keyOf = (transfer: TransferId, item: number): string => `${transfer}-${item}`;

/** The port over a folder that a passage leads to. As on a real disk, what is written is taken from the caller's buffer. */
export const sinkThrough = (folder: ReceivingFolder, pass: Passage): FileSink => ({
  part: async (transfer, item) => {
    const part = await pass('cache', () => folder.part(transfer, item));
    return {
      write: (offset, bytes) => pass('cache', () => folder.write(part, offset, bytes)),
      read: (offset, into) => pass('read', () => part.read(offset, into)),
      sync: () => pass('write', () => folder.sync(part)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  },
  finish: (transfer, item, name, meta) => pass('write', () => folder.finish(transfer, item, name, meta)),
  discard: (transfer) => pass('remove', () => folder.discard(transfer)),
  sweep: (keep) => {
    const kept = new Set(keep);
    return pass('remove', () => folder.sweep(kept));
  },
  freeBytes: () => pass('read', () => folder.freeBytes()),
});
