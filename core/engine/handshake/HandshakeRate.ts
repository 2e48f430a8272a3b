import { HANDSHAKE_ADDRESSES_MAX, HANDSHAKES_PER_ADDRESS_PER_SECOND } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';
import { addressBucket } from './addressBucket.js';

interface Tokens {
  left: number;
  atMs: number;
}

/**
 * A token bucket for each address: the responder signs before it knows who calls, which makes HELLO the flood target.
 * A link without an address is bounded by the number of half-open handshakes only.
 */
export class HandshakeRate {
  /** Least recently seen first. */
  readonly #buckets = new Map<string, Tokens>();

  constructor(private readonly clock: Clock) {}

  /** Whether one more handshake from there may begin now. */
  take(address: string | undefined): boolean {
    if (address === undefined) return true;
    const key = addressBucket(address);
    const now = this.clock.monotonic();
    const known = this.#buckets.get(key) ?? { left: HANDSHAKES_PER_ADDRESS_PER_SECOND, atMs: now };
    const refilled = known.left + ((now - known.atMs) / 1_000) * HANDSHAKES_PER_ADDRESS_PER_SECOND;
    const left = Math.min(HANDSHAKES_PER_ADDRESS_PER_SECOND, refilled);
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, atMs: now });
    this.#forget();
    return left >= 1;
  }

  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= HANDSHAKE_ADDRESSES_MAX) return;
      this.#buckets.delete(key);
    }
  }
}
