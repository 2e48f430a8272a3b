import { SansfilError, type ErrorCode } from '../../base/errors.js';
import { accountKey, parseAccountName, parsePeerId, type AccountName, type PeerId } from '../../base/ids.js';
import { FRIENDS_MAX } from '../../base/limits.js';
import type { FriendEntry } from '../../directory/methods.js';
import type { Logger } from '../../ports/logger.js';
import type { Contact, SettingsStore } from '../../ports/stores.js';
import type { People } from '../People.js';
import type { DirectoryLink } from './DirectoryLink.js';
import { Noted } from './Noted.js';

export interface FriendSyncPorts {
  readonly link: DirectoryLink;
  readonly people: People;
  readonly settings: SettingsStore;
  readonly self: PeerId;
  readonly logger: Logger;
}

/** What came of a look at the list. */
export interface Look {
  /** The devices whose presence the directory lets us see, each with the number of its grant. */
  readonly visible: ReadonlyMap<PeerId, number>;
  /** Something it was told it did not take: it may later, for example when the other account is back too. */
  readonly refused: boolean;
}

type Verb = 'request' | 'accept' | 'decline' | 'remove';

/**
 * Brings what the directory says of friends together with what this device knows. The device wins: a key once pinned
 * stays, nobody becomes a friend whom no person here asked or accepted, and what the directory lost is told to it again.
 */
export class FriendSync {
  /** Whom a person here removed, and the directory has not been told yet. */
  readonly #removed: Noted<AccountName>;
  /** Whose request a person here accepted, and the answer of the directory is not known yet. */
  readonly #accepted: Noted<PeerId>;
  /** Since the look began. */
  #refused = false;

  constructor(private readonly ports: FriendSyncPorts) {
    const { settings } = ports;
    this.#removed = new Noted({ settings, key: 'friends.removed', parse: parseAccountName, identify: accountKey });
    this.#accepted = new Noted({ settings, key: 'friends.accepted', parse: parsePeerId, identify: (peer) => peer });
  }

  /** A crash may have come when a removal was noted and the friend still here. @throws SansfilError STORE_… */
  async start(): Promise<void> {
    const { people } = this.ports;
    await this.#removed.load();
    await this.#accepted.load();
    for (const name of this.#removed.values) {
      const contact = people.byName(name);
      if (contact) await this.#forget(contact);
    }
  }

  /** Lists and reconciles. */
  async run(): Promise<Look> {
    this.#refused = false;
    for (const name of this.#removed.values) await this.#tellRemoved(name);
    const entries = await this.#list();
    const visible = new Map<PeerId, number>();
    for (const entry of entries.values()) {
      const contact = await this.#apply(entry);
      if (contact?.state === 'friend' && entry.state === 'friend' && entry.devices.includes(contact.peer)) visible.set(contact.peer, entry.grant ?? 0);
    }
    for (const contact of this.ports.people.all()) if (!entries.has(accountKey(contact.name))) await this.#lost(contact);
    return { visible, refused: this.#refused };
  }

  /** Says it to the directory and takes its answer. @throws SansfilError KEY_CHANGED | what the directory says */
  async #say(verb: Verb, name: AccountName): Promise<FriendEntry> {
    const entry = await this.ports.link.request(`friends.${verb}`, { name });
    if (accountKey(entry.name) !== accountKey(name)) throw new SansfilError('DIRECTORY_MALFORMED', 'an answer about another account');
    return entry;
  }

  /**
   * Tells what was decided while the directory could not be told, or just now. What it refuses for now is told again
   * with a later look.
   * @throws SansfilError DIRECTORY_UNREACHABLE | DIRECTORY_TIMEOUT | NOT_LOGGED_IN | STORE_…
   */
  async #tellRemoved(name: AccountName): Promise<void> {
    if (!this.#removed.has(name)) return;
    try {
      await this.#say('remove', name);
    } catch (error) {
      const { code, blame } = SansfilError.from(error);
      if (blame === 'bug' || GONE.has(code)) throw error;
      // It never heard of it, or lost it: nothing is left to remove.
      if (code !== 'FRIEND_UNKNOWN' && code !== 'ACCOUNT_UNKNOWN') return this.#refuse('friends.unremoved', code);
    }
    await this.#removed.settle(name);
  }

  /** @throws SansfilError NO_REQUEST | what the directory says */
  async decline(name: AccountName): Promise<void> {
    const { people } = this.ports;
    await this.#say('decline', name);
    const contact = people.byName(name);
    if (contact?.state === 'incoming') await this.#forget(contact);
  }

  /** Here; the directory is told with the next look. @throws SansfilError FRIEND_UNKNOWN | STORE_… */
  async remove(name: AccountName): Promise<void> {
    const { people } = this.ports;
    const contact = people.byName(name);
    if (!contact) throw new SansfilError('FRIEND_UNKNOWN');
    await this.#removed.add(contact.name);
    await this.#forget(contact);
  }

  /**
   * A person asks or accepts. That they accepted is noted before: when the answer is lost, or the process before it can
   * be noted, the directory and the other side have a friend of whom nothing is known here.
   */
  async befriend(verb: 'request' | 'accept', name: AccountName): Promise<Contact> {
    await this.#tellRemoved(name);
    const accepted = verb === 'accept' ? this.ports.people.byName(name)?.peer : undefined;
    if (accepted === undefined) return this.#pin(verb === 'request' ? await this.#request(name) : await this.#say(verb, name));
    await this.#accepted.add(accepted);
    try {
      const contact = await this.#pin(await this.#say(verb, name));
      await this.#accepted.settle(accepted);
      return contact;
    } catch (error) {
      const { code, blame } = SansfilError.from(error);
      // A yes that was refused, or that would have been to another key, is no yes to what comes later.
      if (!GONE.has(code) && blame !== 'local') await this.#accepted.settle(accepted);
      throw error;
    }
  }

  /** An earlier request may have been heard and answered while this device could not take, or keep, what came of it. */
  async #request(name: AccountName): Promise<FriendEntry> {
    try {
      return await this.#say('request', name);
    } catch (error) {
      if (SansfilError.from(error).code !== 'ALREADY_FRIENDS' || this.ports.people.byName(name)?.state === 'friend') throw error;
      return this.#say('accept', name);
    }
  }

  /** Who the directory says this is. */
  async #pin(entry: FriendEntry): Promise<Contact> {
    const { people, self } = this.ports;
    const pinned = people.byName(entry.name);
    const [first] = entry.devices;
    if (pinned && !entry.devices.includes(pinned.peer)) {
      await people.setChangedTo(pinned.peer, first);
      throw new SansfilError('KEY_CHANGED');
    }
    const peer = pinned?.peer ?? first;
    if (peer === undefined || peer === self || entry.state === 'removed') throw new SansfilError('DIRECTORY_MALFORMED');
    // Only `removed` ends a friendship: a directory that lost ours is told again, we do not forget it.
    return people.settle(peer, entry.name, pinned?.state === 'friend' ? 'friend' : entry.state);
  }

  async #list(): Promise<ReadonlyMap<string, FriendEntry>> {
    const entries = new Map<string, FriendEntry>();
    let after: string | undefined;
    do {
      const page = await this.ports.link.request('friends.list', after === undefined ? {} : { after });
      for (const entry of page.friends) entries.set(accountKey(entry.name), entry);
      // A directory that always has a next page ends here; so does one that gives the same page again.
      after = page.next === after || entries.size > 2 * FRIENDS_MAX ? undefined : page.next;
    } while (after !== undefined);
    return entries;
  }

  async #apply(entry: FriendEntry): Promise<Contact | undefined> {
    const { people, logger, self } = this.ports;
    if (this.#removed.has(entry.name)) return undefined;
    const known = people.byName(entry.name);
    const [first] = entry.devices;
    if (!known) {
      if (entry.state === 'removed' || first === undefined || first === self) return undefined;
      if (people.byPeer(first)) {
        logger.log('warn', 'friends.ignored', { why: 'one device under two names' });
        return undefined;
      }
      // Even if the directory calls it a friendship: here nobody agreed to it yet.
      return people.settle(first, entry.name, entry.state === 'outgoing' ? 'outgoing' : 'incoming');
    }
    if (entry.state === 'removed') {
      await this.#forget(known);
      return undefined;
    }
    const matches = entry.devices.includes(known.peer);
    await people.setChangedTo(known.peer, matches ? undefined : first);
    return matches ? this.#advance(known, entry) : known;
  }

  async #advance(known: Contact, entry: FriendEntry): Promise<Contact> {
    const { people } = this.ports;
    if (entry.state === 'friend') {
      if (known.state !== 'outgoing' && !this.#accepted.has(known.peer)) return known;
      const friend = await people.settle(known.peer, known.name, 'friend');
      await this.#accepted.settle(known.peer);
      return friend;
    }
    if (entry.state === 'outgoing' && known.state === 'incoming') return people.settle(known.peer, known.name, 'outgoing');
    // We are friends by our own record; the directory lost that and the other side asked anew.
    if (entry.state === 'incoming' && known.state === 'friend') await this.#tell('accept', known);
    // Both asked; that the requests crossed has not reached us, or the directory lost ours.
    if (entry.state === 'incoming' && known.state === 'outgoing') {
      await this.#tell('accept', known);
      return people.settle(known.peer, known.name, 'friend');
    }
    return known;
  }

  /** The directory knows nothing of a contact of ours: its database was lost. Each side asks again, and that crosses. */
  async #lost(contact: Contact): Promise<void> {
    if (contact.changedTo !== undefined) return;
    if (contact.state === 'incoming') await this.#forget(contact);
    else await this.#tell('request', contact);
  }

  /** What a person said yes to is over: a later request of the same device needs another yes. */
  async #forget({ peer }: Contact): Promise<void> {
    await this.#accepted.settle(peer);
    await this.ports.people.remove(peer);
  }

  /** Repairs the directory's memory; that it refuses is not our contact's end. */
  async #tell(verb: Verb, { name }: Contact): Promise<void> {
    try {
      await this.#say(verb, name);
    } catch (error) {
      const { code, blame } = SansfilError.from(error);
      if (blame === 'bug' || GONE.has(code)) throw error;
      this.#refuse('friends.repair', code);
    }
  }

  #refuse(event: string, code: ErrorCode): void {
    this.#refused = true;
    this.ports.logger.log('info', event, { code });
  }
}

/** With the connection gone the rest of the work is for the next one. */
const GONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['DIRECTORY_UNREACHABLE', 'DIRECTORY_TIMEOUT', 'NOT_LOGGED_IN']);
