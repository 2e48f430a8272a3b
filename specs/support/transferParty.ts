import { CONTENT_CHUNK_BYTES } from '../../core/base/limits.js';
import { createCipheriv } from 'node:crypto';
import type { PeerId, TransferId } from '../../core/base/ids.js';
import { Census } from '../../core/engine/Census.js';
import type { OpenSession, Sessions } from '../../core/engine/contracts.js';
import { Transfers } from '../../core/engine/Transfers.js';
import type { TransferPorts } from '../../core/engine/transfers/LiveTransfer.js';
import type { Trust } from '../../core/ports/stores.js';
import { EventHub } from '../../core/events/EventHub.js';
import type { DomainEvent, DomainEventType } from '../../core/events/domainEvents.js';
import { MemoryFileSink, MemoryFileSource } from '../../core/simulation/memoryFiles.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { MortalClock } from '../../core/simulation/MortalClock.js';
import { Rng } from '../../core/simulation/Rng.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { NodeFileCipher } from '../../plugins/aes-files/NodeFileCipher.js';
import { nodePrimitives } from '../../plugins/node-primitives/index.js';
import { peerOf } from './samples.js';
import { SessionPair, type FakeEnd } from './sessionPair.js';

/** Knows who asked for a session; gives the one that a pair opened. */
export class FakeSessions implements Sessions {
  readonly wanted = new Set<string>();
  current: OpenSession | undefined;

  consume(): void {
    throw new Error('not used here');
  }
  open(): OpenSession | undefined {
    return this.current;
  }
  want(peer: PeerId, reason: string): void {
    this.wanted.add(`${peer} ${reason}`);
  }
  unwant(peer: PeerId, reason: string): void {
    this.wanted.delete(`${peer} ${reason}`);
  }
  nudge(): void {
    throw new Error('not used here');
  }
  waits(): undefined {
    return undefined;
  }
}

/** One device as far as files go: real engine, real cipher, files and store in memory. */
export class Party {
  readonly peer: PeerId;
  readonly source = new MemoryFileSource();
  readonly sink = new MemoryFileSink();
  readonly clock = new VirtualClock();
  readonly sessions = new FakeSessions();
  readonly facts: DomainEvent[] = [];
  /** What is accepted from everybody without asking. */
  trust: Trust | undefined;
  readonly primitives = { ...nodePrimitives };
  store = new MemoryStores().transfers;
  transfers: Transfers;
  readonly #ports: TransferPorts;
  /** Of the process that runs now. */
  #lifetime = new MortalClock(this.clock);
  #runs = 0;

  constructor(
    private readonly number: number,
    ports: Partial<TransferPorts> = {},
  ) {
    this.peer = peerOf(number);
    const hub = new EventHub();
    hub.events$.subscribe((fact) => this.facts.push(fact));
    this.#ports = {
      store: this.store,
      source: this.source,
      contentChunkBytes: CONTENT_CHUNK_BYTES,
      sink: this.sink,
      cipher: new NodeFileCipher(1),
      primitives: this.primitives,
      sessions: this.sessions,
      facts: hub,
      clock: this.#lifetime,
      random: new Rng(number),
      census: new Census(),
      logger: { log: () => undefined },
      trustOf: () => this.trust,
      present: () => [],
      contents: { find: () => Promise.resolve(undefined) },
      ...ports,
    };
    this.transfers = new Transfers(this.#ports);
  }

  /** The process dies; another one starts on the same disk. Transfers of the dead one hear nothing more. */
  async restart(isKnown: (peer: PeerId) => boolean = () => true, beforeStart: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.#runs++;
    this.sessions.current = undefined;
    this.sessions.wanted.clear();
    this.#lifetime.die();
    this.#lifetime = new MortalClock(this.clock);
    this.transfers = new Transfers({ ...this.#ports, clock: this.#lifetime, random: new Rng(this.number + 1000 * this.#runs) });
    await this.transfers.restore();
    await beforeStart();
    this.transfers.start(isKnown);
  }

  of<T extends DomainEventType>(type: T): readonly Extract<DomainEvent, { readonly type: T }>[] {
    return this.facts.filter((fact): fact is Extract<DomainEvent, { readonly type: T }> => fact.type === type);
  }

  /** The one transfer this side was offered last. */
  get offered(): TransferId {
    const fact = this.of('transfer.offered').findLast(({ direction }) => direction === 'in');
    if (!fact) throw new Error('nothing was offered');
    return fact.id;
  }
}

export interface Connected {
  readonly pair: SessionPair;
  readonly a: FakeEnd;
  readonly b: FakeEnd;
}

export function connect(a: Party, b: Party): Connected {
  const pair = new SessionPair({ peer: a.peer, consumer: a.transfers }, { peer: b.peer, consumer: b.transfers });
  const [endA, endB] = pair.ends;
  a.sessions.current = endA;
  b.sessions.current = endB;
  return { pair, a: endA, b: endB };
}

const QUIET_TURNS = 8;

/** Lets everything run until nothing crosses any more; `until` ends it earlier. */
export async function settle({ pair }: Connected, until: () => boolean = () => false): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS && !until();) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = pair.busy ? 0 : quiet + 1;
  }
}

/** Bytes that look random, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const key = Buffer.alloc(32, seed);
  return new Uint8Array(createCipheriv('aes-256-ctr', key, Buffer.alloc(16, seed >>> 8)).update(Buffer.alloc(length)));
}
