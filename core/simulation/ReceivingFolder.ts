import { SansfilError } from '../base/errors.js';
import { parseTransferId, type TransferId } from '../base/ids.js';
import type { FileSink, ItemMeta, PartFile, PlacedFile, SmallFile } from '../ports/files.js';
import { numberedName, safeRelativeName } from '../protocol/fileNames.js';
import type { Passage } from './stores/passage.js';
import { SmallCopies, type MemoryFile } from './SmallCopies.js';
import { VolatileFile, type Survival } from './VolatileFile.js';

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
  readonly #small = new SmallCopies(this.received);

  /** Folders that came as items, because they hold nothing. */
  get folders(): ReadonlySet<string> {
    return this.#small.folders;
  }

  get partCount(): number {
    return this.#parts.size;
  }

  part(transfer: TransferId, item: number | 'pack'): VolatileFile {
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
  finish(transfer: TransferId, item: number, { name, modifiedMs, mode }: ItemMeta, into?: string): string {
    const key = keyOf(transfer, item);
    const part = this.#parts.get(key);
    if (!part) throw new SansfilError('STORE_FAILED', 'there is no such part');
    for (const path of namesOf(name, into)) {
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
    return '';
  }

  packs(): readonly TransferId[] {
    const packs = [...this.#parts.keys()].filter((key) => key.endsWith('-pack'));
    return packs.map((key) => parseTransferId(key.slice(0, 32)));
  }

  /** Nothing of it is durable before `settle`. @throws SansfilError DISK_FULL */
  finishMany(files: readonly SmallFile[], into?: string): readonly string[] {
    return files.map((file) => {
      if (this.freeBytes() < file.bytes.length) throw new SansfilError('DISK_FULL');
      return this.#small.make(file, namesOf(file.name, into));
    });
  }

  mend(files: readonly PlacedFile[], into?: string): void {
    for (const file of files) this.#small.mend(file, namesOf(file.name, into));
  }

  settle(paths: readonly string[]): void {
    this.#small.settle(paths);
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
    let used = this.#small.bytes;
    for (const part of this.#parts.values()) used += part.length;
    return Math.max(0, this.capacityBytes - used);
  }

  /** The power is cut. */
  crash(survives: Survival): void {
    for (const part of this.#unsynced) part.crash(survives);
    this.#unsynced.clear();
    this.#small.crash(survives);
  }

  #remove(chosen: (key: string) => boolean): void {
    for (const key of [...this.#parts.keys()]) if (chosen(key)) this.#parts.delete(key);
    for (const [path, key] of [...this.#links]) if (chosen(key)) this.#links.delete(path);
  }
}

const keyOf = (transfer: TransferId, item: number | 'pack'): string => `${transfer}-${item}`;

/** The name, and what follows when it is taken. */
function* namesOf(name: string, into?: string): Generator<string> {
  const safe = (into === undefined ? '' : `${into}/`) + safeRelativeName(name);
  const slash = safe.lastIndexOf('/') + 1;
  for (let n = 1; ; n++) yield safe.slice(0, slash) + numberedName(safe.slice(slash), n);
}

async function openThrough(folder: ReceivingFolder, pass: Passage, open: () => VolatileFile): Promise<PartFile> {
  const part = await pass('cache', open);
  return {
    write: (offset, bytes) => pass('cache', () => folder.write(part, offset, bytes)),
    read: (offset, into) => pass('read', () => part.read(offset, into)),
    sync: () => pass('write', () => folder.sync(part)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The port over a folder that a passage leads to. As on a real disk, what is written is taken from the caller's buffer. */
export const sinkThrough = (folder: ReceivingFolder, pass: Passage): FileSink => ({
  part: (transfer, item) => openThrough(folder, pass, () => folder.part(transfer, item)),
  pack: (transfer) => openThrough(folder, pass, () => folder.part(transfer, 'pack')),
  packs: () => pass('read', () => folder.packs()),
  finish: (transfer, item, meta, into) => pass('write', () => folder.finish(transfer, item, meta, into)),
  finishMany: (files, into) => pass('cache', () => folder.finishMany(files, into)),
  settle: (paths) => pass('write', () => folder.settle(paths)),
  mend: (files, into) => pass('write', () => folder.mend(files, into)),
  discard: (transfer) => pass('remove', () => folder.discard(transfer)),
  sweep: (keep) => {
    const kept = new Set(keep);
    return pass('remove', () => folder.sweep(kept));
  },
  prepare: () => pass('read', () => undefined),
  freeBytes: () => pass('read', () => folder.freeBytes()),
});
