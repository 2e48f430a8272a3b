/** How many bytes of an unsynced write a power cut leaves on the disk: none, some of its beginning, or all. */
export type Survival = (written: number) => number;

interface Unsynced {
  readonly offset: number;
  readonly before: Uint8Array;
  readonly lengthBefore: number;
}

/** A growing file, and what a power cut would undo of it. */
export class VolatileFile {
  #buffer = new Uint8Array(0);
  #length = 0;
  #unsynced: Unsynced[] = [];

  get length(): number {
    return this.#length;
  }

  /** As they are now, not a copy. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  read(offset: number, into: Uint8Array): number {
    return copyRange(this.bytes, offset, into);
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#buffer.length));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#unsynced.push({ offset, before: this.#buffer.slice(offset, end), lengthBefore: this.#length });
    this.#put(offset, bytes);
  }

  sync(): void {
    this.#unsynced = [];
  }

  /** Each write that was not synced is undone but for what survives of it: of two, the later one may be the one that does. */
  crash(survives: Survival): void {
    const kept: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
    for (let last = this.#unsynced.pop(); last; last = this.#unsynced.pop()) {
      kept.push({ offset: last.offset, bytes: this.#buffer.slice(last.offset, last.offset + survives(last.before.length)) });
      this.#buffer.set(last.before, last.offset);
      this.#length = last.lengthBefore;
    }
    for (const { offset, bytes } of kept.reverse()) if (bytes.length > 0) this.#put(offset, bytes);
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#buffer.set(bytes, offset);
    this.#length = Math.max(this.#length, offset + bytes.length);
  }
}

/** The number of bytes copied: less than `into` holds only at the end. */
export function copyRange(from: Uint8Array, offset: number, into: Uint8Array): number {
  const range = from.subarray(offset, offset + into.length);
  into.set(range);
  return range.length;
}
