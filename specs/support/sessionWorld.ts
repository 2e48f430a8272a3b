import type { PeerId } from '../../core/base/ids.js';
import { Census } from '../../core/engine/Census.js';
import { SessionRegistry, type RegistryParts } from '../../core/engine/SessionRegistry.js';
import type { OpenSession, SessionConsumer } from '../../core/engine/contracts.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { EventHub } from '../../core/events/EventHub.js';
import type { Record } from '../../core/protocol/frames.js';
import type { Primitives } from '../../core/ports/primitives.js';
import type { Signer, Verifier } from '../../core/ports/signer.js';
import { Rng } from '../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { SimNet } from './simLinks.js';

/** Takes messages, and notes all it is told. */
export class NotingConsumer implements SessionConsumer {
  readonly recordTypes = { from: 0x10, to: 0x2f };
  readonly opens: OpenSession[] = [];
  readonly closes: OpenSession[] = [];
  readonly records: Record[] = [];
  readonly bulks: { readonly stream: number; readonly bytes: Uint8Array }[] = [];
  drains = 0;
  /** How often it was told that the peer lives. */
  signs = 0;
  onRecord: (session: OpenSession, record: Record) => void = () => undefined;
  onOpened: (session: OpenSession) => void = () => undefined;

  opened(session: OpenSession): void {
    this.opens.push(session);
    this.onOpened(session);
  }

  record(session: OpenSession, record: Record): void {
    this.records.push(record);
    this.onRecord(session, record);
  }

  bulk(_session: OpenSession, stream: number, bytes: Uint8Array): void {
    this.bulks.push({ stream, bytes: bytes.slice() });
  }

  alive(): void {
    this.signs++;
  }

  drained(): void {
    this.drains++;
  }

  closed(session: OpenSession): void {
    this.closes.push(session);
  }
}

export interface PartyOptions {
  readonly identity?: { readonly signer: Signer; readonly verifier: Verifier };
  readonly primitives?: Primitives;
  readonly suites?: readonly number[];
  readonly admits?: (peer: PeerId) => boolean;
  /** How others see its network address; the name by default, undefined for a link that has none. */
  readonly remote?: string | undefined;
  readonly tap?: RegistryParts['tap'];
}

/** One device: its registry, what it published, and what its consumer was told. */
export class Party {
  readonly id: PeerId;
  readonly registry: SessionRegistry;
  readonly consumer = new NotingConsumer();
  readonly facts: DomainEvent[] = [];
  readonly logged: string[] = [];
  readonly hub = new EventHub();
  /** Where others are, by PeerID. */
  readonly addresses = new Map<PeerId, readonly string[]>();
  readonly address: string;

  constructor(
    readonly world: SessionWorld,
    readonly name: string,
    options: PartyOptions,
  ) {
    const { signer, verifier } = options.identity ?? toyIdentity(name);
    this.id = signer.peerId;
    this.address = `sim://${name}`;
    this.hub.events$.subscribe((fact) => this.facts.push(fact));
    this.registry = new SessionRegistry({
      transports: [world.net.transport('remote' in options ? options.remote : name)],
      signer,
      verifier,
      primitives: options.primitives ?? toyPrimitives(),
      clock: world.clock,
      random: world.rng.fork(`${name} ${world.parties.length}`),
      census: new Census(),
      policy: { admits: options.admits ?? (() => true), addressesOf: (peer) => this.addresses.get(peer) ?? [] },
      facts: this.hub,
      logger: { log: (level, event) => this.logged.push(`${level} ${event}`) },
      ...(options.suites ? { suites: options.suites } : {}),
      ...(options.tap ? { tap: options.tap } : {}),
    });
    this.registry.consume(this.consumer);
  }

  of<T extends DomainEvent['type']>(type: T): readonly Extract<DomainEvent, { readonly type: T }>[] {
    return this.facts.filter((fact): fact is Extract<DomainEvent, { readonly type: T }> => fact.type === type);
  }

  want(other: Party): void {
    this.registry.want(other.id, 'spec');
  }
}

/** Devices on one virtual network and clock. */
export class SessionWorld {
  readonly clock = new VirtualClock();
  readonly net = new SimNet(this.clock);
  readonly parties: Party[] = [];
  readonly rng: Rng;

  constructor(seed = 1) {
    this.rng = new Rng(seed);
  }

  /** Listens, and everybody knows where everybody else is. */
  async party(name: string, options: PartyOptions = {}): Promise<Party> {
    const party = new Party(this, name, options);
    await party.registry.start([party.address]);
    for (const other of this.parties) {
      other.addresses.set(party.id, [party.address]);
      party.addresses.set(other.id, [other.address]);
    }
    this.parties.push(party);
    return party;
  }

  /** Runs everything due within `ms`, promises included. */
  async run(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    for (;;) {
      await turn();
      const waitMs = this.clock.next();
      if (waitMs === undefined || this.clock.monotonic() + waitMs > until) break;
      this.clock.step();
    }
    this.clock.skip(until - this.clock.monotonic());
  }

  /** Stops everybody; nothing may be left to wait for. */
  async stop(): Promise<void> {
    const stopped = Promise.all(this.parties.map((party) => party.registry.stop()));
    await this.run(10_000);
    await stopped;
  }
}

/** Lets every promise that can settle without outside help do so. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
