import type { Subscription } from 'rxjs';
import { assert } from '../base/assert.js';
import type { ErrorCode } from '../base/errors.js';
import type { PeerId, SessionId } from '../base/ids.js';
import { Node } from '../engine/Node.js';
import type { CommandOf, CommandResults, CommandType } from '../events/commands.js';
import type { DomainEvent, DomainEventType, Mood } from '../events/domainEvents.js';
import type { Directory } from '../ports/directory.js';
import type { Transport } from '../ports/transport.js';
import { MemoryFileSink, MemoryFileSource } from './memoryFiles.js';
import { MemoryStores } from './memoryStores.js';
import { MortalClock } from './MortalClock.js';
import type { Rng } from './Rng.js';
import { toyIdentity, toyPrimitives } from './syncCrypto.js';
import { toyFileCipher } from './toyFileCipher.js';
import type { VirtualClock } from './VirtualClock.js';

export interface SimulatedDeviceParts {
  readonly clock: VirtualClock;
  readonly rng: Rng;
  readonly transport: () => Transport;
  readonly directory: () => Directory;
  readonly onFact: (device: SimulatedDevice, fact: DomainEvent) => void;
}

type Fact<T extends DomainEventType> = Extract<DomainEvent, { readonly type: T }>;

/** One device: the real engine over ports in memory. Its stores and disk outlive its process. */
export class SimulatedDevice {
  readonly id: PeerId;
  readonly stores = new MemoryStores();
  readonly source = new MemoryFileSource();
  readonly sink = new MemoryFileSink();
  /** All it ever published, in all its lives. */
  readonly facts: DomainEvent[] = [];
  /** The sessions its engine says are open now. */
  readonly open = new Map<SessionId, PeerId>();
  readonly #parts: SimulatedDeviceParts;
  #lives = 0;
  #life: { readonly node: Node; readonly clock: MortalClock; readonly subscription: Subscription } | undefined;

  constructor(
    readonly name: string,
    parts: SimulatedDeviceParts,
  ) {
    this.#parts = parts;
    this.id = toyIdentity(name).signer.peerId;
  }

  get running(): boolean {
    return this.#life !== undefined;
  }

  /** Timers its process waits for. */
  get timers(): number {
    return this.#life?.clock.pending ?? 0;
  }

  start(): Promise<void> {
    assert(!this.#life, `${this.name} is running`);
    const { rng, transport, directory } = this.#parts;
    const clock = new MortalClock(this.#parts.clock);
    const primitives = toyPrimitives();
    const node = new Node(
      {
        ...toyIdentity(this.name),
        settings: this.stores.settings,
        contacts: this.stores.contacts,
        messages: this.stores.messages,
        transfers: this.stores.transfers,
        clock,
        primitives,
        random: rng.fork(`${this.name}, life ${++this.#lives}`),
        logger: { log: () => undefined },
        cipher: toyFileCipher(primitives),
        transports: [transport()],
        directories: [directory()],
        source: this.source,
        sink: this.sink,
      },
      { version: '0.0.0', listen: [`memory://${this.name}:1`], directoryUrl: 'memory://directory' },
    );
    this.#life = { node, clock, subscription: node.events$.subscribe((fact) => this.#note(fact)) };
    return node.start();
  }

  dispatch<T extends CommandType>(command: CommandOf<T> & { readonly type: T }): Promise<CommandResults[T]> {
    assert(this.#life, `${this.name} is not running`);
    return this.#life.node.dispatch<T>(command);
  }

  /** In good order. What it still waits for afterwards is a leak. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    await life.node.stop();
    this.open.clear();
    const left = life.clock.pending;
    this.#end(life);
    assert(left === 0, `${this.name} stopped and still waits for ${left} timers`);
  }

  /** Power cut: nothing is told, nothing is flushed, timers and unsynced bytes are gone. */
  crash(): void {
    if (!this.#life) return;
    this.#end(this.#life);
    this.open.clear();
    this.sink.crash();
  }

  of<T extends DomainEventType>(type: T): readonly Fact<T>[] {
    return this.facts.filter((fact): fact is Fact<T> => fact.type === type);
  }

  /** How the last session, or attempt at one, with that peer ended; undefined while none did. */
  outcomeOf(peer: PeerId): { readonly mood: Mood; readonly code?: ErrorCode } | undefined {
    const last = this.facts.findLast((fact) => (fact.type === 'session.closed' || fact.type === 'session.refused') && fact.peer === peer);
    if (last?.type !== 'session.closed' && last?.type !== 'session.refused') return undefined;
    return { mood: last.mood, ...(last.code === undefined ? {} : { code: last.code }) };
  }

  #end(life: { readonly clock: MortalClock; readonly subscription: Subscription }): void {
    life.subscription.unsubscribe();
    life.clock.die();
    this.#life = undefined;
  }

  #note(fact: DomainEvent): void {
    this.facts.push(fact);
    if (fact.type === 'session.opened') this.open.set(fact.session, fact.peer);
    if (fact.type === 'session.closed') this.open.delete(fact.session);
    this.#parts.onFact(this, fact);
  }
}
