import { HALF_OPEN_COOKIE, HALF_OPEN_MAX, HALF_OPEN_PER_ADDRESS_MAX } from '../../base/limits.js';
import { addressBucket } from './addressBucket.js';

interface Guest {
  readonly bucket: string | undefined;
  readonly evict: () => void;
  silent: boolean;
}

/** A place among the handshakes under way. */
export interface Place {
  /** The caller sent a HELLO: it keeps its place until the handshake ends. */
  spoke(): void;
  release(): void;
}

/**
 * Bounds the handshakes that others began and did not end, overall and for each address. When it is full the oldest
 * caller that has said nothing yet makes room, so that connections which only sit there do not keep honest ones out.
 */
export class HalfOpen {
  /** In the order of arrival. */
  readonly #guests = new Set<Guest>();

  get count(): number {
    return this.#guests.size;
  }

  /** Whether a HELLO must bring a cookie. */
  get crowded(): boolean {
    return this.count >= HALF_OPEN_COOKIE;
  }

  /** Undefined: there is no room. `evict` is called at most once, and not after `release`. */
  enter(address: string | undefined, evict: () => void): Place | undefined {
    const bucket = address === undefined ? undefined : addressBucket(address);
    const neighbours = bucket === undefined ? [] : [...this.#guests].filter((guest) => guest.bucket === bucket);
    if (neighbours.length >= HALF_OPEN_PER_ADDRESS_MAX && !this.#makeRoom(neighbours)) return undefined;
    if (this.count >= HALF_OPEN_MAX && !this.#makeRoom([...this.#guests])) return undefined;
    const guest: Guest = { bucket, evict, silent: true };
    this.#guests.add(guest);
    return {
      spoke: () => {
        guest.silent = false;
      },
      release: () => {
        this.#guests.delete(guest);
      },
    };
  }

  #makeRoom(among: readonly Guest[]): boolean {
    const oldest = among.find((guest) => guest.silent);
    if (!oldest) return false;
    this.#guests.delete(oldest);
    oldest.evict();
    return true;
  }
}
