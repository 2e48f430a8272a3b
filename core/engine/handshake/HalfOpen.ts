import { HALF_OPEN_COOKIE, HALF_OPEN_MAX, HALF_OPEN_PER_ADDRESS_MAX } from '../../base/limits.js';
import { addressBucket } from './addressBucket.js';

interface Guest {
  readonly bucket: string | undefined;
  readonly evict: () => void;
  stage: 'silent' | 'speaking' | 'proven';
}

/** A place among the handshakes under way. */
export interface Place {
  /** The caller sent a HELLO. */
  spoke(): void;
  /** The caller is who may call: it keeps its place until the handshake ends. */
  proved(): void;
  release(): void;
}

/**
 * Bounds the handshakes that others began and did not end, overall and for each address. When it is full somebody who has
 * proven nothing makes room, so that connections which only sit there do not keep honest ones out: a handshake of ours
 * takes milliseconds, and whoever leaves is the one that had the most time.
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

  /** Undefined: there is no room. `evict` is called at most once, and not after `proved` or `release`. */
  enter(address: string | undefined, evict: () => void): Place | undefined {
    const bucket = address === undefined ? undefined : addressBucket(address);
    const neighbours = bucket === undefined ? [] : [...this.#guests].filter((guest) => guest.bucket === bucket);
    if (neighbours.length >= HALF_OPEN_PER_ADDRESS_MAX && !this.#makeRoom(neighbours)) return undefined;
    if (this.count >= HALF_OPEN_MAX && !this.#makeRoom([...this.#guests])) return undefined;
    const guest: Guest = { bucket, evict, stage: 'silent' };
    this.#guests.add(guest);
    return {
      spoke: () => {
        guest.stage = 'speaking';
      },
      proved: () => {
        guest.stage = 'proven';
      },
      release: () => {
        this.#guests.delete(guest);
      },
    };
  }

  /** Those who said nothing and those who said HELLO take half of the places each before they push out the others. */
  #makeRoom(among: readonly Guest[]): boolean {
    const silent = among.filter(({ stage }) => stage === 'silent');
    const speaking = among.filter(({ stage }) => stage === 'speaking');
    const leaver = silent.length >= speaking.length ? silent[0] : oldestOfLargestBucket(speaking);
    if (!leaver) return false;
    this.#guests.delete(leaver);
    leaver.evict();
    return true;
  }
}

function oldestOfLargestBucket(guests: readonly Guest[]): Guest | undefined {
  const sizes = new Map<string | undefined, number>();
  for (const { bucket } of guests) sizes.set(bucket, (sizes.get(bucket) ?? 0) + 1);
  const largest = Math.max(...sizes.values());
  return guests.find(({ bucket }) => sizes.get(bucket) === largest);
}
