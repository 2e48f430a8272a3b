import { SansfilError } from '../base/errors.js';
import type { TransferId } from '../base/ids.js';
import type { FileSink, FileSource, FoundFile, PartFile, SourceEntry, SourceFile, Survey } from '../ports/files.js';
import { ReceivingFolder, sinkThrough } from './ReceivingFolder.js';
import type { MemoryFile } from './SmallCopies.js';
import { atOnce } from './stores/passage.js';
import { copyRange } from './VolatileFile.js';

/** In two parts, so that what comes between them is met too. */
async function* inHalves(entries: readonly SourceEntry[]): AsyncGenerator<readonly SourceEntry[]> {
  const middle = Math.ceil(entries.length / 2);
  yield entries.slice(0, middle);
  // A disk takes its time.
  await Promise.resolve();
  yield entries.slice(middle);
}

export type { MemoryFile } from './SmallCopies.js';

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

  async survey(path: string): Promise<Survey> {
    const found = await this.list(path);
    const name = path.slice(path.lastIndexOf('/') + 1).normalize('NFC');
    return { path, name, folder: !this.files.has(path), entries: () => inHalves(found) };
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

  readMany(files: readonly { readonly path: string; readonly bytes: number }[], into: Uint8Array): Promise<readonly FoundFile[]> {
    let at = 0;
    const found = files.map(({ path, bytes }) => {
      const file = this.files.get(path);
      if (file?.bytes.length === bytes) into.set(file.bytes, at);
      at += bytes;
      return file ? { bytes: file.bytes.length, modifiedMs: file.modifiedMs } : new SansfilError('FILE_UNREADABLE');
    });
    return Promise.resolve(found);
  }

  #entry(path: string, name: string): SourceEntry {
    const { bytes, modifiedMs, mode } = this.files.get(path) ?? { bytes: new Uint8Array(0), modifiedMs: 0, mode: 0 };
    return { path, name: name.normalize('NFC'), bytes: bytes.length, modifiedMs, mode };
  }
}
/** A disk for received files: what was not synced is lost by `crash`, and it can be full. */
export class MemoryFileSink implements FileSink {
  readonly #folder = new ReceivingFolder();
  readonly #port = sinkThrough(this.#folder, atOnce);
  /** Complete files by name, relative to the receiving folder. */
  readonly received: ReadonlyMap<string, MemoryFile> = this.#folder.received;

  part(transfer: TransferId, item: number): Promise<PartFile> {
    return this.#port.part(transfer, item);
  }

  finish(...args: Parameters<FileSink['finish']>): Promise<string> {
    return this.#port.finish(...args);
  }

  pack(transfer: TransferId): Promise<PartFile> {
    return this.#port.pack(transfer);
  }

  packs(): Promise<readonly TransferId[]> {
    return this.#port.packs();
  }

  finishMany(...args: Parameters<FileSink['finishMany']>): Promise<readonly string[]> {
    return this.#port.finishMany(...args);
  }

  settle(...args: Parameters<FileSink['settle']>): Promise<void> {
    return this.#port.settle(...args);
  }

  mend(...args: Parameters<FileSink['mend']>): Promise<void> {
    return this.#port.mend(...args);
  }

  prepare(into: string): Promise<void> {
    return this.#port.prepare(into);
  }

  discard(transfer: TransferId): Promise<void> {
    return this.#port.discard(transfer);
  }

  sweep(keep: ReadonlySet<TransferId>): Promise<void> {
    return this.#port.sweep(keep);
  }

  freeBytes(): Promise<number> {
    return this.#port.freeBytes();
  }

  get partCount(): number {
    return this.#folder.partCount;
  }

  get capacityBytes(): number {
    return this.#folder.capacityBytes;
  }

  set capacityBytes(bytes: number) {
    this.#folder.capacityBytes = bytes;
  }

  /** The power is cut: what was written and not synced is gone. */
  crash(): void {
    this.#folder.crash(() => 0);
  }
}
