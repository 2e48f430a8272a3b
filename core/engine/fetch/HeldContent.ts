import { SansfilError } from '../../base/errors.js';
import type { FileSource } from '../../ports/files.js';
import { bitmapBytes, setBit } from '../../protocol/bitmap.js';
import { chunkCount, wholeMs } from '../../protocol/manifest.js';
import type { LocalContent } from '../catalogue/contents.js';

/** Where the bytes of a content are read; held open while chunks of it are asked for. */
export interface ContentFile extends AsyncDisposable {
  read(offset: number, into: Uint8Array): Promise<number>;
}

/** A content of which this device has something that it may give to friends. */
export interface HeldContent {
  /** Of the whole content. */
  readonly bytes: number;
  /** The fetch under way it is part of; undefined when this device shares it. */
  readonly from: object | undefined;
  /** The chunks held now: bit 7 of byte 0 is chunk 0. */
  bitmap(): Uint8Array;
  /** SHA-256 of all chunks in order; empty when there is at most one. */
  hashes(): Promise<Uint8Array>;
  /** @throws SansfilError FILE_UNREADABLE | FILE_CHANGED | STORE_FAILED */
  open(): Promise<ContentFile>;
}

export function sharedContent(source: FileSource, content: LocalContent, chunkBytes: number): HeldContent {
  const { path, bytes, modifiedMs } = content;
  return {
    bytes,
    from: undefined,
    bitmap: () => allSet(chunkCount(bytes, chunkBytes)),
    hashes: () => content.hashes(),
    open: async () => {
      const file = await source.open(path);
      if (file.bytes === bytes && wholeMs(file.modifiedMs) === modifiedMs) return file;
      await file[Symbol.asyncDispose]();
      throw new SansfilError('FILE_CHANGED');
    },
  };
}

export function allSet(count: number): Uint8Array {
  const bitmap = new Uint8Array(bitmapBytes(count));
  bitmap.fill(255, 0, count >>> 3);
  for (let chunk = count & ~7; chunk < count; chunk++) setBit(bitmap, chunk);
  return bitmap;
}
