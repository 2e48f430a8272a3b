import type { ShareId, TransferId } from '../../base/ids.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { Rng } from '../Rng.js';
import type { SimulatedDevice } from '../SimulatedDevice.js';
import { drawContent, Folders, type Content } from './Folders.js';
import type { HoldersPlan } from './HoldersPlan.js';
import type { Supply } from './Supply.js';

/** Of one person. */
interface Hand {
  /** Folders that may be shared, by name, and what was in them. */
  readonly folders: Map<string, Content>;
  /** Folders that were sent. */
  readonly sent: Set<string>;
  readonly shares: Map<ShareId, string>;
  /** Offers nobody has answered yet. */
  readonly offers: Set<TransferId>;
  /** All it ever heard of. */
  readonly transfers: Set<TransferId>;
}

const FETCHES_EACH = 4;
/** So often somebody looks who else has what only a liar shares, before giving it up. */
const LOOKS_TRUSTING = 20;

/** Friends who share the same under different names, fetch it from each other, and send folders meanwhile. */
export class HoldersStory {
  readonly #hands = new Map<string, Hand>();
  readonly #folders: Folders;
  #count = 0;
  #looks = 0;

  constructor(
    private readonly plan: HoldersPlan,
    private readonly rng: Rng,
    private readonly supply: Supply,
  ) {
    this.#folders = new Folders(rng.fork('folders'));
  }

  /** Everybody has something before the first round. */
  begin(devices: readonly SimulatedDevice[]): void {
    for (let n = 1; n <= this.plan.contents; n++) {
      const content = drawContent(this.rng.fork(`content ${n}`), this.plan.itemsMax, this.plan.large);
      const first = this.rng.between(0, devices.length - 1);
      for (const [at, device] of devices.entries()) {
        // One at least does without: somebody must want it.
        if (at === (first + 1) % devices.length || (at !== first && !this.rng.chance(this.plan.alsoHeld))) continue;
        const folder = `${device.name}'s ${n}`;
        this.#folders.put(device, folder, content);
        this.#hand(device).folders.set(folder, content);
        device.attempt({ type: 'share.add', path: folder });
      }
    }
  }

  round(devices: readonly SimulatedDevice[]): void {
    for (const device of devices) {
      const friends = devices.filter((other) => other !== device);
      const friend = friends[this.rng.between(0, friends.length - 1)];
      if (device.running && friend) this.#act(device, friend);
    }
  }

  /** What people see. */
  hear(device: SimulatedDevice, fact: DomainEvent): void {
    const hand = this.#hand(device);
    if (fact.type === 'share.added') hand.shares.set(fact.id, fact.name);
    if (fact.type === 'share.removed') hand.shares.delete(fact.id);
    if (fact.type === 'transfer.offered' || fact.type === 'transfer.fetching') hand.transfers.add(fact.id);
    if (fact.type === 'transfer.offered' && fact.direction === 'in') hand.offers.add(fact.id);
    if (fact.type === 'transfer.started' || fact.type === 'transfer.ended') hand.offers.delete(fact.id);
  }

  /** Every question that is open is answered, and nobody waits for what nobody has any more. */
  answer(devices: readonly SimulatedDevice[]): void {
    this.#looks++;
    for (const device of devices) {
      if (!device.running) continue;
      for (const id of this.#hand(device).offers) device.attempt({ type: 'transfer.accept', id });
      const inVain = this.supply.inVain(device, this.#looks <= LOOKS_TRUSTING);
      for (const id of inVain) device.attempt({ type: 'transfer.cancel', id });
      if (this.supply.open(device).length === inVain.length) continue;
      // Only the friend it was asked of is dialled for a fetch: whoever looks what the others share meets them.
      for (const friend of devices) if (friend !== device) device.attempt({ type: 'share.browse', name: friend.name });
    }
  }

  #act(device: SimulatedDevice, friend: SimulatedDevice): void {
    const { rng, plan } = this;
    const hand = this.#hand(device);
    if (rng.chance(plan.share)) this.#share(device, hand);
    if (rng.chance(plan.unshare)) this.#unshare(device, hand);
    if (rng.chance(plan.fetch)) this.#fetch(device, friend);
    if (rng.chance(plan.send) && device.name !== plan.liar?.name) this.#send(device, friend);
    if (rng.chance(plan.change)) this.#change(device, hand);
    for (const id of hand.offers) {
      if (rng.chance(0.5)) device.attempt({ type: rng.chance(plan.decline) ? 'transfer.decline' : 'transfer.accept', id });
    }
    const id = this.#one(hand.transfers);
    if (id !== undefined && rng.chance(plan.cancel)) device.attempt({ type: 'transfer.cancel', id });
    if (id !== undefined && rng.chance(plan.hold)) device.attempt({ type: rng.chance(0.5) ? 'transfer.pause' : 'transfer.resume', id });
  }

  /** What was shared already is looked through again. */
  #share(device: SimulatedDevice, { folders }: Hand): void {
    const folder = this.#one(folders.keys());
    if (folder !== undefined) device.attempt({ type: 'share.add', path: folder });
  }

  #unshare(device: SimulatedDevice, { shares }: Hand): void {
    const id = this.#one(shares.keys());
    if (id !== undefined) device.attempt({ type: 'share.remove', id });
  }

  /** Only what it has not got. */
  #fetch(device: SimulatedDevice, friend: SimulatedDevice): void {
    const [own, theirs] = [this.#hand(device), this.#hand(friend)];
    const share = this.#one(theirs.shares);
    if (!share || device.of('transfer.fetching').length >= FETCHES_EACH) return;
    const [id, folder] = share;
    const content = theirs.folders.get(folder);
    if (!content || [...own.folders.values()].includes(content)) return;
    const names = [...content.keys()].filter(() => this.rng.chance(0.5));
    const items = this.rng.chance(this.plan.some) && names.length > 0 ? { items: names.map((name) => `${folder}/${name}`) } : {};
    if (this.rng.chance(0.2)) device.attempt({ type: 'share.browse', name: friend.name, id });
    device.attempt({ type: 'share.fetch', name: friend.name, id, ...items });
  }

  /** Something new; or the folder that is shared, while it is shared. */
  #send(device: SimulatedDevice, friend: SimulatedDevice): void {
    const folder = `${device.name} to ${friend.name} ${++this.#count}`;
    this.#folders.put(device, folder, drawContent(this.rng, this.plan.itemsMax, this.plan.large));
    this.#hand(device).sent.add(folder);
    device.attempt({ type: 'file.send', to: friend.name, paths: [folder] });
  }

  #change(device: SimulatedDevice, { folders, sent }: Hand): void {
    const folder = this.#one([...folders.keys(), ...sent]);
    if (folder !== undefined) this.#folders.change(device, folder, folders.has(folder));
  }

  #one<T>(all: Iterable<T>): T | undefined {
    const list = [...all];
    return list.length === 0 ? undefined : list[this.rng.between(0, list.length - 1)];
  }

  #hand({ name }: SimulatedDevice): Hand {
    const known = this.#hands.get(name);
    if (known) return known;
    const fresh: Hand = { folders: new Map(), sent: new Set(), shares: new Map(), offers: new Set(), transfers: new Set() };
    this.#hands.set(name, fresh);
    return fresh;
  }
}
