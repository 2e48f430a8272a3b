import { constantTimeEqual, utf8 } from '../../base/bytes.js';
import { COOKIE_SECRET_MS } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';

const COOKIE_BYTES = 16;
const SECRET_BYTES = 32;

export interface CookieJarParts {
  readonly primitives: Primitives;
  readonly random: Random;
  readonly clock: Clock;
}

/**
 * Cookies of RETRY, PROTOCOL [P-3.3]: whoever brings one back really receives at its address. Nothing is kept for a
 * cookie but the secret it was made with; the secret before it still counts, so that no handshake fails at the change.
 */
export class CookieJar {
  #secret: Uint8Array = new Uint8Array(0);
  #previous: Uint8Array = new Uint8Array(0);
  #madeMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: CookieJarParts) {}

  bake(address: string, offer: readonly number[]): Uint8Array {
    this.#rotate();
    return this.#cookie(this.#secret, address, offer);
  }

  isOurs(cookie: Uint8Array, address: string, offer: readonly number[]): boolean {
    this.#rotate();
    return [this.#secret, this.#previous].some((secret) => secret.length > 0 && constantTimeEqual(cookie, this.#cookie(secret, address, offer)));
  }

  #cookie(secret: Uint8Array, address: string, offer: readonly number[]): Uint8Array {
    return this.parts.primitives.hmac(secret, utf8(address), Uint8Array.of(offer.length, ...offer)).subarray(0, COOKIE_BYTES);
  }

  #rotate(): void {
    const age = this.parts.clock.monotonic() - this.#madeMs;
    if (age < COOKIE_SECRET_MS) return;
    // Older than two lives: nobody can still be on the way with a cookie of it.
    this.#previous = age < 2 * COOKIE_SECRET_MS ? this.#secret : new Uint8Array(0);
    this.#secret = this.parts.random.bytes(SECRET_BYTES);
    this.#madeMs = this.parts.clock.monotonic();
  }
}
