import { assert } from '../../base/assert.js';
import type { AeadName, Primitives } from '../../ports/primitives.js';

const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const EMPTY = new Uint8Array(0);
const ZEROS = new Uint8Array(KEY_BYTES);

/** A key and its counting nonce, Noise §5.1. Without a key it hands the bytes on as they are. */
export class CipherState {
  #key: Uint8Array | undefined;
  #n = 0;
  readonly #nonce = new Uint8Array(NONCE_BYTES);
  readonly #nonceView = new DataView(this.#nonce.buffer);

  constructor(
    private readonly primitives: Primitives,
    private readonly aead: AeadName,
    key?: Uint8Array,
  ) {
    if (key) this.initializeKey(key);
  }

  /** Also sets the nonce to zero: only ever for a key that was never used. */
  initializeKey(key: Uint8Array): void {
    assert(key.length === KEY_BYTES, 'a cipher key is 32 bytes');
    this.#key = key;
    this.#n = 0;
  }

  get hasKey(): boolean {
    return this.#key !== undefined;
  }

  /** The nonce of the next message. */
  get n(): number {
    return this.#n;
  }

  encryptWithAd(ad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (!this.#key) return plaintext;
    const ciphertext = this.primitives.encrypt(this.aead, this.#key, this.#nonceOf(this.#n), ad, plaintext);
    this.#n++;
    return ciphertext;
  }

  /** @throws SansfilError DECRYPT_FAILED; the nonce then stays where it was */
  decryptWithAd(ad: Uint8Array, ciphertext: Uint8Array): Uint8Array {
    if (!this.#key) return ciphertext;
    const plaintext = this.primitives.decrypt(this.aead, this.#key, this.#nonceOf(this.#n), ad, ciphertext);
    this.#n++;
    return plaintext;
  }

  /** `REKEY(k)` of Noise §4.2: the nonce goes on counting. */
  rekey(): void {
    assert(this.#key, 'there is a key to replace');
    this.#nonce.fill(0, 0, 4).fill(0xff, 4);
    this.#key = this.primitives.encrypt(this.aead, this.#key, this.#nonce, EMPTY, ZEROS).slice(0, KEY_BYTES);
  }

  /** 32 bits of zeros, then n: big-endian for AES-GCM, little-endian for ChaChaPoly (Noise §12.3, §12.4). */
  #nonceOf(n: number): Uint8Array {
    assert(Number.isSafeInteger(n), 'the nonces of this key are used up');
    const littleEndian = this.aead === 'ChaChaPoly';
    const high = Math.floor(n / 2 ** 32);
    this.#nonce.fill(0, 0, 4);
    this.#nonceView.setUint32(littleEndian ? 8 : 4, high, littleEndian);
    this.#nonceView.setUint32(littleEndian ? 4 : 8, n % 2 ** 32, littleEndian);
    return this.#nonce;
  }
}
