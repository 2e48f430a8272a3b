import { SansfilError } from '../base/errors.js';
import type { TransferId } from '../base/ids.js';
import type { FileSink, FileSource, PartFile, SourceEntry, SourceFile } from '../ports/files.js';
import { numberedName, safeRelativeName } from '../protocol/fileNames.js';

export interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  readonly mode: number;
}

/** Files of a simulated device, by absolute path; a path that others begin with is a folder. */
export class MemoryFileSource implements FileSource {
  readonly files = new Map<string, MemoryFile>();

  put(path: string, bytes: Uint8Array, modifiedMs = 0, mode = 0o644): void {
    this.files.set(path, { bytes, modifiedMs, mode });
  }

  list(path: string): Promise<readonly SourceEntry[]> {
    const base = path.slice(path.lastIndexOf('/') + 1);
    const found = [...this.files.keys()].filter((name) => name === path || name.startsWith(`${path}/`)).sort();
    if (found.length === 0) return Promise.reject(new SansfilError('FILE_UNREADABLE'));
    return Promise.resolve(found.map((name) => this.#entry(name, base + name.slice(path.length))));
  }

  open(path: string): Promise<SourceFile> {
    const file = this.files.get(path);
    if (!file) return Promise.reject(new SansfilError('FILE_UNREADABLE'));
    return Promise.resolve({
      bytes: file.bytes.length,
      modifiedMs: file.modifiedMs,
      read: (offset, into) => Promise.resolve(copyRange(file.bytes, offset, into)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  #entry(path: string, name: string): SourceEntry {
    const { bytes, modifiedMs, mode } = this.files.get(path) ?? { bytes: new Uint8Array(0), modifiedMs: 0, mode: 0 };
    return { path, name: name.normalize('NFC'), bytes: bytes.length, modifiedMs, mode };
  }
}

/** A growing file, and what a power cut would undo of it. */
class Part {
  #buffer = new Uint8Array(0);
  #length = 0;
  #unsynced: { readonly offset: number; readonly before: Uint8Array; readonly lengthBefore: number }[] = [];

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#unsynced.push({ offset, before: this.#buffer.slice(offset, end), lengthBefore: this.#length });
    this.#buffer.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
  }

  sync(): void {
    this.#unsynced = [];
  }

  undoUnsynced(): void {
    for (let last = this.#unsynced.pop(); last; last = this.#unsynced.pop()) {
      this.#buffer.set(last.before, last.offset);
      this.#length = last.lengthBefore;
    }
  }
}

/** A simulated disk for received files: what was not synced is lost by `crash`, and it can be full. */
export class MemoryFileSink implements FileSink {
  /** Complete files by name, relative to the receiving folder. */
  readonly received = new Map<string, MemoryFile>();
  readonly #parts = new Map<string, Part>();
  /** Which part a complete file is another name of. */
  readonly #links = new Map<string, string>();
  capacityBytes = Infinity;

  get partCount(): number {
    return this.#parts.size;
  }

  part(transfer: TransferId, item: number): Promise<PartFile> {
    const key = keyOf(transfer, item);
    const part = this.#parts.get(key) ?? new Part();
    this.#parts.set(key, part);
    return Promise.resolve({
      write: (offset, bytes) => this.#write(part, offset, bytes),
      read: (offset, into) => Promise.resolve(copyRange(part.bytes, offset, into)),
      sync: () => {
        part.sync();
        return Promise.resolve();
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  finish(transfer: TransferId, item: number, name: string, meta: { readonly modifiedMs: number; readonly mode: number }): Promise<string> {
    const key = keyOf(transfer, item);
    const part = this.#parts.get(key);
    if (!part) return Promise.reject(new SansfilError('STORE_FAILED', 'there is no such part'));
    const safe = safeRelativeName(name);
    const slash = safe.lastIndexOf('/') + 1;
    for (let n = 1; ; n++) {
      const path = safe.slice(0, slash) + numberedName(safe.slice(slash), n);
      if (this.#links.get(path) === key) return Promise.resolve(path);
      if (this.received.has(path)) continue;
      this.received.set(path, { bytes: part.bytes.slice(), modifiedMs: meta.modifiedMs, mode: meta.mode & 0o666 });
      this.#links.set(path, key);
      return Promise.resolve(path);
    }
  }

  discard(transfer: TransferId): Promise<void> {
    return this.#remove((key) => key.startsWith(transfer));
  }

  sweep(keep: ReadonlySet<TransferId>): Promise<void> {
    const kept: ReadonlySet<string> = keep;
    return this.#remove((key) => !kept.has(key.slice(0, 32)));
  }

  freeBytes(): Promise<number> {
    return Promise.resolve(Math.max(0, this.capacityBytes - this.#usedBytes()));
  }

  /** The power is cut: what was written and not synced is gone. */
  crash(): void {
    for (const part of this.#parts.values()) part.undoUnsynced();
  }

  #write(part: Part, offset: number, bytes: Uint8Array): Promise<void> {
    const growth = Math.max(0, offset + bytes.length - part.length);
    if (this.#usedBytes() + growth > this.capacityBytes) return Promise.reject(new SansfilError('DISK_FULL'));
    part.write(offset, bytes);
    return Promise.resolve();
  }

  #remove(chosen: (key: string) => boolean): Promise<void> {
    for (const key of [...this.#parts.keys()]) if (chosen(key)) this.#parts.delete(key);
    for (const [path, key] of [...this.#links]) if (chosen(key)) this.#links.delete(path);
    return Promise.resolve();
  }

  #usedBytes(): number {
    let used = 0;
    for (const part of this.#parts.values()) used += part.length;
    return used;
  }
}

const keyOf = (transfer: TransferId, item: number): string => `${transfer}-${item}`;

function copyRange(from: Uint8Array, offset: number, into: Uint8Array): number {
  const range = from.subarray(offset, offset + into.length);
  into.set(range);
  return range.length;
}
