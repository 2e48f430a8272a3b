import type { Actor } from 'xstate';
import { SansfilError, type ErrorCode } from '../base/errors.js';
import type { AccountName } from '../base/ids.js';
import { DIRECTORY_GOODBYE_MS_MAX, DIRECTORY_REFUSED_MS, FRIENDS_RETRY_MS, FRIENDS_SYNC_MS } from '../base/limits.js';
import { inboxTag } from '../crypto/presenceRecord.js';
import { noticeSchema } from '../directory/methods.js';
import type { DirectoryState, Presence } from '../events/domainEvents.js';
import type { DirectoryClientEvent, directoryClientMachine } from '../machines/directoryClient/directoryClient.machine.js';
import type { AccountRecord, Contact } from '../ports/stores.js';
import { bindDirectoryClient, type DirectoryClientEffects } from './bindDirectoryClient.js';
import { Appearance } from './directory/Appearance.js';
import { atMost } from './directory/atMost.js';
import { DirectoryLink } from './directory/DirectoryLink.js';
import { FriendPresence } from './directory/FriendPresence.js';
import { FriendSync } from './directory/FriendSync.js';
import { Outcome } from './directory/Outcome.js';
import { OwnPresence } from './directory/OwnPresence.js';
import { Pacer } from './directory/Pacer.js';
import type { DirectoryAgentPorts } from './directory/ports.js';

/**
 * This device at its directory: logged in while that can be, seen as its person wishes, and its friends known. Nothing
 * else waits for it: without a directory contacts, their last addresses and the sessions with them stay.
 */
export class DirectoryAgent {
  readonly #client: Actor<typeof directoryClientMachine>;
  readonly #appearance: Appearance;
  readonly #link: DirectoryLink;
  readonly #friends: FriendSync;
  readonly #heard: FriendPresence;
  readonly #sync: Pacer;
  readonly #outcome = new Outcome();
  #state: DirectoryState = 'offline';
  #code: ErrorCode | undefined;
  #registering: Promise<unknown> = Promise.resolve();
  #running = false;

  constructor(private readonly ports: DirectoryAgentPorts) {
    const { directories, url, settings, signer, verifier, primitives, people, clock, random, logger, census } = ports;
    const own = new OwnPresence({ settings, signer, verifier, clock });
    this.#link = new DirectoryLink({
      directories,
      url,
      settings,
      signer,
      primitives,
      random,
      own,
      handler: {
        presence: (tag, record) => this.#hear(tag, record),
        notice: (body) => noticeSchema.safeParse(body).success && this.#sync.ask(),
        closed: (why) => this.#client.send({ type: 'connection.lost', code: SansfilError.from(why, 'DIRECTORY_UNREACHABLE').code }),
      },
      onRegistered: ({ name }) => ports.facts.publish({ type: 'account.registered', name }),
      report: (error) => this.#fault('connection', error),
    });
    this.#friends = new FriendSync({ link: this.#link, people, settings, self: signer.peerId, logger });
    this.#heard = new FriendPresence({ people, verifier, clock, logger, onReachable: ports.onReachable ?? (() => undefined) });
    this.#appearance = new Appearance({
      own,
      facts: ports.facts,
      clock,
      census,
      publish: (record) => this.#link.publish(record),
      spent: () => this.#client.send({ type: 'connection.spent' }),
      trouble: (where, error) => this.#trouble(where, error),
    });
    this.#sync = new Pacer(clock, FRIENDS_SYNC_MS, () => this.#look());
    this.#client = bindDirectoryClient(this.#effects(), clock);
  }

  get state(): DirectoryState {
    return this.#state;
  }

  /** Why the directory is not reached or does not let us in. */
  get code(): ErrorCode | undefined {
    return this.#code;
  }

  /** What friends see. */
  get presence(): Presence {
    return this.#appearance.shown;
  }

  get account(): AccountRecord | undefined {
    return this.#link.account;
  }

  /** Returns at once; reaching the directory goes on by itself. @throws SansfilError STORE_… */
  async start(): Promise<void> {
    this.#link.account = await this.ports.settings.account();
    await this.#friends.start();
    this.#running = true;
    this.#appearance.start();
    this.ports.census.start(this.#client, { failed: (error) => this.#fault('directory', error) });
    this.#client.send({ type: 'started', configured: this.ports.url !== undefined, registered: this.account !== undefined });
  }

  /** In good order: friends are told, and the will is not sent. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    // A directory that does not answer cannot hold up the end: then it sends our will.
    await atMost(this.ports.clock, DIRECTORY_GOODBYE_MS_MAX, this.#sayGoodbye());
    await this.#link.leave();
    this.#appearance.stop();
    this.#client.send({ type: 'stopped' });
    this.#outcome.settle(new SansfilError('STOPPED'));
  }

  /** Takes a name and logs in. @throws SansfilError ALREADY_REGISTERED | NAME_TAKEN | DIRECTORY_… | … */
  register(name: AccountName): Promise<AccountRecord> {
    // One after the other: there is one account to be had.
    const registered = this.#registering.then(() => this.#register(name));
    const ended = (): void => undefined;
    this.#registering = registered.then(ended, ended);
    return registered;
  }

  /** Tries now instead of at the end of the pause. @throws SansfilError NOT_REGISTERED | DIRECTORY_… | … */
  async login(): Promise<void> {
    this.#needDirectory();
    if (!this.account) throw new SansfilError('NOT_REGISTERED');
    if (this.#state !== 'online') await this.#try({ type: 'login.asked' });
  }

  requestFriend(name: AccountName): Promise<Contact> {
    return this.#befriend('request', name);
  }

  acceptFriend(name: AccountName): Promise<Contact> {
    return this.#befriend('accept', name);
  }

  /** @throws SansfilError NO_REQUEST | NOT_LOGGED_IN | DIRECTORY_… */
  async declineFriend(name: AccountName): Promise<void> {
    this.#needOnline();
    await this.#friends.decline(name);
    // Asked for again while the answer was on its way, it would not be told again.
    this.#sync.ask();
  }

  /**
   * On both sides, a request not yet answered too. Here at once; the other side when the directory can be told, in this
   * run or a later one.
   * @throws SansfilError FRIEND_UNKNOWN | STOPPED | STORE_…
   */
  async removeFriend(name: AccountName): Promise<void> {
    if (!this.#running) throw new SansfilError('STOPPED');
    await this.#friends.remove(name);
    // The look begins with telling what was removed.
    this.#sync.ask();
  }

  lookAgain(): void {
    this.#sync.ask();
  }

  /** Kept as a wish while the directory is out of reach. */
  setPresence(state: Presence): Promise<void> {
    return this.#appearance.wish(state);
  }

  /** `scheme://address`, best first: told to friends at once. */
  setAddresses(addresses: readonly string[]): void {
    this.#appearance.moved(addresses);
  }

  async #sayGoodbye(): Promise<void> {
    // First of all, for a directory that does not answer may never let us get to it.
    const looked = this.#sync.stop();
    if (this.#state === 'online') await this.#appearance.wish('offline');
    await looked;
    await this.#link.leave();
  }

  async #befriend(verb: 'request' | 'accept', name: AccountName): Promise<Contact> {
    this.#needOnline();
    const contact = await this.#friends.befriend(verb, name);
    this.#sync.ask();
    return contact;
  }

  async #register(name: AccountName): Promise<AccountRecord> {
    this.#needDirectory();
    if (this.account && this.#state !== 'unregistered') throw new SansfilError('ALREADY_REGISTERED');
    this.#link.wantedName = name;
    await this.#try({ type: 'register.asked' });
    if (!this.account) throw new SansfilError('BUG', 'registered without an account');
    return this.account;
  }

  #try(event: DirectoryClientEvent): Promise<void> {
    const ended = this.#outcome.next();
    this.#client.send(event);
    return ended;
  }

  #effects(): DirectoryClientEffects {
    return {
      announce: (state, code) => this.#announce(state, code ?? undefined),
      hangUp: () => this.#link.hangUp(),
      enter: () => this.#enter(),
      leave: () => this.#leave(),
      greet: (signal) => this.#link.greet(signal),
      askChallenge: (purpose) => this.#link.askChallenge(purpose),
      prove: (purpose) => this.#link.prove(purpose),
      connect: (signal) => this.#link.connect(signal),
      jitter: () => this.ports.random.uniform(),
      failed: (error) => {
        this.#fault('directory', error);
        this.#client.send({ type: 'fault' });
      },
    };
  }

  #enter(): void {
    this.#heard.entered();
    this.#appearance.entered();
    this.#sync.ask();
  }

  async #leave(): Promise<void> {
    this.#heard.left();
    this.#appearance.left();
    await this.#link.leave();
  }

  #announce(state: DirectoryState, code: ErrorCode | undefined): void {
    if (state !== 'connecting') this.#outcome.settle(state === 'online' ? undefined : new SansfilError(code ?? 'NOT_LOGGED_IN'));
    if (state === this.#state && code === this.#code) return;
    this.#state = state;
    this.#code = code;
    this.ports.facts.publish({ type: 'directory.changed', state, ...(code === undefined ? {} : { code }) });
  }

  #hear(tag: string, record: Uint8Array): void {
    if (tag === this.#link.tag) this.#appearance.hear(record);
    else this.#heard.hear(tag, record);
  }

  /** After how long to look again: what stood in the way may be gone then. Without a connection the next one begins with a look. */
  async #look(): Promise<number | undefined> {
    if (this.#state !== 'online') return undefined;
    try {
      const { visible, refused } = await this.#friends.run();
      const tagged = [...visible].map(([peer, grant]) => ({ tag: inboxTag(this.ports.primitives, peer), peer, grant }));
      this.#heard.watch(new Map(tagged.map(({ tag, peer }) => [tag, peer])));
      await this.#link.watch(new Map(tagged.map(({ tag, grant }) => [tag, grant])));
      return refused ? DIRECTORY_REFUSED_MS : undefined;
    } catch (error) {
      this.#trouble('friends.unsynced', error);
      return this.#state === 'online' && SansfilError.from(error).retryable ? FRIENDS_RETRY_MS : undefined;
    }
  }

  #needDirectory(): void {
    if (!this.#running) throw new SansfilError('STOPPED');
    if (this.ports.url === undefined) throw new SansfilError('DIRECTORY_UNREACHABLE', 'no directory is configured; start with --directory');
  }

  /** @throws SansfilError DIRECTORY_UNREACHABLE | NOT_REGISTERED | NOT_LOGGED_IN */
  #needOnline(): void {
    this.#needDirectory();
    if (!this.account) throw new SansfilError('NOT_REGISTERED');
    if (this.#state !== 'online') throw new SansfilError(this.#code === 'DIRECTORY_UNREACHABLE' ? this.#code : 'NOT_LOGGED_IN');
  }

  #trouble(event: string, error: unknown): void {
    const { code, blame, message } = SansfilError.from(error);
    if (blame === 'bug' || blame === 'local') this.#fault(event, SansfilError.from(error));
    else this.ports.logger.log('info', event, { code, detail: message });
  }

  #fault(where: string, { code, message }: SansfilError): void {
    this.ports.facts.publish({ type: 'fault', where, code, detail: message });
  }
}
