import { chunkAad, chunkKeyInfo, SansfilError, type ChunkPlace, type FileCipher, type SealedChunk } from '../../core/index.js';
import type { CipherThread } from './CipherThread.js';
import { openInPlace, sealInPlace, type ChunkWork } from './sealing.js';

/** Below this a chunk is done sooner than another thread has heard of it. */
const THREAD_BYTES_MIN = 128 * 1024;

/**
 * AES-256-GCM and ChaCha20-Poly1305 over node:crypto. Works in place: the buffer given to it holds the result. Long chunks
 * in shared memory are done by the thread, when there is one.
 */
export class NodeFileCipher implements FileCipher {
  constructor(
    readonly aead: 1 | 2,
    private readonly thread?: CipherThread,
  ) {}

  async seal(place: ChunkPlace, plain: Uint8Array): Promise<SealedChunk> {
    const work = workOf(place);
    const thread = this.#threadFor(plain);
    if (!thread) return { ...sealInPlace(work, plain), ciphertext: plain };
    const answer = await thread.run({ work, bytes: plain });
    if (!('sealed' in answer)) throw new SansfilError('BUG', 'a chunk was opened instead of sealed');
    return { ...answer.sealed, ciphertext: plain };
  }

  async open(place: ChunkPlace, { hash, tag, ciphertext }: SealedChunk): Promise<Uint8Array> {
    const work = workOf(place);
    const thread = this.#threadFor(ciphertext);
    const wrong = thread ? await this.#openThere(thread, work, { hash, tag }, ciphertext) : openInPlace(work, { hash, tag }, ciphertext);
    if (wrong) throw new SansfilError('CHUNK_CORRUPT', `the ${wrong} of a chunk is wrong`);
    return ciphertext;
  }

  async #openThere(thread: CipherThread, work: ChunkWork, seal: Pick<SealedChunk, 'hash' | 'tag'>, bytes: Uint8Array): Promise<'tag' | 'hash' | undefined> {
    const answer = await thread.run({ work, bytes, seal });
    if (!('wrong' in answer)) throw new SansfilError('BUG', 'a chunk was sealed instead of opened');
    return answer.wrong;
  }

  #threadFor(bytes: Uint8Array): CipherThread | undefined {
    return bytes.length >= THREAD_BYTES_MIN && bytes.buffer instanceof SharedArrayBuffer ? this.thread : undefined;
  }
}

function workOf(place: ChunkPlace): ChunkWork {
  return { aead: place.aead, fileKey: place.fileKey, info: chunkKeyInfo(place), aad: chunkAad(place) };
}
