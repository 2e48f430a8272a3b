import { constantTimeEqual } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { CHUNK_NONCE, chunkAad, chunkKey } from '../crypto/chunkKeys.js';
import type { FileCipher } from '../ports/fileCipher.js';
import type { Primitives } from '../ports/primitives.js';

const TAG_BYTES = 16;

/** Chunks sealed with the primitives themselves: as slow as they are, and answering at once. */
export function toyFileCipher(primitives: Primitives): FileCipher {
  return {
    aead: 1,
    seal: (place, plain) => {
      const hash = primitives.hash(plain);
      const sealed = primitives.encrypt('AESGCM', chunkKey(primitives, place, hash), CHUNK_NONCE, chunkAad(place), plain);
      return Promise.resolve({ hash, tag: sealed.slice(plain.length), ciphertext: sealed.subarray(0, plain.length) });
    },
    open: async (place, { hash, tag, ciphertext }) => {
      const sealed = new Uint8Array(ciphertext.length + TAG_BYTES);
      sealed.set(ciphertext);
      sealed.set(tag, ciphertext.length);
      const plain = await opened(() => primitives.decrypt('AESGCM', chunkKey(primitives, place, hash), CHUNK_NONCE, chunkAad(place), sealed));
      if (!constantTimeEqual(primitives.hash(plain), hash)) throw new SansfilError('CHUNK_CORRUPT', 'the hash of a chunk is wrong');
      return plain;
    },
  };
}

async function opened(open: () => Uint8Array): Promise<Uint8Array> {
  await Promise.resolve();
  try {
    return open();
  } catch (error) {
    throw new SansfilError('CHUNK_CORRUPT', 'the tag of a chunk is wrong', { cause: error });
  }
}
