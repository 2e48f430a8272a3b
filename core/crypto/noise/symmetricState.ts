import { utf8 } from '../../base/bytes.js';
import type { AeadName, Primitives } from '../../ports/primitives.js';
import { CipherState } from './cipherState.js';

const HASH_BYTES = 32;
const EMPTY = new Uint8Array(0);
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);

/** Chaining key, transcript hash and cipher of a handshake, Noise §5.2. */
export class SymmetricState {
  #chainingKey: Uint8Array;
  #h: Uint8Array;
  readonly #cipher: CipherState;

  constructor(
    private readonly primitives: Primitives,
    private readonly aead: AeadName,
    noiseName: string,
  ) {
    const name = utf8(noiseName);
    const padded = new Uint8Array(HASH_BYTES);
    if (name.length <= HASH_BYTES) padded.set(name);
    this.#h = name.length <= HASH_BYTES ? padded : primitives.hash(name);
    this.#chainingKey = this.#h;
    this.#cipher = new CipherState(primitives, aead);
  }

  /** The transcript hash so far; public, so reading it before the end gives nothing away. */
  get h(): Uint8Array {
    return this.#h;
  }

  mixKey(input: Uint8Array): void {
    const [chainingKey, key] = this.#hkdf(input);
    this.#chainingKey = chainingKey;
    this.#cipher.initializeKey(key);
  }

  mixHash(data: Uint8Array): void {
    this.#h = this.primitives.hash(this.#h, data);
  }

  encryptAndHash(plaintext: Uint8Array): Uint8Array {
    const ciphertext = this.#cipher.encryptWithAd(this.#h, plaintext);
    this.mixHash(ciphertext);
    return ciphertext;
  }

  /** @throws SansfilError DECRYPT_FAILED */
  decryptAndHash(ciphertext: Uint8Array): Uint8Array {
    const plaintext = this.#cipher.decryptWithAd(this.#h, ciphertext);
    this.mixHash(ciphertext);
    return plaintext;
  }

  get hasKey(): boolean {
    return this.#cipher.hasKey;
  }

  /** The cipher of initiator to responder, then the other. */
  split(): readonly [CipherState, CipherState] {
    const [first, second] = this.#hkdf(EMPTY);
    return [new CipherState(this.primitives, this.aead, first), new CipherState(this.primitives, this.aead, second)];
  }

  /** Noise §4.3 with two outputs. */
  #hkdf(input: Uint8Array): readonly [Uint8Array, Uint8Array] {
    const secret = this.primitives.hmac(this.#chainingKey, input);
    const first = this.primitives.hmac(secret, ONE);
    return [first, this.primitives.hmac(secret, first, TWO)];
  }
}
