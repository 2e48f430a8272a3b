import { SansfilError } from '../base/errors.js';
import { REKEY_RECORDS, SESSION_RECORDS_HARD_MAX } from '../base/limits.js';
import type { CipherState } from './noise/cipherState.js';

/** What is needed of a CipherState. */
type Ciphering = Pick<CipherState, 'n' | 'encryptWithAd' | 'decryptWithAd' | 'rekey'>;

const NO_AD = new Uint8Array(0);

/**
 * The records of one direction, PROTOCOL [P-3.12] and [P-3.13]: Noise transport messages under a key that both sides
 * replace by count. A record that does not open is fatal, and nothing opens after it.
 */
export class RecordCipher {
  #broken = false;

  constructor(private readonly cipherState: Ciphering) {}

  /** Records sealed or opened so far. */
  get count(): number {
    return this.cipherState.n;
  }

  /** @throws SansfilError SESSION_EXPIRED when the direction has carried all the records it may */
  seal(plaintext: Uint8Array): Uint8Array {
    this.#advance();
    return this.cipherState.encryptWithAd(NO_AD, plaintext);
  }

  /** @throws SansfilError DECRYPT_FAILED | SESSION_EXPIRED */
  open(ciphertext: Uint8Array): Uint8Array {
    if (this.#broken) throw new SansfilError('DECRYPT_FAILED', 'a record before this one did not decrypt');
    this.#broken = true;
    this.#advance();
    const plaintext = this.cipherState.decryptWithAd(NO_AD, ciphertext);
    this.#broken = false;
    return plaintext;
  }

  #advance(): void {
    const { n } = this.cipherState;
    if (n >= SESSION_RECORDS_HARD_MAX) throw new SansfilError('SESSION_EXPIRED');
    if (n !== 0 && n % REKEY_RECORDS === 0) this.cipherState.rekey();
  }
}
