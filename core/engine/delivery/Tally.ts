import type { PeerId } from '../../base/ids.js';
import type { MessageCounts } from '../../ports/stores.js';

/** How many texts to each peer wait to be delivered, and how many of theirs nobody has read; follows the store. */
export class Tally {
  readonly #waiting = new Map<PeerId, number>();
  readonly #unread = new Map<PeerId, number>();

  load(counts: readonly MessageCounts[]): void {
    for (const { peer, waiting, unread } of counts) {
      this.#waiting.set(peer, waiting);
      this.#unread.set(peer, unread);
    }
  }

  waiting(peer: PeerId): number {
    return this.#waiting.get(peer) ?? 0;
  }

  unread(peer: PeerId): number {
    return this.#unread.get(peer) ?? 0;
  }

  waitMore(peer: PeerId, change: number): void {
    // What is acknowledged after `forget` was not counted any more.
    this.#waiting.set(peer, Math.max(0, this.waiting(peer) + change));
  }

  unreadMore(peer: PeerId, change: number): void {
    this.#unread.set(peer, this.unread(peer) + change);
  }

  /** Nothing waits for that peer any more. */
  forget(peer: PeerId): void {
    this.#waiting.delete(peer);
  }
}
