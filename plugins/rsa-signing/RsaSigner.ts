import { sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { signedContent, type PeerId, type Signer } from '../../core/index.js';
import { publicHalf } from './rsaKeys.js';
import { PSS } from './RsaVerifier.js';

const signOnThreadPool = promisify<string, Uint8Array, { key: KeyObject; padding: number; saltLength: number }, Buffer>(sign);

/** Signs labelled contents only; the key stays in here. */
export class RsaSigner implements Signer {
  readonly peerId: PeerId;
  readonly spki: Uint8Array;
  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    const { peerId, spki } = publicHalf(privateKey);
    this.peerId = peerId;
    this.spki = spki;
    this.#privateKey = privateKey;
  }

  async sign(label: string, parts: readonly Uint8Array[]): Promise<Uint8Array> {
    return Uint8Array.from(await signOnThreadPool('sha256', signedContent(label, parts), { key: this.#privateKey, ...PSS }));
  }
}
