import { DirectoryService } from '../directory/DirectoryService.js';
import { accountKey, parseAccountName, type PeerId } from '../base/ids.js';
import { MemoryDirectoryStore } from '../directory/MemoryDirectoryStore.js';
import { MemoryTokens } from '../directory/tokens.js';
import { inboxTag } from '../crypto/presenceRecord.js';
import type { Directory } from '../ports/directory.js';
import type { Primitives } from '../ports/primitives.js';
import type { Verifier } from '../ports/signer.js';
import type { Rng } from './Rng.js';
import type { VirtualClock } from './VirtualClock.js';

/** Where the devices of a world meet; transports/memory has one. */
export interface MeetingPlace {
  start(): Promise<void>;
  port(device: string): Directory;
  /** The connections of that device die. */
  cut(device: string): void;
  /** All connections die, and what was kept in memory is lost. */
  down(): void;
  /** Comes back with these rules. */
  replace(service: DirectoryService): Promise<void>;
}

export type MakeMeetingPlace = (options: { readonly service: DirectoryService; readonly carry: (device: string, deliver: () => void) => void }) => MeetingPlace;

interface SimulatedDirectoryOptions {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly primitives: Primitives;
  readonly verifier: Verifier;
  readonly place: MakeMeetingPlace;
}

/** The name of its account: what a device registers as. */
interface Member {
  readonly name: string;
  readonly peer: PeerId;
  readonly spki: Uint8Array;
}

const LATENCY_MS = { min: 1, max: 5 };

/** The directory of a world: its real rules on a store that outlives its process, or does not. */
export class SimulatedDirectory {
  readonly #options: SimulatedDirectoryOptions;
  readonly #place: MeetingPlace;
  #store = new MemoryDirectoryStore();
  /** Signed with the directory's key, not remembered: they outlive its process, and its database. */
  readonly #tokens: MemoryTokens;
  #lives = 0;
  #running = true;

  constructor(options: SimulatedDirectoryOptions) {
    this.#options = options;
    const { clock, rng, place } = options;
    this.#tokens = new MemoryTokens(clock, rng.fork('tokens'));
    const latency = rng.fork('latency');
    this.#place = place({
      service: this.#service(),
      carry: (_device, deliver) => void clock.setTimeout(deliver, latency.between(LATENCY_MS.min, LATENCY_MS.max)),
    });
  }

  get running(): boolean {
    return this.#running;
  }

  start(): Promise<void> {
    return this.#place.start();
  }

  port(device: string): Directory {
    return this.#place.port(device);
  }

  /** The connections of that device die, and its will is published. */
  cut(device: string): void {
    this.#place.cut(device);
  }

  /** Its process dies. */
  down(): void {
    this.#running = false;
    this.#place.down();
  }

  /** Starts on its database; `wiped`: on an empty one, as when the disk was lost and only the key was saved. */
  async up(how: 'whole' | 'wiped'): Promise<void> {
    if (how === 'wiped') this.#store = new MemoryDirectoryStore();
    this.#running = true;
    await this.#place.replace(this.#service());
  }

  /** Everybody is registered and a friend of everybody, as after a first day that went well. */
  async acquaint(members: readonly Member[]): Promise<void> {
    const { primitives, clock } = this.#options;
    for (const { name, peer, spki } of members) {
      const account = parseAccountName(name);
      const devices = [{ peer, spki, tag: inboxTag(primitives, peer) }];
      await this.#store.addAccount({ key: accountKey(account), name: account, createdMs: clock.now(), devices });
    }
    for (const [at, one] of members.entries()) {
      for (const other of members.slice(at + 1)) {
        const [mine, theirs] = [keyOf(one), keyOf(other)];
        await this.#store.relate(mine, theirs, () => ({ state: 'friends', by: mine }));
      }
    }
    // The rules read who is whose friend when they begin.
    await this.#place.replace(this.#service());
  }

  #service(): DirectoryService {
    const { clock, rng, primitives, verifier } = this.#options;
    return new DirectoryService({
      name: 'directory',
      store: this.#store,
      tokens: this.#tokens,
      verifier,
      primitives,
      clock,
      random: rng.fork(`service, life ${++this.#lives}`),
      logger: { log: () => undefined },
    });
  }
}

const keyOf = ({ name }: Member): string => accountKey(parseAccountName(name));
