import { SansfilError } from '../../base/errors.js';
import type { MessageId, PeerId } from '../../base/ids.js';
import { OUTBOX_PER_PEER_MAX } from '../../base/limits.js';
import { searchKey } from '../../base/searchKey.js';
import type { Direction, HistoryQuery, MessageCounts, MessageState, MessageStore, NewMessage, OutboxEntry, StoredMessage } from '../../ports/stores.js';
import type { Immediate } from './passage.js';

const keyOf = (peer: PeerId, direction: Direction, id: MessageId): string => `${peer} ${direction} ${id}`;

/** What it is given is its own; what it gives is the reader's. A call that throws has changed nothing. */
export class MessageTable implements Immediate<MessageStore> {
  /** In the order of their positions. */
  readonly #messages = new Map<string, StoredMessage>();
  readonly #outbox = new Map<PeerId, Map<MessageId, OutboxEntry>>();
  /** Ours are told apart by their id alone: it is random. */
  readonly #writtenTo = new Map<MessageId, PeerId>();
  #positions = 0;

  queue(message: NewMessage, content: Uint8Array): StoredMessage {
    if (this.#outboxOf(message.peer).size >= OUTBOX_PER_PEER_MAX) throw new SansfilError('OUTBOX_FULL');
    const stored = this.#append(message, 'out', 'queued');
    this.#writtenTo.set(message.id, message.peer);
    this.#enqueue(message.peer, message.id, content);
    return stored;
  }

  markRead(peer: PeerId, ids: readonly MessageId[], receipt: { readonly id: MessageId; readonly content: Uint8Array }): void {
    this.#advance(peer, 'in', ids, ['received'], 'read');
    this.#enqueue(peer, receipt.id, receipt.content);
  }

  outbox(peer: PeerId, after: number, limit: number): readonly OutboxEntry[] {
    const entries = [...this.#outboxOf(peer).values()].filter(({ position }) => position > after).slice(0, limit);
    return entries.map((entry) => ({ ...entry, content: entry.content.slice() }));
  }

  outboxPeers(): readonly PeerId[] {
    return [...this.#outbox].filter(([, entries]) => entries.size > 0).map(([peer]) => peer);
  }

  outboxLength(peer: PeerId): number {
    return this.#outbox.get(peer)?.size ?? 0;
  }

  /** It is still to be delivered. */
  awaits(peer: PeerId, id: MessageId): boolean {
    return this.#outbox.get(peer)?.has(id) === true;
  }

  markSent(ids: readonly MessageId[]): readonly MessageId[] {
    return ids.filter((id) => this.#markSent(id));
  }

  acknowledged(peer: PeerId, ids: readonly MessageId[]): readonly MessageId[] {
    for (const id of ids) this.#outboxOf(peer).delete(id);
    return this.#advance(peer, 'out', ids, ['queued', 'sent'], 'delivered');
  }

  receive(messages: readonly NewMessage[]): readonly ('new' | 'duplicate')[] {
    return messages.map((message) => {
      if (this.#messages.has(keyOf(message.peer, 'in', message.id))) return 'duplicate';
      this.#append(message, 'in', 'received');
      return 'new';
    });
  }

  receiveReceipt(peer: PeerId, ids: readonly MessageId[]): readonly MessageId[] {
    return this.#advance(peer, 'out', ids, ['queued', 'sent', 'delivered'], 'read');
  }

  get(id: MessageId, peer: PeerId, direction: Direction): StoredMessage | undefined {
    return this.#messages.get(keyOf(peer, direction, id));
  }

  history({ peer, search, before, limit }: HistoryQuery): readonly StoredMessage[] {
    const key = searchKey(search ?? '');
    const found = [...this.#messages.values()].filter(
      (message) => message.peer === peer && message.position < (before ?? Number.POSITIVE_INFINITY) && searchKey(message.text).includes(key),
    );
    return found.slice(Math.max(0, found.length - limit));
  }

  unread(peer: PeerId): readonly StoredMessage[] {
    return [...this.#messages.values()].filter((message) => message.peer === peer && message.state === 'received');
  }

  counts(): readonly MessageCounts[] {
    const counts = new Map<PeerId, { waiting: number; unread: number }>();
    for (const { peer, id, state } of this.#messages.values()) {
      const unread = state === 'received' ? 1 : 0;
      const waiting = (state === 'queued' || state === 'sent') && this.#outboxOf(peer).has(id) ? 1 : 0;
      if (unread + waiting === 0) continue;
      const before = counts.get(peer) ?? { waiting: 0, unread: 0 };
      counts.set(peer, { waiting: before.waiting + waiting, unread: before.unread + unread });
    }
    return [...counts].map(([peer, count]) => ({ peer, ...count }));
  }

  forget(peer: PeerId): void {
    this.#outbox.delete(peer);
  }

  #markSent(id: MessageId): boolean {
    const peer = this.#writtenTo.get(id);
    return peer !== undefined && this.#advance(peer, 'out', [id], ['queued'], 'sent').length > 0;
  }

  #append({ id, peer, text, createdMs, storedMs }: NewMessage, direction: Direction, state: MessageState): StoredMessage {
    const stored = { position: ++this.#positions, id, peer, direction, text, createdMs, storedMs, state };
    this.#messages.set(keyOf(peer, direction, id), stored);
    return stored;
  }

  #enqueue(peer: PeerId, id: MessageId, content: Uint8Array): void {
    this.#outboxOf(peer).set(id, { position: ++this.#positions, id, peer, content });
  }

  #outboxOf(peer: PeerId): Map<MessageId, OutboxEntry> {
    let entries = this.#outbox.get(peer);
    if (!entries) {
      entries = new Map();
      this.#outbox.set(peer, entries);
    }
    return entries;
  }

  /** The ids of those that were in one of the states `from`. */
  #advance(peer: PeerId, direction: Direction, ids: readonly MessageId[], from: readonly MessageState[], to: MessageState): readonly MessageId[] {
    return ids.filter((id) => {
      const message = this.#messages.get(keyOf(peer, direction, id));
      if (!message || !from.includes(message.state)) return false;
      this.#messages.set(keyOf(peer, direction, id), { ...message, state: to });
      return true;
    });
  }
}
