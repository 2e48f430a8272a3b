import { SansfilError } from '../../base/errors.js';
import type { MessageId, PeerId } from '../../base/ids.js';
import { OUTBOX_PER_PEER_MAX } from '../../base/limits.js';
import { searchKey } from '../../base/searchKey.js';
import type { Direction, HistoryQuery, MessageCounts, MessageState, MessageStore, NewMessage, OutboxEntry, StoredMessage } from '../../ports/stores.js';

const keyOf = (peer: PeerId, direction: Direction, id: MessageId): string => `${peer} ${direction} ${id}`;

/** Synchronous inside: what a call does is done when it returns, and its promise says so in a microtask. */
export class MemoryMessageStore implements MessageStore {
  /** In the order of their positions. */
  readonly #messages = new Map<string, StoredMessage>();
  readonly #outbox = new Map<PeerId, Map<MessageId, OutboxEntry>>();
  /** Ours are told apart by their id alone: it is random. */
  readonly #writtenTo = new Map<MessageId, PeerId>();
  #positions = 0;

  async queue(message: NewMessage, content: Uint8Array): Promise<StoredMessage> {
    if (this.#outboxOf(message.peer).size >= OUTBOX_PER_PEER_MAX) throw new SansfilError('OUTBOX_FULL');
    const stored = this.#append(message, 'out', 'queued');
    this.#writtenTo.set(message.id, message.peer);
    this.#enqueue(message.peer, message.id, content);
    return Promise.resolve(stored);
  }

  async markRead(peer: PeerId, ids: readonly MessageId[], receipt: { readonly id: MessageId; readonly content: Uint8Array }): Promise<void> {
    this.#advance(peer, 'in', ids, ['received'], 'read');
    this.#enqueue(peer, receipt.id, receipt.content);
    return Promise.resolve();
  }

  async outbox(peer: PeerId, after: number, limit: number): Promise<readonly OutboxEntry[]> {
    const entries = [...this.#outboxOf(peer).values()].filter(({ position }) => position > after).slice(0, limit);
    return Promise.resolve(entries.map((entry) => ({ ...entry, content: entry.content.slice() })));
  }

  async outboxPeers(): Promise<readonly PeerId[]> {
    return Promise.resolve([...this.#outbox].filter(([, entries]) => entries.size > 0).map(([peer]) => peer));
  }

  async markSent(ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    return Promise.resolve(ids.filter((id) => this.#markSent(id)));
  }

  async acknowledged(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    for (const id of ids) this.#outboxOf(peer).delete(id);
    return Promise.resolve(this.#advance(peer, 'out', ids, ['queued', 'sent'], 'delivered'));
  }

  async receive(messages: readonly NewMessage[]): Promise<readonly ('new' | 'duplicate')[]> {
    return Promise.resolve(
      messages.map((message) => {
        if (this.#messages.has(keyOf(message.peer, 'in', message.id))) return 'duplicate';
        this.#append(message, 'in', 'received');
        return 'new';
      }),
    );
  }

  async receiveReceipt(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    return Promise.resolve(this.#advance(peer, 'out', ids, ['queued', 'sent', 'delivered'], 'read'));
  }

  async get(id: MessageId, peer: PeerId, direction: Direction): Promise<StoredMessage | undefined> {
    return Promise.resolve(this.#messages.get(keyOf(peer, direction, id)));
  }

  async history({ peer, search, before, limit }: HistoryQuery): Promise<readonly StoredMessage[]> {
    const key = searchKey(search ?? '');
    const found = [...this.#messages.values()].filter(
      (message) => message.peer === peer && message.position < (before ?? Number.POSITIVE_INFINITY) && searchKey(message.text).includes(key),
    );
    return Promise.resolve(found.slice(Math.max(0, found.length - limit)));
  }

  async unread(peer: PeerId): Promise<readonly StoredMessage[]> {
    return Promise.resolve([...this.#messages.values()].filter((message) => message.peer === peer && message.state === 'received'));
  }

  async counts(): Promise<readonly MessageCounts[]> {
    const counts = new Map<PeerId, { waiting: number; unread: number }>();
    for (const { peer, id, state } of this.#messages.values()) {
      const unread = state === 'received' ? 1 : 0;
      const waiting = (state === 'queued' || state === 'sent') && this.#outboxOf(peer).has(id) ? 1 : 0;
      if (unread + waiting === 0) continue;
      const before = counts.get(peer) ?? { waiting: 0, unread: 0 };
      counts.set(peer, { waiting: before.waiting + waiting, unread: before.unread + unread });
    }
    return Promise.resolve([...counts].map(([peer, count]) => ({ peer, ...count })));
  }

  async forget(peer: PeerId): Promise<void> {
    this.#outbox.delete(peer);
    return Promise.resolve();
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
    this.#outboxOf(peer).set(id, { position: ++this.#positions, id, peer, content: content.slice() });
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
