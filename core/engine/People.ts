import { SansfilError } from '../base/errors.js';
import { accountKey, type AccountName, type PeerId } from '../base/ids.js';
import type { Presence } from '../events/domainEvents.js';
import type { Contact, ContactState, ContactStore, Trust } from '../ports/stores.js';
import type { Facts, PeerPolicy } from './contracts.js';

export interface PeoplePorts {
  readonly store: ContactStore;
  readonly facts: Facts;
}

export interface PresenceView {
  readonly state: Presence;
  readonly sinceMs?: number;
}

/** How far two devices have come towards each other. */
const ADVANCE: { readonly [S in ContactState]: number } = { incoming: 0, outgoing: 1, friend: 2 };

const OFFLINE: PresenceView = { state: 'offline' };

/**
 * Everybody this device knows: the contacts of the store, mirrored in memory, and what they say of themselves. A pinned
 * PeerID is never replaced here; each change is on the disk before it is a fact.
 */
export class People implements PeerPolicy {
  readonly #contacts = new Map<PeerId, Contact>();
  /** By `accountKey`. */
  readonly #names = new Map<string, PeerId>();
  readonly #presence = new Map<PeerId, PresenceView>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ports: PeoplePorts) {}

  async start(): Promise<void> {
    const { store } = this.ports;
    const found = await store.all();
    for (const contact of found) {
      // A crash came between taking the new key of an account and letting go of the old one.
      const isReplaced = found.some(({ peer, name }) => peer === contact.changedTo && accountKey(name) === accountKey(contact.name));
      if (isReplaced) await store.remove(contact.peer);
      else this.#keep(contact);
    }
  }

  all(): readonly Contact[] {
    return [...this.#contacts.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  byPeer(peer: PeerId): Contact | undefined {
    return this.#contacts.get(peer);
  }

  byName(name: AccountName): Contact | undefined {
    const peer = this.#names.get(accountKey(name));
    return peer === undefined ? undefined : this.#contacts.get(peer);
  }

  presenceOf(peer: PeerId): PresenceView {
    return this.#presence.get(peer) ?? OFFLINE;
  }

  admits(peer: PeerId): boolean {
    const contact = this.#contacts.get(peer);
    return contact?.state === 'friend' && contact.changedTo === undefined;
  }

  /** Friends who say that they are there. */
  present(): readonly PeerId[] {
    return this.all()
      .map(({ peer }) => peer)
      .filter((peer) => this.admits(peer) && this.presenceOf(peer).state !== 'offline');
  }

  addressesOf(peer: PeerId): readonly string[] {
    return this.#contacts.get(peer)?.addresses ?? [];
  }

  /**
   * Pins a new contact, or moves a known one on. Never back: what a person asked or agreed to stays until it is removed,
   * also when whoever calls looked before that was known here.
   * @throws SansfilError KEY_CHANGED when the name is pinned to another device, or the device to another name
   */
  settle(peer: PeerId, name: AccountName, state: ContactState): Promise<Contact> {
    return this.#serial(async () => {
      const known = this.#contacts.get(peer);
      const pinned = this.byName(name);
      if ((pinned && pinned.peer !== peer) || (known && known !== pinned)) throw new SansfilError('KEY_CHANGED', `'${name}' is pinned to another key`);
      if (known && ADVANCE[known.state] >= ADVANCE[state]) return known;
      const contact: Contact = known ? { ...known, state } : { peer, name, state, verified: false, addresses: [] };
      await this.#put(contact);
      this.ports.facts.publish({ type: 'friend.changed', peer, name: contact.name, state });
      return contact;
    });
  }

  remove(peer: PeerId): Promise<void> {
    return this.#serial(async () => {
      const known = this.#contacts.get(peer);
      if (!known) return;
      await this.ports.store.remove(peer);
      this.#drop(known);
    });
  }

  /** A person compared the safety number. @throws SansfilError FRIEND_UNKNOWN */
  async setVerified(peer: PeerId, verified: boolean): Promise<Contact> {
    const contact = await this.#change(peer, (known) => ({ ...known, verified }));
    if (!contact) throw new SansfilError('FRIEND_UNKNOWN');
    this.ports.facts.publish({ type: 'friend.verified', peer, name: contact.name, verified });
    return contact;
  }

  /** A person decided what is accepted from there without asking. @throws SansfilError FRIEND_UNKNOWN */
  async setTrust(peer: PeerId, trust: Trust | undefined): Promise<Contact> {
    const contact = await this.#change(peer, ({ trust: _former, ...known }) => (trust === undefined ? known : { ...known, trust }));
    if (!contact) throw new SansfilError('FRIEND_UNKNOWN');
    return contact;
  }

  /** What is accepted from there without asking; nothing when the key of that friend is not the one it was decided for. */
  trustOf(peer: PeerId): Trust | undefined {
    return this.admits(peer) ? this.#contacts.get(peer)?.trust : undefined;
  }

  /**
   * A person compared the safety number of the key that the directory names now: it takes the place of the pinned one,
   * and nothing that was meant for the old one goes to it.
   * @throws SansfilError FRIEND_UNKNOWN | KEY_CHANGED when that key is already pinned to another name
   */
  adopt(peer: PeerId, to: PeerId): Promise<Contact> {
    return this.#serial(async () => {
      const { store, facts } = this.ports;
      const known = this.#contacts.get(peer);
      if (known?.changedTo !== to) throw new SansfilError('FRIEND_UNKNOWN');
      if (this.#contacts.has(to)) throw new SansfilError('KEY_CHANGED', `the new key of '${known.name}' is pinned to another name`);
      const { name, state } = known;
      const contact: Contact = { peer: to, name, state, verified: true, addresses: [] };
      // In this order, so that a crash between the two does not lose the friend.
      await store.put(contact);
      await store.remove(peer);
      this.#drop(known);
      this.#keep(contact);
      facts.publish({ type: 'friend.changed', peer: to, name, state });
      facts.publish({ type: 'friend.verified', peer: to, name, verified: true });
      return contact;
    });
  }

  /** The directory names another key for this account, or (undefined) the pinned one again. */
  async setChangedTo(peer: PeerId, to: PeerId | undefined): Promise<void> {
    if (this.byPeer(peer)?.changedTo === to) return;
    const contact = await this.#change(peer, ({ changedTo: _former, ...known }) => (to === undefined ? known : { ...known, changedTo: to }));
    if (!contact) return;
    const { name, state } = contact;
    this.ports.facts.publish(to === undefined ? { type: 'friend.changed', peer, name, state } : { type: 'friend.keyChanged', name, from: peer, to });
  }

  /** Where to dial from now on, also when it cannot be kept for the next start. @throws SansfilError DISK_FULL | STORE_… */
  setAddresses(peer: PeerId, addresses: readonly string[]): Promise<void> {
    return this.#serial(async () => {
      const known = this.#contacts.get(peer);
      if (!known || known.addresses.join() === addresses.join()) return;
      const contact = { ...known, addresses };
      this.#keep(contact);
      await this.ports.store.put(contact);
    });
  }

  setPresence(peer: PeerId, presence: PresenceView): void {
    const contact = this.#contacts.get(peer);
    const before = this.presenceOf(peer);
    if (!contact) return;
    this.#presence.set(peer, presence);
    if (before.state === presence.state && before.sinceMs === presence.sinceMs) return;
    this.ports.facts.publish({ type: 'presence.changed', peer, name: contact.name, state: presence.state, sinceMs: presence.sinceMs ?? 0 });
  }

  async #put(contact: Contact): Promise<void> {
    await this.ports.store.put(contact);
    this.#keep(contact);
  }

  #drop({ peer, name }: Contact): void {
    this.#contacts.delete(peer);
    this.#names.delete(accountKey(name));
    this.#presence.delete(peer);
    this.ports.facts.publish({ type: 'friend.changed', peer, name, state: 'removed' });
  }

  #keep(contact: Contact): void {
    this.#contacts.set(contact.peer, contact);
    this.#names.set(accountKey(contact.name), contact.peer);
  }

  #change(peer: PeerId, change: (known: Contact) => Contact): Promise<Contact | undefined> {
    return this.#serial(async () => {
      const known = this.#contacts.get(peer);
      if (!known) return undefined;
      const contact = change(known);
      await this.#put(contact);
      return contact;
    });
  }

  /** One change at a time, so that none is lost between reading and writing. */
  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    const ended = (): void => undefined;
    this.#last = result.then(ended, ended);
    return result;
  }
}
