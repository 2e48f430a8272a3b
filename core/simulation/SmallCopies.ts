import type { PlacedFile, SmallFile } from '../ports/files.js';
import { isFolder } from '../protocol/manifest.js';
import type { Survival } from './VolatileFile.js';

export interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
  readonly mode: number;
  /** A power cut left less of it than was made, and nobody has mended that. */
  readonly isTorn?: boolean;
}

/** A small file as it was made. Until it is settled a power cut may take all of it, or some of its end. */
class SmallCopy implements MemoryFile {
  #length: number;

  constructor(private readonly file: SmallFile) {
    this.#length = file.bytes.length;
  }

  get bytes(): Uint8Array {
    return this.file.bytes.subarray(0, this.#length);
  }

  get modifiedMs(): number {
    return this.file.modifiedMs;
  }

  get mode(): number {
    return this.file.mode & 0o666;
  }

  /** A power cut left less of it than was made, and nobody has mended that. */
  get isTorn(): boolean {
    return this.#length < this.file.bytes.length;
  }

  tear(length: number): void {
    this.#length = length;
  }

  isOf({ bytes, modifiedMs, mode }: SmallFile): boolean {
    return modifiedMs === this.file.modifiedMs && (mode & 0o666) === this.mode && sameBytes(bytes, this.file.bytes);
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The small files of a receiving folder, and which of them a power cut would change. */
export class SmallCopies {
  readonly #copies = new Map<string, SmallCopy>();
  readonly #unsettled = new Set<string>();
  /** Those that hold nothing. */
  readonly folders = new Set<string>();

  constructor(private readonly received: Map<string, MemoryFile>) {}

  get bytes(): number {
    let sum = 0;
    for (const { bytes } of this.#copies.values()) sum += bytes.length;
    return sum;
  }

  /** Under the first of these names that is free, or that is the same file when it is made again. */
  make(file: SmallFile, names: Iterable<string>): string {
    for (const path of names) {
      if (isFolder(file)) {
        if (this.received.has(path)) continue;
        this.folders.add(path);
        return path;
      }
      const copy = this.#copies.get(path);
      if (file.again && copy?.isOf(file)) {
        if (copy.isTorn) this.#put(path, file);
        return path;
      }
      if (this.received.has(path) || this.folders.has(path)) continue;
      this.#put(path, file);
      return path;
    }
    return '';
  }

  /** Of one whose name is not known, the first that is its is made whole. */
  mend(file: PlacedFile, names: Iterable<string>): void {
    if (isFolder(file)) {
      if (file.path !== '') this.folders.add(file.path);
      return;
    }
    for (const path of file.path === '' ? names : [file.path]) {
      const isThere = this.received.has(path);
      if (!isThere && file.path === '') return;
      const copy = this.#copies.get(path);
      if (isThere && !copy?.isOf(file)) continue;
      if (!isThere || copy?.isTorn) this.#put(path, file);
      this.#unsettled.delete(path);
      return;
    }
  }

  settle(paths: readonly string[]): void {
    for (const path of paths) this.#unsettled.delete(path);
  }

  crash(survives: Survival): void {
    for (const path of this.#unsettled) {
      const copy = this.#copies.get(path);
      // One more than it is long: that much of nothing at all may be gone too.
      const left = survives((copy?.bytes.length ?? 0) + 1);
      if (copy && left > 0) copy.tear(left - 1);
      else {
        this.#copies.delete(path);
        this.received.delete(path);
      }
    }
    this.#unsettled.clear();
  }

  #put(path: string, file: SmallFile): void {
    const copy = new SmallCopy({ ...file, bytes: file.bytes.slice() });
    this.#copies.set(path, copy);
    this.received.set(path, copy);
    this.#unsettled.add(path);
  }
}
