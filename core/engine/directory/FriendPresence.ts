import { SansfilError } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { openPresence } from '../../crypto/presenceRecord.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Verifier } from '../../ports/signer.js';
import { PRESENCE_EPOCH, WILL_SEQ, type PresenceFields } from '../../protocol/presence.js';
import type { People } from '../People.js';

export interface FriendPresencePorts {
  readonly people: People;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The friend may be dialled now: it is there, or it moved. */
  readonly onReachable: (peer: PeerId) => void;
}

interface Watch {
  readonly peer: PeerId;
  /** Highest number accepted: what is lower is a replay. */
  seq: number;
  busy: boolean;
  /** The newest that came while one was being verified; those between need no look. */
  next: Uint8Array | undefined;
}

/** What friends say of themselves, believed only when it is signed by the pinned key and not older than what we know. */
export class FriendPresence {
  readonly #watches = new Map<string, Watch>();
  #connected = false;

  constructor(private readonly ports: FriendPresencePorts) {}

  /** Replaces who is watched: tag → device. What is known of those who stay is kept. */
  watch(friends: ReadonlyMap<string, PeerId>): void {
    for (const [tag, { peer }] of this.#watches) {
      if (friends.has(tag)) continue;
      this.#watches.delete(tag);
      this.ports.people.setPresence(peer, { state: 'offline' });
    }
    for (const [tag, peer] of friends) {
      if (!this.#watches.has(tag)) this.#watches.set(tag, { peer, seq: -1, busy: false, next: undefined });
    }
  }

  entered(): void {
    this.#connected = true;
  }

  /** The directory is out of reach: whether friends are there is not known. */
  left(): void {
    this.#connected = false;
    const sinceMs = this.ports.clock.now();
    for (const { peer } of this.#watches.values()) {
      if (this.ports.people.presenceOf(peer).state !== 'offline') this.ports.people.setPresence(peer, { state: 'offline', sinceMs });
    }
  }

  hear(tag: string, record: Uint8Array): void {
    const watch = this.#watches.get(tag);
    if (!watch) return;
    watch.next = record;
    if (!watch.busy) void this.#drain(tag, watch);
  }

  async #drain(tag: string, watch: Watch): Promise<void> {
    watch.busy = true;
    for (let record = watch.next; record; record = watch.next) {
      watch.next = undefined;
      try {
        await this.#consider(tag, watch, await openPresence(this.ports.verifier, record, watch.peer));
      } catch (error) {
        this.ports.logger.log('warn', 'presence.refused', { code: SansfilError.from(error).code });
      }
    }
    watch.busy = false;
  }

  /** A friend is there whether its address can be kept for the next start or not. */
  async #noteAddresses(peer: PeerId, addresses: readonly string[]): Promise<void> {
    try {
      await this.ports.people.setAddresses(peer, addresses);
    } catch (error) {
      this.ports.logger.log('warn', 'presence.unsaved', { code: SansfilError.from(error).code });
    }
  }

  async #consider(tag: string, watch: Watch, { state, seq, sinceMs, addresses }: PresenceFields): Promise<void> {
    // The same number is the same record: the broker hands it out again after we were away.
    if (seq < watch.seq || !this.#connected || this.#watches.get(tag) !== watch) return;
    const { people } = this.ports;
    const before = { state: people.presenceOf(watch.peer).state, addresses: people.addressesOf(watch.peer).join() };
    watch.seq = seq;
    // Who leaves names no addresses; the last ones may still be good.
    if (addresses.length > 0) await this.#noteAddresses(watch.peer, addresses);
    // A will was written when its connection began: since when its device is gone, only the clock here can tell.
    const isWill = seq % PRESENCE_EPOCH === WILL_SEQ;
    people.setPresence(watch.peer, { state, sinceMs: isWill ? this.ports.clock.now() : sinceMs });
    if (state === 'offline') return;
    if (before.state === 'offline' || before.addresses !== addresses.join()) this.ports.onReachable(watch.peer);
  }
}
