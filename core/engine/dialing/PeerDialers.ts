import type { ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { PeerDialer, type DialerHost } from './PeerDialer.js';

export interface DialersHost extends DialerHost {
  isOpen(peer: PeerId): boolean;
}

/** Who is wanted and why, and a dialer for each of them; none for those nobody wants. */
export class PeerDialers {
  readonly #wants = new Map<PeerId, Set<string>>();
  readonly #dialers = new Map<PeerId, PeerDialer>();

  constructor(private readonly host: DialersHost) {}

  want(peer: PeerId, reason: string): void {
    const reasons = this.#wants.get(peer) ?? new Set();
    this.#wants.set(peer, reasons.add(reason));
    if (reasons.size === 1) this.#dialer(peer).tell({ type: 'wanted' });
  }

  unwant(peer: PeerId, reason: string): void {
    const reasons = this.#wants.get(peer);
    if (!reasons?.delete(reason) || reasons.size > 0) return;
    this.#wants.delete(peer);
    this.#dialers.get(peer)?.tell({ type: 'unwanted' });
    this.#forget(peer);
  }

  nudge(peer: PeerId): void {
    this.#dialers.get(peer)?.tell({ type: 'nudged' });
  }

  waits(peer: PeerId): { readonly code: ErrorCode; readonly retryInMs: number } | undefined {
    return this.#dialers.get(peer)?.waits;
  }

  opened(peer: PeerId): void {
    this.#dialers.get(peer)?.tell({ type: 'session.opened' });
  }

  lost(peer: PeerId, code: ErrorCode, lasted: boolean): void {
    this.#dialers.get(peer)?.lost(code, lasted);
    this.#forget(peer);
  }

  /** Dials beside the open session, wanted or not. */
  renew(peer: PeerId): void {
    this.#dialer(peer).tell({ type: 'session.spent' });
  }

  stop(): void {
    for (const dialer of this.#dialers.values()) dialer.tell({ type: 'stopped' });
    this.#dialers.clear();
    this.#wants.clear();
  }

  #dialer(peer: PeerId): PeerDialer {
    const known = this.#dialers.get(peer);
    if (known) return known;
    const dialer = new PeerDialer(peer, this.host);
    this.#dialers.set(peer, dialer);
    dialer.start();
    if (this.host.isOpen(peer)) dialer.tell({ type: 'session.opened' });
    return dialer;
  }

  /** A dialer that does nothing and is not wanted takes no memory. */
  #forget(peer: PeerId): void {
    const dialer = this.#dialers.get(peer);
    if (!dialer?.idle || this.#wants.has(peer)) return;
    dialer.tell({ type: 'stopped' });
    this.#dialers.delete(peer);
  }
}
