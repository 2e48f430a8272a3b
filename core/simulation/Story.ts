import type { TransferId } from '../base/ids.js';
import { TRANSFERS_PER_PEER_MAX } from '../base/limits.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Rng } from './Rng.js';
import type { SimulatedDevice } from './SimulatedDevice.js';
import { Whims } from './Whims.js';

/** How lively the people of one run are; drawn before it begins. Probabilities are of one person in one round. */
export interface StoryPlan {
  readonly write: number;
  readonly read: number;
  readonly sendFile: number;
  /** Of a file that has several chunks. */
  readonly largeFile: number;
  /** Of an offer that is declined instead of accepted. */
  readonly decline: number;
  readonly cancel: number;
  /** Of somebody who pauses a transfer, or goes on with it. */
  readonly hold: number;
  readonly presence: number;
  readonly unfriend: number;
  /** They are friends already when the story begins; else they register and meet in it. */
  readonly acquainted: boolean;
  /** What people do now and then: see Whims. */
  readonly whims: number;
  /** Messages one person writes at once, once: queues and windows get full. Mostly 0. */
  readonly flood: number;
  /** What friends of old believe to be the addresses of each other is partly wrong. */
  readonly moved: boolean;
  /** Of somebody who takes back what was offered last. */
  readonly impatience: number;
}

export function drawStory(rng: Rng): StoryPlan {
  // Some days are about files; on the others a large one would take most of the run's time.
  const files = rng.chance(0.1) ? { sendFile: 0.6, largeFile: 0.8 } : { sendFile: rng.chance(0.4) ? rng.uniform() * 0.2 : 0, largeFile: 0.1 };
  return {
    write: 0.3 + rng.uniform() * 0.6,
    read: rng.uniform() * 0.4,
    ...files,
    decline: rng.uniform() * 0.3,
    cancel: rng.chance(0.3) ? 0.1 : 0,
    hold: rng.chance(0.3) ? 0.4 : 0,
    presence: rng.chance(0.5) ? 0.1 : 0,
    unfriend: rng.chance(0.15) ? 0.1 : 0,
    acquainted: rng.chance(0.8),
    whims: rng.chance(0.3) ? 0.3 : 0,
    flood: rng.chance(0.01) ? rng.between(100, 400) : 0,
    moved: rng.chance(0.2),
    impatience: rng.chance(0.4) ? 0.4 : 0,
  };
}

/** Texts one person writes in a row: the window of messages under way is met too. */
const BURST_MAX = 4;
/** Small, mostly: a file of several chunks takes as long as a hundred messages. */
const FILE_BYTES = { small: 3_000, large: 120_000 };
const STATES = ['online', 'busy', 'away', 'offline'] as const;
/** Of a file that has the name of another one. */
const COMMON_NAME = 0.2;
const FILES_MAX = 3;
const EMPTY_FILE = 0.1;
const MODES = [0o644, 0o755, 0o600] as const;
const MODIFIED_MS_MAX = 2 ** 41;
const MANY_OFFERS = 0.03;
/** Of a file that the sender changes or removes after it offered it. */
const LOST_FILE = 0.05;

/** What the people of a world do, drawn from its seed. Nobody waits for an answer: what comes of it shows in the facts. */
export class Story {
  readonly #rng: Rng;
  readonly #plan: StoryPlan;
  readonly #registered = new Set<string>();
  /** Offers nobody has answered yet, of each device. */
  readonly #offers = new Map<string, Set<TransferId>>();
  readonly #requests = new Map<string, Set<string>>();
  readonly #whims: Whims;
  #count = 0;
  #flooded = false;

  constructor(plan: StoryPlan, rng: Rng) {
    this.#plan = plan;
    this.#rng = rng;
    this.#whims = new Whims(rng.fork('whims'), (name) => this.#registered.has(name));
  }

  /** Each of the devices that run has a person, who may do something. */
  round(devices: readonly SimulatedDevice[]): void {
    for (const device of devices) {
      if (!device.running) continue;
      const others = devices.filter((other) => other !== device);
      const friend = others[this.#rng.between(0, others.length - 1)];
      if (friend) this.#act(device, friend.name);
    }
  }

  /** What people see. */
  hear(device: SimulatedDevice, fact: DomainEvent): void {
    if (fact.type === 'account.registered') this.#registered.add(device.name);
    if (fact.type === 'transfer.offered' && fact.direction === 'in') this.#of(this.#offers, device.name).add(fact.id);
    if (fact.type === 'transfer.started' || fact.type === 'transfer.ended') this.#of(this.#offers, device.name).delete(fact.id);
    if (fact.type === 'friend.changed') {
      if (fact.state === 'incoming') this.#of(this.#requests, device.name).add(fact.name);
      else this.#of(this.#requests, device.name).delete(fact.name);
    }
  }

  /** Every question that is open is answered, so that the world can come to rest. */
  answer(devices: readonly SimulatedDevice[]): void {
    for (const device of devices) {
      if (!device.running) continue;
      if (!this.#plan.acquainted && !this.#registered.has(device.name)) device.attempt({ type: 'account.register', name: device.name });
      for (const name of this.#of(this.#requests, device.name)) device.attempt({ type: 'friend.accept', name });
      for (const id of this.#of(this.#offers, device.name)) device.attempt({ type: 'transfer.accept', id });
    }
  }

  #act(device: SimulatedDevice, friend: string): void {
    const rng = this.#rng;
    const plan = this.#plan;
    if (!plan.acquainted) this.#meet(device, friend);
    if (rng.chance(plan.write)) {
      for (let n = rng.between(1, BURST_MAX); n > 0; n--) device.attempt({ type: 'message.send', to: friend, text: `${device.name} ${++this.#count}` });
    }
    if (plan.flood > 0 && !this.#flooded) this.#flood(device, friend);
    if (rng.chance(plan.read)) device.attempt({ type: 'message.read', from: friend });
    if (rng.chance(plan.sendFile)) this.#sendFile(device, friend);
    for (const id of this.#of(this.#offers, device.name)) this.#decide(device, id);
    if (rng.chance(plan.presence)) device.attempt({ type: 'presence.set', state: STATES[rng.between(0, STATES.length - 1)] ?? 'online' });
    if (rng.chance(plan.unfriend)) device.attempt({ type: 'friend.remove', name: friend });
    else if (plan.unfriend > 0 && rng.chance(0.3)) device.attempt({ type: 'friend.request', name: friend });
    for (const name of this.#of(this.#requests, device.name)) {
      if (rng.chance(0.5)) device.attempt({ type: rng.chance(plan.decline) ? 'friend.decline' : 'friend.accept', name });
    }
    if (rng.chance(plan.whims)) this.#whims.follow(device, friend);
    if (rng.chance(plan.cancel)) this.#whims.cancel(device);
    if (rng.chance(plan.hold)) this.#whims.hold(device);
    this.#whims.losePatience(device, plan.impatience);
  }

  #flood(device: SimulatedDevice, friend: string): void {
    this.#flooded = true;
    for (let n = 1; n <= this.#plan.flood; n++) device.attempt({ type: 'message.send', to: friend, text: `${n} of many` });
  }

  #meet(device: SimulatedDevice, friend: string): void {
    if (!this.#registered.has(device.name)) device.attempt({ type: 'account.register', name: device.name });
    else if (this.#rng.chance(0.4)) device.attempt({ type: 'friend.request', name: friend });
  }

  #sendFile(device: SimulatedDevice, friend: string): void {
    const paths = new Set<string>();
    for (let n = this.#rng.chance(0.7) ? 1 : this.#rng.between(2, FILES_MAX); n > 0; n--) {
      const name = this.#rng.chance(COMMON_NAME) ? 'notes.txt' : `file ${++this.#count}`;
      const bytes = this.#rng.chance(EMPTY_FILE) ? 0 : this.#rng.between(0, this.#rng.chance(this.#plan.largeFile) ? FILE_BYTES.large : FILE_BYTES.small);
      const mode = MODES[this.#rng.between(0, MODES.length - 1)] ?? 0o644;
      device.has(name, this.#rng.bytes(bytes), { modifiedMs: this.#rng.between(0, MODIFIED_MS_MAX), mode });
      paths.add(name);
    }
    // Rarely more at once than there may be.
    const times = this.#rng.chance(MANY_OFFERS) ? TRANSFERS_PER_PEER_MAX + 2 : 1;
    for (let n = 0; n < times; n++) device.attempt({ type: 'file.send', to: friend, paths: [...paths] });
    const [first] = paths;
    if (first !== undefined && this.#rng.chance(LOST_FILE)) this.#lose(device, first);
  }

  /** What was offered is gone, or not what it was. */
  #lose({ source }: SimulatedDevice, name: string): void {
    const bytes = source.files.get(name)?.bytes ?? new Uint8Array(0);
    source.files.delete(name);
    if (this.#rng.chance(0.5)) source.put(name, bytes.subarray(1), MODIFIED_MS_MAX + 1);
  }

  #decide(device: SimulatedDevice, id: TransferId): void {
    if (this.#rng.chance(0.4)) return;
    if (this.#rng.chance(this.#plan.decline)) device.attempt({ type: 'transfer.decline', id });
    else device.attempt({ type: 'transfer.accept', id });
    if (this.#rng.chance(this.#plan.cancel)) device.attempt({ type: 'transfer.cancel', id });
  }

  #of<T>(sets: Map<string, Set<T>>, device: string): Set<T> {
    const known = sets.get(device);
    if (known) return known;
    const fresh = new Set<T>();
    sets.set(device, fresh);
    return fresh;
  }
}
