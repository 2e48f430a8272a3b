import type { Clock } from '../ports/clock.js';

const BUCKETS_MAX = 8_192;

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket per key. Bounded: the buckets used longest ago are forgotten, which is right once they are full again. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly burst: number,
    private readonly perSecond: number,
  ) {}

  /** True when one more is allowed. */
  take(key: string): boolean {
    const now = this.clock.monotonic();
    const bucket = this.#buckets.get(key) ?? { tokens: this.burst, at: now };
    bucket.tokens = Math.min(this.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    // Re-inserting keeps the map in the order of use.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.size > BUCKETS_MAX ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
