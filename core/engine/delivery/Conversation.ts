import { SansfilError } from '../../base/errors.js';
import type { MessageId, PeerId } from '../../base/ids.js';
import { STORE_RETRY_MS } from '../../base/limits.js';
import type { Record } from '../../protocol/frames.js';
import { decodeMessageContent, messageIdFromBytes } from '../../protocol/messageContent.js';
import type { Timer } from '../../ports/clock.js';
import type { OpenSession } from '../contracts.js';
import { ArrivalCommitter } from './ArrivalCommitter.js';
import { InboundQueue } from './InboundQueue.js';
import { OutboundWindow } from './OutboundWindow.js';
import type { DeliveryPorts } from './ports.js';
import type { Tally } from './Tally.js';

/** Why a conversation wants a session, in the count of the registry. */
export const WANT_REASON = 'messages';

/** Messages with one peer: what goes out over the session there is, what comes in over any of theirs. */
export class Conversation {
  readonly #inbound: InboundQueue;
  #session: OpenSession | undefined;
  #window: OutboundWindow | undefined;
  /** The last session that was closed because the store failed: nothing of it is taken any more. */
  #failed: OpenSession | undefined;
  #restUntil = Number.NEGATIVE_INFINITY;
  #resting: Timer;

  constructor(
    readonly peer: PeerId,
    private readonly ports: DeliveryPorts,
    tally: Tally,
    /** What is waited for: that the counts are loaded; that nothing is left of an earlier friendship. */
    private readonly before: { readonly started: Promise<void>; readonly emptied: () => Promise<void> },
  ) {
    const committer = new ArrivalCommitter(peer, ports, tally, (ids) => this.#window?.acknowledged(ids));
    this.#inbound = new InboundQueue(
      async (session, batch) => {
        await this.before.started;
        await committer.commit(session, batch);
      },
      (session, error) => this.#fail(session, error),
    );
  }

  /** A session that replaces another is used at once; what the old one did not deliver goes out again. */
  opened(session: OpenSession): void {
    this.#leave();
    this.#session = session;
    const rest = this.#restUntil - this.ports.clock.monotonic();
    if (rest <= 0) return this.#begin(session);
    // A friend who calls again and again must not make a full disk spin.
    session.pause();
    this.#resting = this.ports.clock.setTimeout(() => {
      this.#resting = undefined;
      session.resume();
      this.#begin(session);
    }, rest);
  }

  /** @throws SansfilError RECORD_MALFORMED | UTF8_INVALID | RECORD_UNKNOWN */
  record(session: OpenSession, record: Record): void {
    if (session === this.#failed) return;
    if (record.type === 'ack') {
      this.#inbound.push(session, { type: 'ack', bytes: record.id.length, id: messageIdFromBytes(record.id) });
    } else if (record.type === 'msg') {
      this.#message(session, messageIdFromBytes(record.id), record.content);
    } else {
      throw new SansfilError('RECORD_UNKNOWN', `a ${record.type} record is not a message`);
    }
  }

  drained(session: OpenSession): void {
    if (session === this.#session) this.#window?.drained();
  }

  closed(session: OpenSession): void {
    this.#inbound.closed(session);
    if (session === this.#session) this.#leave();
  }

  /** The outbox holds something new. */
  grew(): void {
    this.ports.sessions.want(this.peer, WANT_REASON);
    this.#window?.grew();
  }

  /** Ends the sending, lets what is being committed end. */
  async stop(): Promise<void> {
    if (this.#session) this.#inbound.drop(this.#session);
    this.#leave();
    await this.#inbound.idle();
  }

  #begin(session: OpenSession): void {
    const { store, clock, sessions, census } = this.ports;
    const window = new OutboundWindow(
      session,
      {
        load: async (after, limit) => {
          await this.before.started;
          await this.before.emptied();
          return store.outbox(this.peer, after, limit);
        },
        sent: (id) => this.#sent(id),
        drained: () => sessions.unwant(this.peer, WANT_REASON),
        failed: (error) => this.#fail(session, error),
      },
      clock,
      census,
    );
    this.#window = window;
    window.start();
  }

  #leave(): void {
    this.ports.clock.clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#window?.close();
    this.#window = undefined;
    this.#session = undefined;
  }

  #message(session: OpenSession, id: MessageId, bytes: Uint8Array): void {
    const content = decodeMessageContent(bytes);
    if (content.type === 'read') return this.#inbound.push(session, { type: 'receipt', bytes: bytes.length, id, ids: content.ids });
    const { text, createdMs } = content;
    const message = { id, peer: this.peer, text, createdMs, storedMs: this.ports.clock.now() };
    this.#inbound.push(session, { type: 'text', bytes: bytes.length, message });
  }

  /** Only a state is at stake here: the message itself is on its way whether the store can say so or not. */
  #sent(id: MessageId): void {
    const { store, facts } = this.ports;
    const { peer } = this;
    store.markSent([id]).then(
      (changed) => {
        for (const message of changed) facts.publish({ type: 'message.sent', peer, id: message });
      },
      (error: unknown) => this.#report(SansfilError.from(error, 'STORE_FAILED')),
    );
  }

  /** Nothing of that session is acknowledged any more; the next one starts over, after a rest. */
  #fail(session: OpenSession, error: SansfilError): void {
    this.#report(error);
    this.#restUntil = this.ports.clock.monotonic() + STORE_RETRY_MS;
    this.#failed = session;
    this.#inbound.drop(session);
    session.close('errory', error.code);
  }

  #report(error: SansfilError): void {
    this.ports.logger.log('error', 'messages.store-failed', { peer: this.peer, code: error.code });
    this.ports.facts.publish({ type: 'fault', where: 'messages', code: error.code, detail: error.message });
  }
}
