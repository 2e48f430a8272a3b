import { fromHex } from '../../base/bytes.js';
import type { MessageId, PeerId } from '../../base/ids.js';
import type { OpenSession } from '../contracts.js';
import type { Arrival } from './InboundQueue.js';
import type { DeliveryPorts } from './ports.js';
import type { Tally } from './Tally.js';

type Text = Extract<Arrival, { readonly type: 'text' }>;
type Receipt = Extract<Arrival, { readonly type: 'receipt' }>;
type Ack = Extract<Arrival, { readonly type: 'ack' }>;

/** Brings what one friend sent into the store, and only then acknowledges it and says that it happened. */
export class ArrivalCommitter {
  constructor(
    private readonly peer: PeerId,
    private readonly ports: Pick<DeliveryPorts, 'store' | 'facts'>,
    private readonly tally: Tally,
    /** The peer has these messages; the store knows it. */
    private readonly delivered: (ids: readonly MessageId[]) => void,
  ) {}

  /** Rejects when one part of the batch was not stored; the other parts were and stay acknowledged. */
  async commit(session: OpenSession, batch: readonly Arrival[]): Promise<void> {
    const texts = batch.filter((arrival): arrival is Text => arrival.type === 'text');
    const acks = batch.filter((arrival): arrival is Ack => arrival.type === 'ack');
    const receipts = batch.filter((arrival): arrival is Receipt => arrival.type === 'receipt');
    // Together, so that the store commits them together; every part is heard out before a failure is told.
    const parts = [this.#acks(acks), this.#texts(session, texts), ...receipts.map((receipt) => this.#receipt(session, receipt))];
    for (const part of await Promise.allSettled(parts)) if (part.status === 'rejected') throw part.reason;
  }

  async #texts(session: OpenSession, texts: readonly Text[]): Promise<void> {
    if (texts.length === 0) return;
    const answers = await this.ports.store.receive(texts.map(({ message }) => message));
    for (const [i, { message }] of texts.entries()) {
      const { id, peer, text, createdMs } = message;
      // A duplicate is one whose ACK was lost: it is acknowledged again and nobody else hears of it.
      session.send({ type: 'ack', id: fromHex(id) });
      if (answers[i] === 'duplicate') continue;
      this.tally.unreadMore(peer, 1);
      this.ports.facts.publish({ type: 'message.received', peer, id, text, createdMs });
    }
  }

  async #acks(acks: readonly Ack[]): Promise<void> {
    if (acks.length > 0) await this.#acknowledged(acks.map(({ id }) => id));
  }

  async #receipt(session: OpenSession, { id, ids }: Receipt): Promise<void> {
    // What was read was delivered, even when the ACK that should have said so was lost. One after the other: once the store
    // has it as read, nobody would learn any more of a delivery that the store refused to note.
    await this.#acknowledged(ids);
    const read = await this.ports.store.receiveReceipt(this.peer, ids);
    session.send({ type: 'ack', id: fromHex(id) });
    for (const message of read) this.ports.facts.publish({ type: 'message.read', peer: this.peer, id: message, by: 'peer' });
  }

  async #acknowledged(ids: readonly MessageId[]): Promise<void> {
    const changed = await this.ports.store.acknowledged(this.peer, ids);
    this.tally.waitMore(this.peer, -changed.length);
    for (const id of changed) this.ports.facts.publish({ type: 'message.delivered', peer: this.peer, id });
    this.delivered(ids);
  }
}
