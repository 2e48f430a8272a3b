import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import {
  CHUNK_NONCE,
  chunkAad,
  chunkKey,
  constantTimeEqual,
  SansfilError,
  type ChunkPlace,
  type FileCipher,
  type Primitives,
  type SealedChunk,
} from '../../core/index.js';

/** Hash and cipher run in steps that stay in the processor's cache; one call over a whole chunk is slower. */
const STEP_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

/** AES-256-GCM (SP 800-38D) over node:crypto. Works in place: the buffer given to it holds the result. */
export class AesFileCipher implements FileCipher {
  readonly aead = 1;

  constructor(private readonly primitives: Pick<Primitives, 'hkdfExpand'>) {}

  async seal(place: ChunkPlace, plain: Uint8Array): Promise<SealedChunk> {
    const hash = sha256(plain);
    const key = chunkKey(this.primitives, place, this.aead, hash);
    const cipher = createCipheriv(ALGORITHM, key, CHUNK_NONCE, { authTagLength: TAG_BYTES });
    cipher.setAAD(chunkAad(place));
    inSteps(plain, (step) => cipher.update(step));
    cipher.final();
    key.fill(0);
    return { hash, tag: cipher.getAuthTag(), ciphertext: plain };
  }

  async open(place: ChunkPlace, chunk: SealedChunk): Promise<Uint8Array> {
    const key = chunkKey(this.primitives, place, this.aead, chunk.hash);
    // Without authTagLength Node accepts tags cut down to four bytes.
    const decipher = createDecipheriv(ALGORITHM, key, CHUNK_NONCE, { authTagLength: TAG_BYTES });
    decipher.setAAD(chunkAad(place));
    try {
      decipher.setAuthTag(chunk.tag);
      inSteps(chunk.ciphertext, (step) => decipher.update(step));
      decipher.final();
    } catch (error) {
      chunk.ciphertext.fill(0);
      throw new SansfilError('CHUNK_CORRUPT', 'the tag of a chunk is wrong', { cause: error });
    } finally {
      key.fill(0);
    }
    if (!constantTimeEqual(sha256(chunk.ciphertext), chunk.hash)) {
      chunk.ciphertext.fill(0);
      throw new SansfilError('CHUNK_CORRUPT', 'the hash of a chunk is wrong');
    }
    return chunk.ciphertext;
  }
}

function inSteps(bytes: Uint8Array, transform: (step: Uint8Array) => Uint8Array): void {
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const step = bytes.subarray(at, at + STEP_BYTES);
    step.set(transform(step));
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
