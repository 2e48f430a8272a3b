import { token } from './token.js';

export type AeadName = 'AESGCM' | 'ChaChaPoly';

/**
 * What Noise, envelopes and chunk keys are computed with. Synchronous, but for what takes long: bytes in, bytes out.
 * Keys are 32 bytes, nonces 12 bytes, tags 16 bytes appended to the ciphertext.
 */
export interface Primitives {
  /** X25519 public key of a 32-byte private key (RFC 7748 §6.1). */
  dhPublicKey(privateKey: Uint8Array): Uint8Array;
  /** X25519. @throws SansfilError HANDSHAKE_FAILED on an all-zero result. */
  dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** SHA-256 of the concatenation. */
  hash(...parts: readonly Uint8Array[]): Uint8Array;
  /** SHA-512 of the concatenation (safety numbers only). */
  hash512(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104) of the concatenation. */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** HKDF-Expand with SHA-256 (RFC 5869 §2.3), length ≤ 8160. */
  hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array;
  /** PBKDF2 with HMAC-SHA-256 (RFC 8018 §5.2), 32 bytes; takes as long as it is meant to, and holds up nobody meanwhile. */
  pbkdf2(passphrase: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array>;
  encrypt(aead: AeadName, key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** @throws SansfilError DECRYPT_FAILED */
  decrypt(aead: AeadName, key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

export const PRIMITIVES = token<Primitives>('primitives');
