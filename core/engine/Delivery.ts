import { fromUtf8, toHex, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import type { MessageId, PeerId } from '../base/ids.js';
import { RECEIPT_IDS_MAX } from '../base/limits.js';
import type { StoredMessage } from '../ports/stores.js';
import type { Record } from '../protocol/frames.js';
import { encodeMessageContent } from '../protocol/messageContent.js';
import type { OpenSession, SessionConsumer } from './contracts.js';
import { Conversation, WANT_REASON } from './delivery/Conversation.js';
import { Forgetting } from './delivery/Forgetting.js';
import type { DeliveryPorts } from './delivery/ports.js';
import { Tally } from './delivery/Tally.js';

const MESSAGE_ID_BYTES = 16;

/**
 * Messages, durable on both sides: at least once on the wire, exactly once and in order to whoever reads the facts.
 * What `send` returned is in the store and goes out over this session or a later one; what was acknowledged is in
 * the peer's store (PROTOCOL [P-3.11]).
 */
export class Delivery implements SessionConsumer {
  readonly recordTypes = { from: 0x10, to: 0x1f };
  readonly #conversations = new Map<PeerId, Conversation>();
  readonly #tally = new Tally();
  readonly #forgetting: Forgetting;
  /** What is on its way into an outbox. */
  readonly #writing = new Set<{ readonly peer: PeerId; isForgotten: boolean }>();
  /** Of each peer the last `markRead`, so that two of them never name the same messages. */
  readonly #reading = new Map<PeerId, Promise<unknown>>();
  #state: 'new' | 'running' | 'stopped' = 'new';
  #release: () => void = () => undefined;
  /** A session may open before the counts are loaded: what it brings waits for this. */
  readonly #started = new Promise<void>((resolve) => {
    this.#release = resolve;
  });

  constructor(private readonly ports: DeliveryPorts) {
    this.#forgetting = new Forgetting(ports);
  }

  /**
   * Wants a session with everyone the outbox has something for. What is left for somebody who is not known any more,
   * because a crash came between the end of the friendship and that of the outbox, goes to nobody.
   * @throws SansfilError STORE_FAILED | STORE_CORRUPT
   */
  async start(isKnown: (peer: PeerId) => boolean): Promise<void> {
    const { store, sessions } = this.ports;
    const [counts, peers] = await Promise.all([store.counts(), store.outboxPeers()]);
    if (this.#state !== 'new') return;
    this.#tally.load(counts);
    this.#state = 'running';
    this.#release();
    for (const peer of peers) {
      if (isKnown(peer)) sessions.want(peer, WANT_REASON);
      else this.forget(peer);
    }
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#forgetting.stop();
    this.#release();
    await Promise.all([...this.#conversations.values()].map((conversation) => conversation.stop()));
    this.#conversations.clear();
  }

  /**
   * The message as it was stored; it goes out as soon as there is a session.
   * @throws SansfilError MESSAGE_EMPTY | MESSAGE_TOO_LONG | OUTBOX_FULL | STOPPED | FRIEND_UNKNOWN | DISK_FULL | STORE_FAILED
   */
  async send(peer: PeerId, text: string): Promise<StoredMessage> {
    this.#assertRunning();
    const now = this.ports.clock.now();
    // Half a surrogate pair has no UTF-8: what is stored here is what the peer will read.
    const wellFormed = fromUtf8(utf8(text));
    const content = encodeMessageContent({ type: 'text', createdMs: now, text: wellFormed });
    const id = this.#newId();
    const { store, facts } = this.ports;
    return this.#write(
      peer,
      () => store.queue({ id, peer, text: wellFormed, createdMs: now, storedMs: now }, content),
      () => {
        this.#tally.waitMore(peer, 1);
        facts.publish({ type: 'message.queued', peer, id });
        this.#grew(peer);
      },
    );
  }

  /** Everything unread of that peer, oldest first, now read; the peer is told. @throws SansfilError STOPPED | FRIEND_UNKNOWN | DISK_FULL | STORE_FAILED */
  markRead(peer: PeerId): Promise<readonly StoredMessage[]> {
    const before = this.#reading.get(peer) ?? Promise.resolve();
    // What became of the one before is the business of its own caller.
    const reading = this.#write(peer, async () => {
      await Promise.allSettled([before]);
      return this.#markRead(peer);
    });
    this.#reading.set(peer, reading);
    return reading.finally(() => {
      if (this.#reading.get(peer) === reading) this.#reading.delete(peer);
    });
  }

  /** Nothing more is sent to that peer; the history stays. */
  forget(peer: PeerId): void {
    this.ports.sessions.unwant(peer, WANT_REASON);
    this.#tally.forget(peer);
    for (const write of this.#writing) if (write.peer === peer) write.isForgotten = true;
    this.#forgetting.begin(peer);
  }

  /** Texts that peer has not acknowledged. */
  waitingCount(peer: PeerId): number {
    return this.#tally.waiting(peer);
  }

  /** Texts of that peer nobody has read. */
  unreadCount(peer: PeerId): number {
    return this.#tally.unread(peer);
  }

  opened(session: OpenSession): void {
    if (this.#state !== 'stopped') this.#conversation(session.peer).opened(session);
  }

  record(session: OpenSession, record: Record): void {
    if (this.#state !== 'stopped') this.#conversation(session.peer).record(session, record);
  }

  drained(session: OpenSession): void {
    this.#conversations.get(session.peer)?.drained(session);
  }

  closed(session: OpenSession): void {
    this.#conversations.get(session.peer)?.closed(session);
  }

  async #markRead(peer: PeerId): Promise<readonly StoredMessage[]> {
    this.#assertRunning();
    const { store, clock, facts } = this.ports;
    const unread = await store.unread(peer);
    for (let from = 0; from < unread.length; from += RECEIPT_IDS_MAX) {
      const ids = unread.slice(from, from + RECEIPT_IDS_MAX).map(({ id }) => id);
      const content = encodeMessageContent({ type: 'read', createdMs: clock.now(), ids });
      await this.#write(
        peer,
        () => store.markRead(peer, ids, { id: this.#newId(), content }),
        () => {
          this.#tally.unreadMore(peer, -ids.length);
          for (const id of ids) facts.publish({ type: 'message.read', peer, id, by: 'me' });
          this.#grew(peer);
        },
      );
    }
    return unread.map((message) => ({ ...message, state: 'read' }));
  }

  /**
   * Into the outbox. `stored` comes at once, so that nobody is removed between it and the store.
   * @throws SansfilError FRIEND_UNKNOWN when that peer was removed meanwhile: then it goes to nobody
   */
  async #write<T>(peer: PeerId, store: () => Promise<T>, stored: () => void = () => undefined): Promise<T> {
    const write = { peer, isForgotten: false };
    this.#writing.add(write);
    try {
      await this.#forgetting.finish(peer);
      const result = await store();
      if (!write.isForgotten) {
        stored();
        return result;
      }
    } finally {
      this.#writing.delete(write);
    }
    this.#forgetting.begin(peer);
    throw new SansfilError('FRIEND_UNKNOWN');
  }

  #grew(peer: PeerId): void {
    if (this.#state === 'running') this.#conversation(peer).grew();
  }

  #conversation(peer: PeerId): Conversation {
    let conversation = this.#conversations.get(peer);
    if (!conversation) {
      conversation = new Conversation(peer, this.ports, this.#tally, { started: this.#started, emptied: () => this.#forgetting.finish(peer) });
      this.#conversations.set(peer, conversation);
    }
    return conversation;
  }

  #newId(): MessageId {
    return toHex(this.ports.random.bytes(MESSAGE_ID_BYTES)) as MessageId;
  }

  #assertRunning(): void {
    if (this.#state !== 'running') throw new SansfilError('STOPPED');
  }
}
