import { SansfilError } from '../../base/errors.js';
import { PRESENCE_REPAIR_MS } from '../../base/limits.js';
import { openPresence, sealPresence } from '../../crypto/presenceRecord.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { Signer, Verifier } from '../../ports/signer.js';
import type { SettingsStore } from '../../ports/stores.js';
import { PRESENCE_EPOCH, WILL_SEQ, type PresenceFields, type PresenceState } from '../../protocol/presence.js';

export interface OwnPresencePorts {
  readonly settings: SettingsStore;
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly clock: Clock;
}

/** What to do about a record that stands on our own topic. */
export type Verdict = 'ours' | 'repair' | 'surpassed';

const COUNTER = 'presence';
/** Added to the counter: raised when records of a later epoch than ours turn up (our settings are an older copy). */
const FLOOR = 'presence.floor';

/** Makes this device's own records: epoch × 65 536 + n orders them without a clock, the last of an epoch is its will. */
export class OwnPresence {
  addresses: readonly string[] = [];
  #epoch = 0;
  #n = 0;
  #published = 0;
  /** Nothing was said in this epoch yet: a connection that never came about does not use it up, nor the disk. */
  #unused = false;
  #state: PresenceState | undefined;
  #sinceMs = 0;
  #repair: Timer;

  constructor(private readonly ports: OwnPresencePorts) {}

  /** A new connection: a new epoch, and the will for it. */
  async begin(): Promise<Uint8Array> {
    const { settings, clock } = this.ports;
    if (!this.#unused) this.#epoch = (await this.#floor()) + (await settings.increment(COUNTER));
    this.#unused = true;
    this.#n = 0;
    this.#published = 0;
    return this.#seal({ state: 'offline', seq: this.#epoch * PRESENCE_EPOCH + WILL_SEQ, sinceMs: clock.now(), addresses: [] });
  }

  /** The next record of this epoch. Undefined when its numbers are used up: another connection is due. */
  async next(state: PresenceState): Promise<Uint8Array | undefined> {
    if (this.#n >= WILL_SEQ) return undefined;
    this.#unused = false;
    const seq = this.#epoch * PRESENCE_EPOCH + this.#n++;
    this.#published = seq;
    if (state !== this.#state) this.#sinceMs = this.ports.clock.now();
    this.#state = state;
    return this.#seal({ state, seq, sinceMs: this.#sinceMs, addresses: this.addresses });
  }

  /** `surpassed`: friends hold a later record than any this connection can make; another connection is due. */
  async judge(record: Uint8Array): Promise<Verdict> {
    const { signer, verifier } = this.ports;
    const first = this.#epoch * PRESENCE_EPOCH;
    // Before we said anything, what stands there is of an earlier connection, and what we say first replaces it.
    const stale = (): Verdict => (this.#published === 0 ? 'ours' : 'repair');
    let seq: number;
    try {
      ({ seq } = await openPresence(verifier, record, signer.peerId));
    } catch (error) {
      if (SansfilError.is(error)) return stale();
      throw error;
    }
    if (seq < first) return stale();
    if (seq <= this.#published) return 'ours';
    await this.#raise(seq);
    this.#unused = false;
    return 'surpassed';
  }

  /** At most one repair in PRESENCE_REPAIR_MS, however often somebody overwrites us. */
  repairSoon(repair: () => void): void {
    if (this.#repair !== undefined) return;
    this.#repair = this.ports.clock.setTimeout(() => {
      this.#repair = undefined;
      repair();
    }, PRESENCE_REPAIR_MS);
  }

  /** No repair after the connection is gone. */
  end(): void {
    this.ports.clock.clearTimeout(this.#repair);
    this.#repair = undefined;
  }

  #seal(fields: Omit<PresenceFields, 'spki'>): Promise<Uint8Array> {
    return sealPresence(this.ports.signer, { ...fields, sinceMs: Math.max(0, Math.floor(fields.sinceMs)) });
  }

  async #floor(): Promise<number> {
    const floor = Number((await this.ports.settings.get(FLOOR)) ?? '0');
    return Number.isSafeInteger(floor) && floor >= 0 ? floor : 0;
  }

  async #raise(seq: number): Promise<void> {
    const { settings } = this.ports;
    const missing = Math.floor(seq / PRESENCE_EPOCH) - this.#epoch;
    await settings.set(FLOOR, String((await this.#floor()) + Math.max(0, missing)));
  }
}
