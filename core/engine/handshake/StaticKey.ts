import { STATIC_KEY_MS } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';
import type { Random } from '../../ports/random.js';

const KEY_BYTES = 32;

/** The X25519 static key of this process, PROTOCOL [P-3.7]: made when first needed, replaced daily, never written anywhere. */
export class StaticKey {
  #key: Uint8Array = new Uint8Array(0);
  #madeMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /** The private key for a handshake that begins now; the handshakes under way keep theirs. */
  current(): Uint8Array {
    const now = this.clock.monotonic();
    if (now - this.#madeMs >= STATIC_KEY_MS) {
      this.#key = this.random.bytes(KEY_BYTES);
      this.#madeMs = now;
    }
    return this.#key;
  }
}
