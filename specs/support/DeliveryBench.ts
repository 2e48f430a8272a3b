import { fromHex } from '../../core/base/bytes.js';
import type { MessageId, PeerId } from '../../core/base/ids.js';
import { Census } from '../../core/engine/Census.js';
import { Delivery } from '../../core/engine/Delivery.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { EventHub } from '../../core/events/EventHub.js';
import type { Record } from '../../core/protocol/frames.js';
import { decodeMessageContent, encodeMessageContent, messageIdFromBytes } from '../../core/protocol/messageContent.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Rng } from '../../core/simulation/Rng.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { MemoryLogger } from './dataFolder.js';
import { FakeSessions, type FakeSession } from './FakeSessions.js';
import { GatedMessageStore } from './GatedMessageStore.js';
import { messageIdOf, peerOf } from './samples.js';

export const ANNA = peerOf(1);
export const BEN = peerOf(2);

/** The delivery of one device between a disk and sessions that are the spec's. */
export class DeliveryBench {
  readonly stores = new MemoryStores();
  readonly clock = new VirtualClock();
  readonly logger = new MemoryLogger();
  readonly #random = new Rng(1);
  gate = new GatedMessageStore(this.stores.messages);
  sessions = new FakeSessions();
  facts: DomainEvent[] = [];
  delivery = this.make();

  /** The device starts (again) with what its stores hold. */
  async start(isKnown: (peer: PeerId) => boolean = () => true): Promise<void> {
    this.gate = new GatedMessageStore(this.stores.messages);
    this.sessions = new FakeSessions();
    this.facts = [];
    this.delivery = this.make();
    await this.delivery.start(isKnown);
  }

  /** One that is not started yet. */
  make(): Delivery {
    const { gate, sessions, clock, logger, facts } = this;
    const hub = new EventHub();
    hub.events$.subscribe((event) => facts.push(event));
    const delivery = new Delivery({ store: gate, sessions, facts: hub, clock, random: this.#random, census: new Census(), logger });
    sessions.consume(delivery);
    return delivery;
  }

  factsOf<T extends DomainEvent['type']>(type: T): Extract<DomainEvent, { type: T }>[] {
    return this.facts.filter((fact): fact is Extract<DomainEvent, { type: T }> => fact.type === type);
  }

  received(): string[] {
    return this.factsOf('message.received').map(({ text }) => text);
  }

  async stateOf(id: MessageId): Promise<string | undefined> {
    return (await this.stores.messages.get(id, ANNA, 'out'))?.state;
  }
}

export const text = (n: number, words = `text ${n}`): Record => ({
  type: 'msg',
  id: fromHex(messageIdOf(n)),
  content: encodeMessageContent({ type: 'text', createdMs: 1_000 + n, text: words }),
});

export const receipt = (n: number, ids: readonly MessageId[]): Record => ({
  type: 'msg',
  id: fromHex(messageIdOf(n)),
  content: encodeMessageContent({ type: 'read', createdMs: 5, ids }),
});

export const ack = (id: MessageId): Record => ({ type: 'ack', id: fromHex(id) });

export const textsIn = (session: FakeSession): string[] =>
  session.sent.flatMap((record) => {
    const content = record.type === 'msg' ? decodeMessageContent(record.content) : undefined;
    return content?.type === 'text' ? [content.text] : [];
  });

export const acksIn = (session: FakeSession): MessageId[] => session.sent.flatMap((record) => (record.type === 'ack' ? [messageIdFromBytes(record.id)] : []));
