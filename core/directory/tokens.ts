import { toHex } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import type { AccountName, PeerId } from '../base/ids.js';
import { TOKEN_MS } from '../base/limits.js';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';

export interface TokenClaims {
  readonly peer: PeerId;
  readonly name: AccountName;
  /** Topic tag of the device; its client id. */
  readonly tag: string;
}

/** Makes and checks the short-lived proof of a login, PROTOCOL [P-7.6]. */
export interface TokenIssuer {
  issue(claims: TokenClaims): Promise<string>;
  /** @throws SansfilError TOKEN_EXPIRED | TOKEN_INVALID */
  verify(token: string): Promise<TokenClaims>;
}

/** Tokens that mean something to this process only: for the simulation and for specs. */
export class MemoryTokens implements TokenIssuer {
  readonly #tokens = new Map<string, { readonly claims: TokenClaims; readonly expiresAt: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly lifeMs: number = TOKEN_MS,
  ) {}

  issue(claims: TokenClaims): Promise<string> {
    const now = this.clock.monotonic();
    // An expired token is remembered for another life, so that its holder is told why.
    for (const [token, { expiresAt }] of this.#tokens) if (expiresAt + this.lifeMs < now) this.#tokens.delete(token);
    const token = toHex(this.random.bytes(16));
    this.#tokens.set(token, { claims, expiresAt: now + this.lifeMs });
    return Promise.resolve(token);
  }

  verify(token: string): Promise<TokenClaims> {
    const known = this.#tokens.get(token);
    if (!known) return Promise.reject(new SansfilError('TOKEN_INVALID'));
    if (known.expiresAt <= this.clock.monotonic()) return Promise.reject(new SansfilError('TOKEN_EXPIRED'));
    return Promise.resolve(known.claims);
  }
}
