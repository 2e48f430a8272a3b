import { SansfilError, type ErrorCode } from '../../base/errors.js';
import { FILE_BYTES_MAX, SHARE_CHANGES_MAX, SHARE_SAVE_BYTES } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';
import type { FileSource, SourceFile } from '../../ports/files.js';
import type { ReadItem, ShareItem, ShareStore } from '../../ports/shareStore.js';
import { contentRoot } from '../../protocol/contentRoot.js';
import { chunkCount, chunkLength, isFolder, wholeMs } from '../../protocol/manifest.js';

/** SHA-256 of the concatenation. */
export type ChunkHash = (...parts: readonly Uint8Array[]) => Uint8Array;

export interface ContentReaderParts {
  readonly store: Pick<ShareStore, 'hashes' | 'setHashes'>;
  readonly source: Pick<FileSource, 'open'>;
  readonly hash: ChunkHash;
  readonly chunkBytes: number;
  readonly clock: Clock;
}

/** Asked after every chunk, with the bytes of this file that are done: whether to go on. */
export type OnChunk = (bytes: number) => boolean;

const HASH_BYTES = 32;
const NO_HASHES = new Uint8Array(0);

/** Reads files to their content roots, chunk by chunk, in one buffer: the loop is free between two chunks. */
export class ContentReader {
  #buffer: Uint8Array | undefined;

  constructor(private readonly parts: ContentReaderParts) {}

  /** Undefined when it was not to go on. @throws SansfilError STORE_… */
  async read(item: ShareItem, onChunk: OnChunk): Promise<ReadItem | undefined> {
    const { position, bytes, modifiedMs } = item;
    if (isFolder(item)) return { position, bytes, modifiedMs, root: contentRoot(this.parts.hash, 0, NO_HASHES, this.parts.chunkBytes), hashes: NO_HASHES };
    for (let attempt = 0; attempt < SHARE_CHANGES_MAX; attempt++) {
      const read = await this.#attempt(item, onChunk);
      if (read !== 'changed') return read;
    }
    return { position, code: 'FILE_CHANGED' };
  }

  /** Nothing is read for now. */
  release(): void {
    this.#buffer = undefined;
  }

  async #attempt(item: ShareItem, onChunk: OnChunk): Promise<ReadItem | undefined | 'changed'> {
    const { position } = item;
    const file = await this.#open(item.path);
    if (typeof file === 'string') return { position, code: file };
    try {
      if (file.bytes > FILE_BYTES_MAX) return { position, code: 'SHARE_LIMIT' };
      const modifiedMs = wholeMs(file.modifiedMs);
      const isSame = file.bytes === item.bytes && modifiedMs === item.modifiedMs;
      const hashes = await this.#hashAll(item, file, isSame, onChunk);
      if (!(hashes instanceof Uint8Array)) return hashes === 'stopped' ? undefined : hashes;
      // What takes long to read may have been written meanwhile; a small file is compared when it is asked for.
      if (hashes.length > HASH_BYTES && !(await this.#isStill(item.path, file))) return 'changed';
      const root = contentRoot(this.parts.hash, file.bytes, hashes, this.parts.chunkBytes);
      return { position, bytes: file.bytes, modifiedMs, root, hashes: hashes.length > HASH_BYTES ? hashes : NO_HASHES };
    } catch (error) {
      if (SansfilError.is(error) && error.code === 'FILE_UNREADABLE') return { position, code: error.code };
      throw error;
    } finally {
      await file[Symbol.asyncDispose]();
    }
  }

  async #hashAll({ position }: ShareItem, file: SourceFile, isSame: boolean, onChunk: OnChunk): Promise<Uint8Array | 'changed' | 'stopped'> {
    const { store, hash, chunkBytes } = this.parts;
    const count = chunkCount(file.bytes, chunkBytes);
    const hashes = new Uint8Array(count * HASH_BYTES);
    // How far an earlier process came, when the file is still the one it read.
    const begun = count > 1 && isSame ? await store.hashes(position) : NO_HASHES;
    const known = Math.min(begun.length, hashes.length);
    hashes.set(begun.subarray(0, known));
    this.#buffer ??= new Uint8Array(chunkBytes);
    let savedAt = known / HASH_BYTES;
    for (let index = savedAt; index < count; index++) {
      const length = chunkLength(file.bytes, chunkBytes, index);
      const chunk = this.#buffer.subarray(0, length);
      if ((await file.read(index * chunkBytes, chunk)) < length) return 'changed';
      hashes.set(hash(chunk), index * HASH_BYTES);
      if (isSame && (index + 1 - savedAt) * chunkBytes >= SHARE_SAVE_BYTES && index + 1 < count) {
        savedAt = index + 1;
        await store.setHashes(position, hashes.subarray(0, savedAt * HASH_BYTES));
      }
      if (!onChunk(index * chunkBytes + length)) return 'stopped';
    }
    return hashes;
  }

  async #open(path: string): Promise<SourceFile | ErrorCode> {
    try {
      return await this.parts.source.open(path);
    } catch (error) {
      const { code } = SansfilError.from(error);
      if (code === 'BUG') throw error;
      return code;
    }
  }

  async #isStill(path: string, { bytes, modifiedMs }: SourceFile): Promise<boolean> {
    const file = await this.#open(path);
    if (typeof file === 'string') return false;
    await file[Symbol.asyncDispose]();
    return file.bytes === bytes && file.modifiedMs === modifiedMs;
  }
}
