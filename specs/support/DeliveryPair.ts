import { SansfilError } from '../../core/base/errors.js';
import type { MessageId, PeerId } from '../../core/base/ids.js';
import { STORE_RETRY_MS } from '../../core/base/limits.js';
import { Census } from '../../core/engine/Census.js';
import { Delivery } from '../../core/engine/Delivery.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Rng } from '../../core/simulation/Rng.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { EventHub } from '../../core/events/EventHub.js';
import { MemoryLogger } from './dataFolder.js';
import { FakeSessions, type FakeSession } from './FakeSessions.js';
import { GatedMessageStore } from './GatedMessageStore.js';
import { peerOf } from './samples.js';
import { settled } from './settled.js';

export type Side = 'a' | 'b';

const PEERS: { readonly [S in Side]: PeerId } = { a: peerOf(1), b: peerOf(2) };
const other = (side: Side): Side => (side === 'a' ? 'b' : 'a');

/** One of the two devices: what survives a crash, and what the present incarnation has. */
class Party {
  readonly stores = new MemoryStores();
  /** Facts of all incarnations. */
  readonly facts: DomainEvent[] = [];
  gate = new GatedMessageStore(this.stores.messages);
  sessions = new FakeSessions();
  delivery!: Delivery;
  /** Encoded records under way to this side. */
  inbox: Uint8Array[] = [];
  session: FakeSession | undefined;
  #alive = { yes: true };

  constructor(
    readonly side: Side,
    private readonly clock: VirtualClock,
    private readonly random: Rng,
  ) {}

  async boot(): Promise<void> {
    const alive = { yes: true };
    this.#alive = alive;
    this.gate = new GatedMessageStore(this.stores.messages);
    this.sessions = new FakeSessions();
    const hub = new EventHub();
    // What a process that is gone still says, nobody hears.
    hub.events$.subscribe((event) => {
      if (alive.yes) this.facts.push(event);
    });
    this.delivery = new Delivery({
      store: this.gate,
      sessions: this.sessions,
      facts: hub,
      clock: this.clock,
      random: this.random,
      census: new Census(),
      logger: new MemoryLogger(),
    });
    this.sessions.consume(this.delivery);
    await this.delivery.start(() => true);
  }

  crash(): void {
    this.#alive.yes = false;
    this.gate.crash();
    this.session = undefined;
    this.inbox = [];
  }
}

/** Two devices with a link that is cut, disks that are slow or full, and processes that die, step by step. */
export class DeliveryPair {
  readonly clock = new VirtualClock();
  readonly #random = new Rng(7);
  readonly #parties = { a: new Party('a', this.clock, this.#random), b: new Party('b', this.clock, this.#random) };
  /** What `send` returned, in that order: the promise that is to be kept. */
  readonly accepted: { readonly [S in Side]: { readonly id: MessageId; readonly text: string }[] } = { a: [], b: [] };
  #texts = 0;

  async boot(): Promise<void> {
    await Promise.all([this.#parties.a.boot(), this.#parties.b.boot()]);
  }

  async send(side: Side): Promise<void> {
    const text = `${side}${++this.#texts}`;
    this.#parties[side].delivery.send(PEERS[other(side)], text).then(
      ({ id }) => this.accepted[side].push({ id, text }),
      (error: unknown) => SansfilError.from(error),
    );
    await settled();
  }

  async read(side: Side): Promise<void> {
    this.#parties[side].delivery.markRead(PEERS[other(side)]).catch((error: unknown) => SansfilError.from(error));
    await settled();
  }

  async connect(): Promise<void> {
    await this.cut();
    for (const side of ['a', 'b'] as const) {
      const there = this.#parties[other(side)];
      this.#parties[side].session = this.#parties[side].sessions.connect(PEERS[other(side)], (record) => there.inbox.push(encodeRecord(record)));
    }
    await settled();
  }

  /** Whatever is under way is lost. */
  async cut(): Promise<void> {
    for (const party of Object.values(this.#parties)) {
      const { session } = party;
      party.session = undefined;
      party.inbox = [];
      if (session && !session.ended) party.sessions.cut(session);
    }
    await settled();
  }

  /** One record arrives at that side, unless its session is paused. */
  async deliver(side: Side): Promise<void> {
    const { session, inbox, sessions } = this.#parties[side];
    if (!session || session.pauses > 0) return;
    const record = inbox.shift();
    if (record) sessions.hear(session, decodeRecord(record));
    await settled();
    await this.#noticeEnds();
  }

  async shut(side: Side): Promise<void> {
    this.#parties[side].gate.shut();
    await settled();
  }

  async commitOne(side: Side): Promise<void> {
    this.#parties[side].gate.letOne();
    await settled();
  }

  async failOne(side: Side): Promise<void> {
    this.#parties[side].gate.failOne(new SansfilError('DISK_FULL'));
    await settled();
    await this.#noticeEnds();
  }

  async openStore(side: Side): Promise<void> {
    this.#parties[side].gate.open();
    await settled();
  }

  async crash(side: Side): Promise<void> {
    this.#parties[side].crash();
    await this.cut();
    await this.#parties[side].boot();
    await settled();
  }

  async wait(): Promise<void> {
    this.clock.advance(STORE_RETRY_MS / 2);
    await settled();
  }

  /** Faults end: disks work, time passes, and the link stays until nothing is under way. */
  async heal(): Promise<void> {
    for (const side of ['a', 'b'] as const) await this.openStore(side);
    this.clock.advance(2 * STORE_RETRY_MS);
    await this.connect();
    this.clock.advance(2 * STORE_RETRY_MS);
    await settled();
    while (this.#parties.a.inbox.length + this.#parties.b.inbox.length > 0) {
      await this.deliver('a');
      await this.deliver('b');
    }
  }

  wanted(side: Side): boolean {
    return this.#parties[side].sessions.isWanted(PEERS[other(side)]);
  }

  /** Texts that were told to whoever watches that side. */
  told(side: Side): readonly string[] {
    return this.#parties[side].facts.flatMap((fact) => (fact.type === 'message.received' ? [fact.text] : []));
  }

  facts(side: Side): readonly DomainEvent[] {
    return this.#parties[side].facts;
  }

  /** Texts in the store of that side, oldest first. */
  async stored(side: Side, direction: 'in' | 'out'): Promise<readonly { readonly id: MessageId; readonly text: string; readonly state: string }[]> {
    const messages = await this.#parties[side].stores.messages.history({ peer: PEERS[other(side)], limit: 100_000 });
    return messages.filter((message) => message.direction === direction).map(({ id, text, state }) => ({ id, text, state }));
  }

  counts(side: Side): { readonly waiting: number; readonly unread: number } {
    const { delivery } = this.#parties[side];
    return { waiting: delivery.waitingCount(PEERS[other(side)]), unread: delivery.unreadCount(PEERS[other(side)]) };
  }

  /** A side that closed its session closes the link for both. */
  async #noticeEnds(): Promise<void> {
    if (Object.values(this.#parties).some(({ session }) => session?.ended)) await this.cut();
  }
}
