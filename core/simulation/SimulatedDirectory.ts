import { DirectoryService } from '../directory/DirectoryService.js';
import { accountKey, parseAccountName, type PeerId } from '../base/ids.js';
import { MemoryDirectoryStore } from '../directory/MemoryDirectoryStore.js';
import { MemoryTokens } from '../directory/tokens.js';
import { inboxTag } from '../crypto/presenceRecord.js';
import type { Directory } from '../ports/directory.js';
import type { Primitives } from '../ports/primitives.js';
import type { Verifier } from '../ports/signer.js';
import { SansfilError } from '../base/errors.js';
import type { DirectoryStore } from '../directory/store.js';
import { DIRECTORY_MS } from './faults.js';
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
  /** Connections that are open. */
  readonly guests: number;
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

/** The directory of a world: its real rules on a store that outlives its process, or does not. */
export class SimulatedDirectory {
  readonly #options: SimulatedDirectoryOptions;
  readonly #place: MeetingPlace;
  #store = new MemoryDirectoryStore();
  /** Signed with the directory's key, not remembered: they outlive its process, and its database. */
  readonly #tokens: MemoryTokens;
  /** Of one write of its database that fails and changes nothing. */
  storeFailure = 0;
  /** Most that anything takes on its way. */
  latencyMs = DIRECTORY_MS;
  /** What waits for the way of that device to open again. */
  readonly #held = new Map<string, (() => void)[]>();
  #lives = 0;
  #running = true;

  constructor(options: SimulatedDirectoryOptions) {
    this.#options = options;
    const { clock, rng, place } = options;
    this.#tokens = new MemoryTokens(clock, rng.fork('tokens'));
    const latency = rng.fork('latency');
    this.#place = place({
      service: this.#service(),
      carry: (device, deliver) => {
        const held = this.#held.get(device);
        if (held) held.push(deliver);
        else clock.setTimeout(deliver, latency.between(1, this.latencyMs));
      },
    });
  }

  get running(): boolean {
    return this.#running;
  }

  /** Connections that devices hold. */
  get guests(): number {
    return this.#place.guests;
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

  /** Nothing passes between the device and the directory any more; with `broken` the directory takes it for gone, too. */
  part(device: string, how: 'stalled' | 'broken'): void {
    if (!this.#held.has(device)) this.#held.set(device, []);
    if (how === 'broken') this.#place.cut(device);
  }

  /** What waited goes on. */
  heal(device: string): void {
    const held = this.#held.get(device) ?? [];
    this.#held.delete(device);
    for (const deliver of held) this.#options.clock.setTimeout(deliver, 1);
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

  #database(): DirectoryStore {
    const luck = this.#options.rng.fork(`database, life ${this.#lives}`);
    return failing(this.#store, () => this.storeFailure > 0 && luck.chance(this.storeFailure));
  }

  #service(): DirectoryService {
    const { clock, rng, primitives, verifier } = this.#options;
    return new DirectoryService({
      name: 'directory',
      store: this.#database(),
      tokens: this.#tokens,
      verifier,
      primitives,
      clock,
      random: rng.fork(`service, life ${++this.#lives}`),
      logger: { log: () => undefined },
    });
  }
}

/** A transaction that fails has changed nothing. */
function failing(store: DirectoryStore, fails: () => boolean): DirectoryStore {
  const write = <T>(work: () => Promise<T>): Promise<T> => (fails() ? Promise.reject(new SansfilError('STORE_FAILED')) : work());
  return {
    addAccount: (account) => write(() => store.addAccount(account)),
    relate: (mine, other, decide) => write(() => store.relate(mine, other, decide)),
    accountByKey: (key) => store.accountByKey(key),
    accountByPeer: (peer) => store.accountByPeer(peer),
    related: (key, after, limit) => store.related(key, after, limit),
    friendTags: () => store.friendTags(),
  };
}

const keyOf = ({ name }: Member): string => accountKey(parseAccountName(name));
