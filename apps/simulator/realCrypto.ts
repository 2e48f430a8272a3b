import type { Signer } from '../../core/index.js';
import type { DeviceCrypto, Rng } from '../../core/testing.js';
import { NodeFileCipher } from '../../plugins/aes-files/NodeFileCipher.js';
import { nodePrimitives } from '../../plugins/node-primitives/index.js';
import { RsaVerifier } from '../../plugins/rsa-signing/index.js';
import { RsaSigner } from '../../plugins/rsa-signing/RsaSigner.js';
import { simulatedKey } from './rsaKeys.js';

/** All that can happen without time passing, and without waiting for another thread. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Answers of the thread pool come in any order. Here they come in the order of the questions, each in a turn of the event
 * loop of its own, so that all that follows from one is over before the next: the same seed gives the same run.
 */
export class AnswersInOrder {
  #last: Promise<unknown> = Promise.resolve();
  #outstanding = 0;

  async take<T>(answer: Promise<T>): Promise<T> {
    this.#outstanding++;
    const settled = Promise.allSettled([answer, this.#last]).then(async ([mine]) => {
      await turn();
      this.#outstanding--;
      return mine;
    });
    this.#last = settled;
    const mine = await settled;
    if (mine.status === 'rejected') throw mine.reason;
    return mine.value;
  }

  /** A turn of the event loop, and more until every question is answered. */
  async drain(): Promise<void> {
    do await turn();
    while (this.#outstanding > 0);
  }
}

/** Keys of each device, of which the seed picks one: who of two has the higher PeerID is then not always the same. */
const KEYS_EACH = 2;

/** The cryptography of the product for the devices of one world, with keys that everybody knows. */
export class RealCrypto {
  readonly #answers = new AnswersInOrder();
  readonly #rules = new RsaVerifier();

  readonly drain = (): Promise<void> => this.#answers.drain();

  readonly of = (host: string, rng: Rng): DeviceCrypto => {
    const key = rng.between(1, KEYS_EACH);
    let signer: Signer | undefined;
    const makeSigner = (): Signer => this.#signer(`${host} ${key}`);
    return {
      primitives: nodePrimitives,
      // Made when it is asked for: a key takes a while, and a directory signs nothing.
      get signer() {
        return (signer ??= makeSigner());
      },
      verifier: {
        identify: (spki) => this.#rules.identify(spki),
        verify: (spki, label, parts, signature) => this.#answers.take(this.#rules.verify(spki, label, parts, signature)),
      },
      cipher: new NodeFileCipher(1),
    };
  };

  #signer(name: string): Signer {
    const inner = new RsaSigner(simulatedKey(name));
    return { peerId: inner.peerId, spki: inner.spki, sign: (label, parts) => this.#answers.take(inner.sign(label, parts)) };
  }
}
