import { createCipheriv, createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { SansfilError, type AeadName, type Primitives } from '../../core/index.js';

const TAG_BYTES = 16;
const SHA256_BYTES = 32;
const HKDF_BYTES_MAX = 255 * SHA256_BYTES;
/** DER of an X25519 PrivateKeyInfo and SubjectPublicKeyInfo up to the 32 key bytes (RFC 8410 §7, §4). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const CIPHERS = { AESGCM: 'aes-256-gcm', ChaChaPoly: 'chacha20-poly1305' } as const;

/** A plain view of a Buffer, whose `slice` would otherwise mean something else in the hands of core. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);

/** A failure in here is the doing of the one who sent the key. */
function dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return plain(diffieHellman({ privateKey: importPrivate(privateKey), publicKey: importPublic(publicKey) }));
  } catch (error) {
    // OpenSSL refuses an all-zero result, the 31 low-order points of RFC 7748 §6.1 (allowed by Noise §12.1)
    throw new SansfilError('HANDSHAKE_FAILED', 'the key of the peer gives no secret', { cause: error });
  }
}

function importPrivate(key: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' });
}

function importPublic(key: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' });
}

function digest(algorithm: 'sha256' | 'sha512', parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return plain(hash.digest());
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

/** RFC 5869 §2.3; node's own hkdf always extracts first. */
function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0 || length > HKDF_BYTES_MAX) throw new SansfilError('BUG', `HKDF cannot give ${length} bytes`);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let at = 0, counter = 1; at < length; at += SHA256_BYTES, counter++) {
    block = hmac(key, block, info, Uint8Array.of(counter));
    output.set(block.subarray(0, length - at), at);
  }
  return output;
}

// The two ciphers have one shape here, but not in the types of node, which asks for a literal name.
function encrypt(aead: AeadName, key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const options = { authTagLength: TAG_BYTES };
  const cipher = aead === 'AESGCM' ? createCipheriv(CIPHERS.AESGCM, key, nonce, options) : createCipheriv(CIPHERS.ChaChaPoly, key, nonce, options);
  if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.length });
  const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
  sealed.set(cipher.update(plaintext));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plaintext.length);
  return sealed;
}

function decrypt(aead: AeadName, key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const length = ciphertext.length - TAG_BYTES;
  if (length < 0) throw new SansfilError('DECRYPT_FAILED', 'shorter than its tag');
  // without authTagLength node takes tags of 4 bytes
  const options = { authTagLength: TAG_BYTES };
  const decipher = aead === 'AESGCM' ? createDecipheriv(CIPHERS.AESGCM, key, nonce, options) : createDecipheriv(CIPHERS.ChaChaPoly, key, nonce, options);
  if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: length });
  decipher.setAuthTag(ciphertext.subarray(length));
  const plaintext = decipher.update(ciphertext.subarray(0, length));
  try {
    decipher.final();
  } catch (error) {
    throw new SansfilError('DECRYPT_FAILED', undefined, { cause: error });
  }
  return plain(plaintext);
}

/** What `Primitives` asks for, by OpenSSL. */
export const nodePrimitives: Primitives = {
  dhPublicKey: (privateKey) => plain(createPublicKey(importPrivate(privateKey)).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length)),
  dh,
  hash: (...parts) => digest('sha256', parts),
  hash512: (...parts) => digest('sha512', parts),
  hmac,
  hkdfExpand,
  encrypt,
  decrypt,
};
