import type { Observable, Subscription } from 'rxjs';
import { SansfilError } from '../base/errors.js';
import type { PeerId } from '../base/ids.js';
import { CONTENT_CHUNK_BYTES, NETWORK_POLL_MS } from '../base/limits.js';
import { formatPeerId } from '../crypto/fingerprint.js';
import type { AccountView, CommandOf, CommandResults, Commands, CommandType, FriendView, NodeView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { EventHub } from '../events/EventHub.js';
import type { Timer } from '../ports/clock.js';
import { Catalogue } from './Catalogue.js';
import { Census } from './Census.js';
import { checkIdentity } from './checkIdentity.js';
import { commandHandlers, contactNamed, type Handlers } from './commandHandlers.js';
import { Delivery } from './Delivery.js';
import { DirectoryAgent } from './DirectoryAgent.js';
import { People } from './People.js';
import type { NodeOptions, NodePorts } from './nodePorts.js';
import { SessionRegistry } from './SessionRegistry.js';
import { Transfers } from './Transfers.js';
import { Views } from './views.js';

/** The facade of one device: starts and stops its parts, takes commands, gives facts. */
export class Node implements Commands {
  readonly events$: Observable<DomainEvent>;
  readonly #hub: EventHub;
  readonly #census = new Census();
  readonly #people: People;
  readonly #sessions: SessionRegistry;
  readonly #delivery: Delivery;
  readonly #transfers: Transfers;
  readonly #catalogue: Catalogue;
  readonly #directory: DirectoryAgent;
  readonly #views: Views;
  readonly #handlers: Handlers;
  /** Of each friend whose safety number a person was shown, the key it was of. */
  readonly #shown = new Map<PeerId, PeerId>();
  #wiring: Subscription | undefined;
  #poll: Timer;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #addresses: readonly string[] = [];
  #state: 'new' | 'running' | 'stopped' = 'new';

  constructor(
    private readonly ports: NodePorts,
    private readonly options: NodeOptions,
  ) {
    const { clock, random, logger, primitives, signer, verifier } = ports;
    const facts = (this.#hub = new EventHub());
    const shared = { facts, clock, random, logger, census: this.#census, contentChunkBytes: options.contentChunkBytes ?? CONTENT_CHUNK_BYTES };
    this.events$ = facts.events$;
    const people = (this.#people = new People({ store: ports.contacts, facts }));
    const sessions = (this.#sessions = new SessionRegistry({
      ...shared,
      transports: ports.transports,
      policy: people,
      signer,
      verifier,
      primitives,
      ...(options.suites ? { suites: options.suites } : {}),
      ...(options.tap ? { tap: options.tap } : {}),
    }));
    this.#delivery = new Delivery({ ...shared, store: ports.messages, sessions });
    this.#catalogue = new Catalogue({
      ...shared,
      store: ports.shares,
      source: ports.source,
      hash: (...parts) => primitives.hash(...parts),
      policy: people,
      sessions,
    });
    this.#transfers = new Transfers({
      ...shared,
      store: ports.transfers,
      source: ports.source,
      sink: ports.sink,
      cipher: ports.cipher,
      primitives,
      sessions,
      trustOf: (peer) => people.trustOf(peer),
      present: () => people.present(),
      contents: this.#catalogue,
      ...(options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes }),
    });
    this.#directory = new DirectoryAgent({
      ...shared,
      directories: ports.directories,
      settings: ports.settings,
      signer,
      verifier,
      primitives,
      people,
      ...(options.directoryUrl === undefined ? {} : { url: options.directoryUrl }),
      onReachable: (peer) => sessions.nudge(peer),
    });
    this.#views = new Views(signer.peerId, primitives, people, sessions, this.#delivery);
    this.#handlers = commandHandlers({
      people,
      directory: this.#directory,
      delivery: this.#delivery,
      transfers: this.#transfers,
      catalogue: this.#catalogue,
      messages: ports.messages,
      views: this.#views,
      pgp: ports.pgp,
      show: () => this.#show(),
      account: () => this.#account(),
      verify: (name, confirmed) => this.#verify(name, confirmed),
    });
    sessions.consume(this.#delivery);
    sessions.consume(this.#transfers);
    sessions.consume(this.#catalogue);
  }

  publish(event: DomainEvent): void {
    this.#hub.publish(event);
  }

  /** What of this device has not ended; nothing after `stop`, once those who listen from outside have left. */
  alive(): { readonly actors: number; readonly subscriptions: number; readonly bufferBytes: number } {
    return { actors: this.#census.count, subscriptions: this.#hub.listeners, bufferBytes: this.#transfers.buffers.usedBytes };
  }

  /** @throws SansfilError PORT_IN_USE | ADDRESS_INVALID | STORE_… | IDENTITY_CORRUPT; what was started is stopped again. */
  async start(): Promise<void> {
    if (this.#state !== 'new' || this.#starting) throw new SansfilError('STOPPED');
    this.#starting = this.#begin();
    try {
      await this.#starting;
      if (this.#stopping) throw new SansfilError('STOPPED');
    } catch (error) {
      await this.stop();
      throw SansfilError.from(error);
    }
    this.#state = 'running';
    if (!this.options.announce && this.#sessions.mayMove) this.#watchNetwork();
    this.#hub.publish({ type: 'node.started', peer: this.ports.signer.peerId, addresses: this.#addresses });
  }

  async #begin(): Promise<void> {
    await checkIdentity(this.ports.settings, this.ports.signer.peerId);
    await this.#people.start();
    this.#wiring = this.events$.subscribe((event) => this.#wire(event));
    await this.#transfers.restore();
    await this.#catalogue.restore();
    const found = await this.#sessions.start(this.options.listen);
    this.#addresses = this.options.announce ?? found;
    const isKnown = (peer: PeerId): boolean => this.#people.byPeer(peer) !== undefined;
    await this.#delivery.start(isKnown);
    this.#transfers.start(isKnown);
    this.#catalogue.start();
    await this.#directory.start();
    this.#directory.setAddresses(this.#addresses);
  }

  /** In good order: offline is told, sessions are closed, the outbox and the transfers stay in the store. */
  stop(): Promise<void> {
    this.#state = 'stopped';
    return (this.#stopping ??= this.#end());
  }

  async #end(): Promise<void> {
    // What is being started is ended as a whole: half of it could not be told from what comes after.
    await Promise.allSettled([this.#starting]);
    this.ports.clock.clearTimeout(this.#poll);
    await this.#directory.stop();
    await this.#catalogue.stop();
    await this.#transfers.stop();
    await this.#delivery.stop();
    await this.#sessions.stop();
    this.#hub.publish({ type: 'node.stopped' });
    this.#wiring?.unsubscribe();
  }

  /** @throws (rejects) SansfilError only. */
  async dispatch<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    if (this.#state !== 'running') throw new SansfilError('STOPPED');
    const handler = this.#handlers[command.type] as (command: CommandOf<T>) => Promise<CommandResults[T]>;
    try {
      return await handler(command);
    } catch (error) {
      throw SansfilError.from(error);
    }
  }

  async #verify(name: string, confirmed: boolean | undefined): Promise<FriendView> {
    const contact = contactNamed(this.#people, name);
    const { peer, changedTo } = contact;
    if (confirmed === undefined) this.#shown.set(peer, changedTo ?? peer);
    if (confirmed === undefined) return this.#views.friend(contact);
    if (!confirmed || changedTo === undefined) return this.#views.friend(await this.#people.setVerified(peer, confirmed));
    // The directory may have named yet another key since the person looked.
    if (this.#shown.get(peer) !== changedTo) throw new SansfilError('KEY_CHANGED', `compare first: sansfil verify ${contact.name}`);
    const adopted = await this.#people.adopt(peer, changedTo);
    this.#directory.lookAgain();
    return this.#views.friend(adopted);
  }

  #account(): AccountView {
    const { account, state } = this.#directory;
    const peer = this.ports.signer.peerId;
    return {
      peer,
      fingerprint: formatPeerId(peer),
      state,
      ...(account ? { name: account.name, directory: account.directoryName } : {}),
    };
  }

  #show(): NodeView {
    const { state, code, presence } = this.#directory;
    const peer = this.ports.signer.peerId;
    const url = this.options.directoryUrl;
    return {
      version: this.options.version,
      peer,
      fingerprint: formatPeerId(peer),
      addresses: this.#addresses,
      directory: { state, ...(url === undefined ? {} : { url }), ...(code === undefined ? {} : { code }) },
      presence,
      plugins: this.options.plugins?.() ?? [],
      sessions: this.#sessions.sessions().length,
    };
  }

  /** Where one part's fact is another part's business. */
  #wire(event: DomainEvent): void {
    if (event.type === 'friend.changed' && event.state === 'removed') this.#cutOff(event.peer);
    if (event.type === 'friend.changed' && event.state === 'friend') this.#sessions.nudge(event.peer);
    if (event.type === 'friend.changed' || event.type === 'presence.changed') this.#transfers.fetches.lookForCompany();
    if (event.type === 'peer.waiting') this.#catalogue.unreachable(event.peer, event.code);
    if (event.type === 'share.removed') this.#transfers.fetches.recheck();
    if (event.type === 'friend.keyChanged') this.#sessions.disconnect(event.from, 'unwelcome', 'KEY_CHANGED');
  }

  #cutOff(peer: PeerId): void {
    this.#shown.delete(peer);
    this.#delivery.forget(peer);
    void this.#forgetKey(peer);
    this.#transfers.forget(peer);
    this.#catalogue.forget(peer);
    this.#sessions.disconnect(peer, 'unwelcome', 'PEER_NOT_ALLOWED');
  }

  async #forgetKey(peer: PeerId): Promise<void> {
    try {
      await this.ports.pgp?.forget(peer);
    } catch (error) {
      this.ports.logger.log('error', 'pgp.forget', { code: SansfilError.from(error).code, why: SansfilError.from(error).message });
    }
  }

  /** There is no portable event for "an interface came or went": compare every few seconds. */
  #watchNetwork(): void {
    this.#poll = this.ports.clock.setTimeout(() => {
      const addresses = this.#sessions.addresses();
      if (addresses.join() !== this.#addresses.join()) {
        this.#addresses = addresses;
        this.#directory.setAddresses(addresses);
        this.#hub.publish({ type: 'node.addressesChanged', addresses });
      }
      this.#watchNetwork();
    }, NETWORK_POLL_MS);
  }
}
