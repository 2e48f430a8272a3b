import { Subject } from 'rxjs';
import { parseAccountName, type AccountName, type PeerId } from '../../core/base/ids.js';
import { DirectoryService } from '../../core/directory/DirectoryService.js';
import { MemoryDirectoryStore } from '../../core/directory/MemoryDirectoryStore.js';
import { MemoryTokens } from '../../core/directory/tokens.js';
import { Census } from '../../core/engine/Census.js';
import { DirectoryAgent } from '../../core/engine/DirectoryAgent.js';
import { People } from '../../core/engine/People.js';
import type { DomainEvent, DomainEventType } from '../../core/events/domainEvents.js';
import type { Directory } from '../../core/ports/directory.js';
import type { LogFields } from '../../core/ports/logger.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Rng } from '../../core/simulation/Rng.js';
import type { Stores } from '../../core/simulation/stores/storesThrough.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryDirectory } from '../../transports/memory/MemoryDirectory.js';

export const named = (name: string): AccountName => parseAccountName(name);

/** One device at the directory: the engine's agent over stores that outlive it. */
export class Device {
  readonly facts: DomainEvent[] = [];
  readonly reachable: PeerId[] = [];
  readonly logged: { readonly event: string; readonly fields: LogFields }[] = [];
  readonly stores: Stores;
  readonly peer: PeerId;
  readonly people: People;
  readonly agent: DirectoryAgent;

  constructor(
    readonly name: string,
    world: DirectoryWorld,
    options: { readonly stores?: Stores; readonly seed?: string; readonly directory?: Directory; readonly url?: string | null } = {},
  ) {
    const { signer, verifier } = toyIdentity(options.seed ?? name);
    const events$ = new Subject<DomainEvent>();
    const facts = { events$, publish: (event: DomainEvent) => void this.facts.push(event) };
    this.peer = signer.peerId;
    this.stores = options.stores ?? new MemoryStores();
    this.people = new People({ store: this.stores.contacts, facts });
    const url = options.url === undefined ? 'memory://directory' : options.url;
    this.agent = new DirectoryAgent({
      directories: [options.directory ?? world.place.port(name)],
      settings: this.stores.settings,
      signer,
      verifier,
      primitives: toyPrimitives(),
      people: this.people,
      facts,
      clock: world.clock,
      random: world.random,
      census: new Census(),
      logger: { log: (_level, event, fields = {}) => void this.logged.push({ event, fields }) },
      onReachable: (peer) => void this.reachable.push(peer),
      ...(url === null ? {} : { url }),
    });
  }

  async start(addresses: readonly string[] = [`tcp://192.0.2.1:${4_000 + this.name.length}`]): Promise<this> {
    await this.people.start();
    await this.agent.start();
    this.agent.setAddresses(addresses);
    return this;
  }

  of<T extends DomainEventType>(type: T): readonly Extract<DomainEvent, { type: T }>[] {
    return this.facts.filter((fact): fact is Extract<DomainEvent, { type: T }> => fact.type === type);
  }

  sees(other: Device): string {
    return this.people.presenceOf(other.peer).state;
  }
}

/** A directory in memory, time that is told to move, and devices that use the one and live in the other. */
export class DirectoryWorld {
  readonly clock = new VirtualClock();
  readonly random = new Rng(7);
  readonly logged: { readonly event: string; readonly fields: LogFields }[] = [];
  readonly place: MemoryDirectory;

  constructor(private readonly tokenMs?: number) {
    this.place = new MemoryDirectory({ service: this.#serve() });
  }

  async open(): Promise<this> {
    await this.place.start();
    return this;
  }

  /** As often as promises may lead to promises; then the clock, timer by timer. */
  async pass(ms = 0): Promise<void> {
    await this.#drain();
    const until = this.clock.monotonic() + ms;
    for (let wait = this.clock.next(); wait !== undefined && this.clock.monotonic() + wait <= until; wait = this.clock.next()) {
      this.clock.step();
      await this.#drain();
    }
    this.clock.skip(until - this.clock.monotonic());
  }

  /** Lets time pass until that ends, well or badly. */
  async through<T>(work: Promise<T>, ms = 1_000): Promise<T> {
    const ended = work.then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([ended, this.pass(ms)]);
    await this.pass();
    return work;
  }

  async member(name: string): Promise<Device> {
    const device = await new Device(name, this).start();
    await this.through(device.agent.register(named(name)));
    return device;
  }

  async befriend(a: Device, b: Device): Promise<void> {
    await this.through(a.agent.requestFriend(named(b.name)));
    await this.pass(1_000);
    await this.through(b.agent.acceptFriend(named(a.name)));
    await this.pass(1_000);
  }

  /** The database was lost; the directory's name and key were not. */
  wipe(): Promise<void> {
    return this.place.replace(this.#serve());
  }

  #serve(): DirectoryService {
    const { clock, random } = this;
    return new DirectoryService({
      name: 'sim',
      store: new MemoryDirectoryStore(),
      tokens: new MemoryTokens(clock, random, this.tokenMs),
      verifier: toyIdentity('directory').verifier,
      primitives: toyPrimitives(),
      clock,
      random,
      logger: { log: (_level, event, fields = {}) => void this.logged.push({ event, fields }) },
    });
  }

  async #drain(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
