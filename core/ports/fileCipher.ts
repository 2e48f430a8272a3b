import type { Aead } from '../protocol/manifest.js';
import { token } from './token.js';

/** Where a chunk stands; all of it goes into the chunk's key or its additional data (PROTOCOL [P-6.3]). */
export interface ChunkPlace {
  /** 32 bytes. */
  readonly fileKey: Uint8Array;
  /** 16 bytes. */
  readonly transferId: Uint8Array;
  readonly aead: Aead;
  readonly item: number;
  readonly index: number;
  /** Size of the whole item in bytes. */
  readonly itemBytes: number;
}

export interface SealedChunk {
  /** SHA-256 of the plain bytes, 32 bytes. */
  readonly hash: Uint8Array;
  /** 16 bytes. */
  readonly tag: Uint8Array;
  /** As long as the plain bytes. May be the very buffer that was given, overwritten. */
  readonly ciphertext: Uint8Array;
}

/** Every implementation knows both. */
export interface FileCipher {
  /** What this machine does faster: new transfers are sealed with it. */
  readonly aead: Aead;
  /** Memory of the result and the argument is the cipher's until the promise settles. */
  seal(place: ChunkPlace, plain: Uint8Array): Promise<SealedChunk>;
  /** Plain bytes, tag and hash checked. @throws SansfilError CHUNK_CORRUPT */
  open(place: ChunkPlace, chunk: SealedChunk): Promise<Uint8Array>;
}

export const FILE_CIPHER = token<FileCipher>('file-cipher');
