import { assert } from '../base/assert.js';
import { concat, constantTimeEqual, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { peerIdFromBytes } from '../base/ids.js';
import type { AeadName, Primitives } from '../ports/primitives.js';
import type { Signer, Verifier } from '../ports/signer.js';
import { signedContent } from '../crypto/identityProof.js';

/*
 * Toy cryptography for the simulator: deterministic, synchronous, several times cheaper than the real one for handshakes
 * and chat, and without any secrecy whatsoever. It keeps what the protocol relies on: the same inputs give the same bytes
 * on both sides, and another key, nonce, additional data, label, transcript or a single changed bit is noticed.
 */

/** By a name of this module: where globals are looked up by an interceptor (a context of node:vm, so every spec) that lookup is dearer than the work. */
const { imul } = Math;

const HASH_BYTES = 32;
const TAG_BYTES = 16;
const MULTIPLIERS = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f] as const;
const SPKI_HEAD = utf8('toy public key\0');
/** As long as the SPKI of a real key of 2048 bits, so that frames have their real sizes. */
const SPKI_BYTES = 294;
const MODULUS_BYTES = 256;

/** Four 32-bit lanes; every step is a bijection of all four, so that one changed byte still shows at the end. */
class Lanes {
  #a = MULTIPLIERS[0] | 0;
  #b = MULTIPLIERS[1] | 0;
  #c = MULTIPLIERS[2] | 0;
  #d = MULTIPLIERS[3] | 0;

  /** The length goes in as well: moving a byte from one part to the next is another input. */
  absorb(bytes: Uint8Array): this {
    // locals, not fields: this loop is most of what the simulator's time goes into
    let [a, b, c, d] = [this.#a, this.#b, this.#c, this.#d];
    const { length } = bytes;
    for (let at = -4; at < length; at += 4) {
      const word = at < 0 ? length : wordAt(bytes, at);
      const mixed = imul(a ^ word, MULTIPLIERS[0]);
      a = (rotate(b, 5) + mixed) | 0;
      b = imul(c ^ (mixed >>> 15), MULTIPLIERS[3]);
      c = rotate(d, 13) ^ mixed;
      d = mixed;
    }
    [this.#a, this.#b, this.#c, this.#d] = [a, b, c, d];
    return this;
  }

  /** Writes as many bytes as `output` takes. */
  squeeze(output: Uint8Array): Uint8Array {
    for (let at = 0, counter = 1; at < output.length; at += 4, counter++) {
      let word = this.#a ^ rotate(this.#b, counter & 31) ^ imul(this.#c + counter, MULTIPLIERS[2]) ^ rotate(this.#d, (counter * 7) & 31);
      word = imul(word ^ (word >>> 16), MULTIPLIERS[1]);
      word = imul(word ^ (word >>> 13) ^ counter, MULTIPLIERS[2]);
      word ^= word >>> 16;
      for (let i = 0; i < 4 && at + i < output.length; i++) output[at + i] = word >>> (8 * i);
    }
    return output;
  }
}

/** Four bytes, or what is left of them: the length tells the difference to zeros. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

function digest(length: number, parts: readonly Uint8Array[]): Uint8Array {
  const lanes = new Lanes();
  for (const part of parts) lanes.absorb(part);
  return lanes.squeeze(new Uint8Array(length));
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => (parts.length === 1 && parts[0] ? parts[0] : concat(...parts));

/** As SHA-256 sees it: the concatenation counts, not where its parts begin. */
const toyHash = (...parts: readonly Uint8Array[]): Uint8Array => digest(HASH_BYTES, [joined(parts)]);

const NAMES: { readonly [A in AeadName]: Uint8Array } = { AESGCM: utf8('AESGCM'), ChaChaPoly: utf8('ChaChaPoly') };

function mask(aead: AeadName, key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array, output: Uint8Array): void {
  // a short stream, repeated: the simulator needs another ciphertext for another nonce, not secrecy
  const stream = digest(64, [NAMES[aead], key, nonce]);
  for (let i = 0; i < bytes.length; i++) output[i] = (bytes[i] ?? 0) ^ (stream[i & 63] ?? 0);
}

const tagOf = (aead: AeadName, key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, ciphertext: Uint8Array): Uint8Array =>
  digest(TAG_BYTES, [NAMES[aead], key, nonce, ad, ciphertext]);

const PUBLIC_MASK = digest(HASH_BYTES, [utf8('toy public')]);
const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte ^ (b[i] ?? 0));

function dh(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  assert(privateKey.length === HASH_BYTES && publicKey.length === HASH_BYTES, 'toy keys are 32 bytes');
  const shared = xor(xor(privateKey, publicKey), PUBLIC_MASK);
  if (shared.every((byte) => byte === 0)) throw new SansfilError('HANDSHAKE_FAILED', 'the key of the peer gives no secret');
  return toyHash(shared);
}

/** All of `Primitives`, in plain TypeScript. Never outside of specs and the simulator. */
export function toyPrimitives(): Primitives {
  return {
    dhPublicKey: (privateKey) => xor(privateKey, PUBLIC_MASK),
    dh,
    hash: toyHash,
    hash512: (...parts) => digest(64, [joined(parts)]),
    hmac: (key, ...parts) => digest(HASH_BYTES, [key, joined(parts)]),
    hkdfExpand: (key, info, length) => digest(length, [key, info]),
    pbkdf2: (passphrase, salt, iterations) => Promise.resolve(digest(HASH_BYTES, [passphrase, salt, utf8(String(iterations))])),
    encrypt: (aead, key, nonce, ad, plaintext) => {
      const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
      mask(aead, key, nonce, plaintext, sealed);
      sealed.set(tagOf(aead, key, nonce, ad, sealed.subarray(0, plaintext.length)), plaintext.length);
      return sealed;
    },
    decrypt: (aead, key, nonce, ad, ciphertext) => {
      const length = ciphertext.length - TAG_BYTES;
      if (length < 0) throw new SansfilError('DECRYPT_FAILED', 'shorter than its tag');
      const body = ciphertext.subarray(0, length);
      if (!constantTimeEqual(tagOf(aead, key, nonce, ad, body), ciphertext.subarray(length))) throw new SansfilError('DECRYPT_FAILED');
      const plaintext = new Uint8Array(length);
      mask(aead, key, nonce, body, plaintext);
      return plaintext;
    },
  };
}

/** A signature anybody could make, but that fits one key, label and content only. */
const toySignature = (spki: Uint8Array, label: string, parts: readonly Uint8Array[]): Uint8Array => digest(MODULUS_BYTES, [spki, signedContent(label, parts)]);

const TOY_VERIFIER: Verifier = {
  identify: (spki) => {
    if (spki.length !== SPKI_BYTES || !constantTimeEqual(spki.subarray(0, SPKI_HEAD.length), SPKI_HEAD)) throw new SansfilError('IDENTITY_INVALID');
    return { peerId: peerIdFromBytes(toyHash(spki)), modulusBytes: MODULUS_BYTES };
  },
  verify: (spki, label, parts, signature) => Promise.resolve(constantTimeEqual(toySignature(spki, label, parts), signature)),
};

/** The same seed is the same device. Both halves answer at once. */
export function toyIdentity(seed: string | number): { readonly signer: Signer; readonly verifier: Verifier } {
  const body = digest(SPKI_BYTES - SPKI_HEAD.length, [utf8(`toy identity ${seed}`)]);
  const spki = concat(SPKI_HEAD, body);
  const { peerId } = TOY_VERIFIER.identify(spki);
  const signer: Signer = { peerId, spki, sign: (label, parts) => Promise.resolve(toySignature(spki, label, parts)) };
  return { signer, verifier: TOY_VERIFIER };
}
