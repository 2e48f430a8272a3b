import { HALF_OPEN_COOKIE, HALF_OPEN_MAX, HALF_OPEN_PER_ADDRESS_MAX } from '../../base/limits.js';
import { addressBucket } from './addressBucket.js';

interface Guest {
  readonly bucket: string | undefined;
  readonly evict: () => void;
  /** Whose turn it is: a caller is silent until its HELLO, then we work for it or wait for its next frame. */
  turn: 'silent' | 'ours' | 'theirs';
  isWorkedFor: boolean;
  hasLeft: boolean;
}

/** A place among the handshakes under way. */
export interface Place {
  /** It is our turn until `waits`. The place is taken until the work has ended, even if the caller leaves meanwhile. */
  serves(work: Promise<unknown>): void;
  /** It is the caller's turn. */
  waits(): void;
  release(): void;
}

/**
 * Bounds the handshakes that others began and did not end, and with them the work for such callers, overall and for each
 * address. When it is full somebody for whom we wait makes room, so that connections which only sit there do not keep
 * honest ones out; whoever waits for us keeps its place, since what was done for it would be done for nothing.
 */
export class HalfOpen {
  /** Those for whom we wait in the order in which we began to. */
  readonly #guests = new Set<Guest>();

  get count(): number {
    return this.#guests.size;
  }

  /** Whether a HELLO must bring a cookie. */
  get crowded(): boolean {
    return this.count >= HALF_OPEN_COOKIE;
  }

  /** Undefined: there is no room. `evict` is called at most once, only when it is the caller's turn, and not after `release`. */
  enter(address: string | undefined, evict: () => void): Place | undefined {
    const bucket = address === undefined ? undefined : addressBucket(address);
    const neighbours = bucket === undefined ? [] : [...this.#guests].filter((guest) => guest.bucket === bucket);
    if (neighbours.length >= HALF_OPEN_PER_ADDRESS_MAX && !this.#makeRoom(neighbours)) return undefined;
    if (this.count >= HALF_OPEN_MAX && !this.#makeRoom([...this.#guests])) return undefined;
    const guest: Guest = { bucket, evict, turn: 'silent', isWorkedFor: false, hasLeft: false };
    this.#guests.add(guest);
    return {
      serves: (work) => this.#serve(guest, work),
      waits: () => {
        guest.turn = 'theirs';
        if (this.#guests.delete(guest)) this.#guests.add(guest);
      },
      release: () => {
        guest.hasLeft = true;
        if (!guest.isWorkedFor) this.#guests.delete(guest);
      },
    };
  }

  #serve(guest: Guest, work: Promise<unknown>): void {
    guest.turn = 'ours';
    guest.isWorkedFor = true;
    const ended = (): void => {
      guest.isWorkedFor = false;
      if (guest.hasLeft) this.#guests.delete(guest);
    };
    work.then(ended, ended);
  }

  /** The silent and those who said HELLO take as many places as the others before they push them out. */
  #makeRoom(among: readonly Guest[]): boolean {
    const silent = among.filter(({ turn }) => turn === 'silent');
    const awaited = among.filter(({ turn }) => turn === 'theirs');
    const leaver = silent.length >= awaited.length ? silent[0] : longestOfLargestBucket(awaited);
    if (!leaver) return false;
    this.#guests.delete(leaver);
    leaver.evict();
    return true;
  }
}

function longestOfLargestBucket(guests: readonly Guest[]): Guest | undefined {
  const sizes = new Map<string | undefined, number>();
  for (const { bucket } of guests) sizes.set(bucket, (sizes.get(bucket) ?? 0) + 1);
  const largest = Math.max(...sizes.values());
  return guests.find(({ bucket }) => sizes.get(bucket) === largest);
}
