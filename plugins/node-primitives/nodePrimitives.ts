import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  pbkdf2,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { SansfilError, type AeadName, type Primitives } from '../../core/index.js';

const TAG_BYTES = 16;
const KEY_BYTES = 32;
const SHA256_BYTES = 32;
const HKDF_BYTES_MAX = 255 * SHA256_BYTES;
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

/*
 * X25519 keys as JWK (RFC 8037 §2): OpenSSL takes 505 µs to import a private key from DER and 44 µs from JWK, 109 and 14 µs
 * for a public one, and a handshake imports ten of them.
 */
const okp = (x: Uint8Array): { kty: string; crv: string; x: string } => ({ kty: 'OKP', crv: 'X25519', x: base64url(x) });
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');

function importPrivate(key: Uint8Array): KeyObject {
  // A JWK must name its public half too. It is computed anew from `d`, so what stands here does not matter (RFC 7748 vectors in the spec).
  return createPrivateKey({ key: { ...okp(new Uint8Array(KEY_BYTES)), d: base64url(key) }, format: 'jwk' });
}

function importPublic(key: Uint8Array): KeyObject {
  return createPublicKey({ key: okp(key), format: 'jwk' });
}

function dhPublicKey(privateKey: Uint8Array): Uint8Array {
  const { x } = createPublicKey(importPrivate(privateKey)).export({ format: 'jwk' });
  if (x === undefined) throw new SansfilError('BUG', 'an X25519 key without its public half');
  return plain(Buffer.from(x, 'base64url'));
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

const derive = promisify(pbkdf2);

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
  dhPublicKey,
  dh,
  hash: (...parts) => digest('sha256', parts),
  hash512: (...parts) => digest('sha512', parts),
  hmac,
  hkdfExpand,
  pbkdf2: async (passphrase, salt, iterations) => plain(await derive(passphrase, salt, iterations, KEY_BYTES, 'sha256')),
  encrypt,
  decrypt,
};
