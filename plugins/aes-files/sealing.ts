import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';

/* The work on one chunk, in place. Run by the main thread and by the cipher thread alike, so it imports nothing else. */

/** Hash and cipher run in steps that stay in the processor's cache; one call over a whole chunk is slower. */
const STEP_BYTES = 64 * 1024;
const TAG_BYTES = 16;
/** Without it Node accepts tags cut down to four bytes. */
const OPTIONS = { authTagLength: TAG_BYTES };
/** Every key seals one chunk only, so that the nonce never changes. */
const NONCE = new Uint8Array(12);
const BLOCK_1 = Uint8Array.of(1);

const ALGORITHMS = { 1: 'aes-256-gcm', 2: 'chacha20-poly1305' } as const;

/** What does not depend on the bytes of the chunk. */
export interface ChunkWork {
  /** 1 AES-256-GCM (SP 800-38D), 2 ChaCha20-Poly1305 (RFC 8439). */
  readonly aead: 1 | 2;
  readonly fileKey: Uint8Array;
  /** What the chunk's key is derived from, but for the hash. */
  readonly info: Uint8Array;
  /** The additional data. */
  readonly aad: Uint8Array;
}

/** 32 and 16 bytes. */
export interface Seal {
  readonly hash: Uint8Array;
  readonly tag: Uint8Array;
}

export function sealInPlace(work: ChunkWork, bytes: Uint8Array): Seal {
  const hash = sha256(bytes);
  const key = keyOf(work, hash);
  const cipher = work.aead === 1 ? createCipheriv(ALGORITHMS[1], key, NONCE, OPTIONS) : createCipheriv(ALGORITHMS[2], key, NONCE, OPTIONS);
  key.fill(0);
  cipher.setAAD(work.aad, { plaintextLength: bytes.length });
  inSteps(bytes, (step) => cipher.update(step));
  cipher.final();
  return { hash, tag: cipher.getAuthTag() };
}

/** What is wrong with the chunk, of which nothing is left then; undefined when it is right. */
export function openInPlace(work: ChunkWork, { hash, tag }: Seal, bytes: Uint8Array): 'tag' | 'hash' | undefined {
  if (tag.length !== TAG_BYTES) return 'tag';
  const key = keyOf(work, hash);
  const decipher = work.aead === 1 ? createDecipheriv(ALGORITHMS[1], key, NONCE, OPTIONS) : createDecipheriv(ALGORITHMS[2], key, NONCE, OPTIONS);
  key.fill(0);
  decipher.setAAD(work.aad, { plaintextLength: bytes.length });
  decipher.setAuthTag(tag);
  const plainHash = createHash('sha256');
  inSteps(bytes, (step) => {
    const plain = decipher.update(step);
    plainHash.update(plain);
    return plain;
  });
  const wrong = isFinal(() => decipher.final()) ? (timingSafeEqual(plainHash.digest(), hash) ? undefined : 'hash') : 'tag';
  if (wrong) bytes.fill(0);
  return wrong;
}

/** The only thing `final` throws for is a tag that is wrong. */
function isFinal(final: () => unknown): boolean {
  try {
    final();
    return true;
  } catch {
    return false;
  }
}

/** HKDF-Expand with SHA-256 (RFC 5869 §2.3) of one block. */
function keyOf({ fileKey, info }: ChunkWork, hash: Uint8Array): Uint8Array {
  return createHmac('sha256', fileKey).update(info).update(hash).update(BLOCK_1).digest();
}

function inSteps(bytes: Uint8Array, transform: (step: Uint8Array) => Uint8Array): void {
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const step = bytes.subarray(at, at + STEP_BYTES);
    step.set(transform(step));
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += STEP_BYTES) hash.update(bytes.subarray(at, at + STEP_BYTES));
  return hash.digest();
}
