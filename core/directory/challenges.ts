import { constantTimeEqual } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { CHALLENGE_BYTES, CHALLENGE_MS_MAX, CHALLENGES_MAX, CHALLENGES_PER_CONNECTION_MAX } from '../base/limits.js';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';

export interface Challenge {
  readonly bytes: Uint8Array;
  /** `accountKey` of the name it was asked for. */
  readonly key: string;
  /** Our wall clock, part of what is signed; no decision rests on it. */
  readonly serverTimeMs: number;
  /** Monotonic. */
  readonly expiresAt: number;
}

/** Challenges that wait for their answer: 32 random bytes, one use, 60 s, bound to connection and name. PROTOCOL [P-7.5] */
export class Challenges {
  readonly #open = new Map<string, Challenge[]>();
  #count = 0;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  get count(): number {
    return this.#count;
  }

  /** @throws SansfilError RATE_LIMITED when too many are open in all */
  issue(connection: string, key: string): Challenge {
    const now = this.clock.monotonic();
    if (this.#count >= CHALLENGES_MAX) this.#sweep(now);
    if (this.#count >= CHALLENGES_MAX) throw new SansfilError('RATE_LIMITED');
    const challenge = {
      bytes: this.random.bytes(CHALLENGE_BYTES),
      key,
      serverTimeMs: Math.max(0, Math.floor(this.clock.now())),
      expiresAt: now + CHALLENGE_MS_MAX,
    };
    const mine = this.#open.get(connection) ?? [];
    this.#open.set(connection, mine);
    mine.push(challenge);
    this.#count++;
    if (mine.length > CHALLENGES_PER_CONNECTION_MAX) {
      mine.shift();
      this.#count--;
    }
    return challenge;
  }

  /** Takes it out, whatever comes of it. @throws SansfilError CHALLENGE_UNKNOWN | CHALLENGE_EXPIRED */
  take(connection: string, key: string, bytes: Uint8Array): Challenge {
    const mine = this.#open.get(connection) ?? [];
    const at = mine.findIndex((challenge) => challenge.key === key && constantTimeEqual(challenge.bytes, bytes));
    const [taken] = at < 0 ? [] : mine.splice(at, 1);
    if (!taken) throw new SansfilError('CHALLENGE_UNKNOWN');
    this.#count--;
    if (mine.length === 0) this.#open.delete(connection);
    if (taken.expiresAt <= this.clock.monotonic()) throw new SansfilError('CHALLENGE_EXPIRED');
    return taken;
  }

  /** The connection ended, and with it all that was bound to it. */
  drop(connection: string): void {
    this.#count -= this.#open.get(connection)?.length ?? 0;
    this.#open.delete(connection);
  }

  #sweep(now: number): void {
    for (const [connection, mine] of this.#open) {
      const live = mine.filter(({ expiresAt }) => expiresAt > now);
      this.#count -= mine.length - live.length;
      if (live.length === 0) this.#open.delete(connection);
      else this.#open.set(connection, live);
    }
  }
}
