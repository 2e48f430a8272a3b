import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { SESSION_LASTED_MS_MIN } from '../../base/limits.js';
import type { SessionOutput } from '../../machines/session/session.machine.js';
import type { Clock } from '../../ports/clock.js';
import type { Logger } from '../../ports/logger.js';
import type { Facts, PeerPolicy, SessionConsumer } from '../contracts.js';
import { initiatorIsLower } from './peerOrder.js';
import type { HostedSession, SessionHost } from './sessionHost.js';
import { StrangerNews } from './StrangerNews.js';

/** Who waits for what becomes of one session. */
export interface SessionWatcher {
  adopted(): void;
  ended(code: ErrorCode): void;
}

export interface TableParts {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly policy: PeerPolicy;
  readonly facts: Facts;
  readonly logger: Logger;
  opened(peer: PeerId): void;
  /** The session with that peer ended and none took its place. */
  lost(peer: PeerId, code: ErrorCode, lasted: boolean): void;
  /** The session with that peer should be replaced. */
  spent(peer: PeerId): void;
}

/** Ends that are part of the game and no news. */
const QUIET: readonly (ErrorCode | null)[] = [null, 'SESSION_DUPLICATE', 'STOPPED', 'TOO_MANY_HALF_OPEN'];

/** All sessions, and which of them is the one with each peer, PROTOCOL [P-3.15]. */
export class SessionTable implements SessionHost {
  readonly consumers: SessionConsumer[] = [];
  readonly #watchers = new Map<HostedSession, SessionWatcher>();
  readonly #current = new Map<PeerId, HostedSession>();
  /** Sessions the rule is against, while the one it is for is asked whether it lives. */
  readonly #contested = new Map<PeerId, HostedSession>();
  readonly #spent = new WeakSet<HostedSession>();
  readonly #strangers: StrangerNews;
  #whenEmpty: (() => void)[] = [];

  constructor(private readonly parts: TableParts) {
    this.#strangers = new StrangerNews(parts.clock);
  }

  get size(): number {
    return this.#watchers.size;
  }

  get open(): readonly HostedSession[] {
    return [...this.#current.values()];
  }

  get all(): readonly HostedSession[] {
    return [...this.#watchers.keys()];
  }

  with(peer: PeerId): HostedSession | undefined {
    return this.#current.get(peer);
  }

  add(session: HostedSession, watcher: SessionWatcher): void {
    this.#watchers.set(session, watcher);
  }

  /** Resolves when nothing is left of any session. */
  empty(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** A handshake or a session that was never open ended. */
  refused(ending: SessionOutput, peer: PeerId | undefined): void {
    const { mood, code } = ending;
    this.parts.logger.log('debug', 'session.refused', { mood, code: code ?? undefined, peer });
    if (code === null || QUIET.includes(code)) return;
    const untold = peer !== undefined && this.parts.policy.admits(peer) ? 0 : this.#strangers.tell();
    if (untold === undefined) return;
    if (untold > 0) this.parts.logger.log('warn', 'session.refusedUntold', { count: untold });
    this.parts.facts.publish({ type: 'session.refused', mood, code, ...(peer === undefined ? {} : { peer }) });
  }

  // ── SessionHost ──────────────────────────────────────────────────────────────────────────────
  consumerOf(recordType: number): SessionConsumer | undefined {
    return this.consumers.find(({ recordTypes: { from, to } }) => recordType >= from && recordType <= to);
  }

  get bulkConsumer(): SessionConsumer | undefined {
    return this.consumers.find((consumer) => consumer.bulk !== undefined);
  }

  /**
   * A second session dialled by the same side replaces the first: that side lost it, or renews it. Of two that both sides
   * dialled, the one stays whose initiator has the lower PeerID; but a device that restarted must not be locked out by a
   * session that is dead, so that one has to show that it lives.
   */
  arbitrate(session: HostedSession): void {
    const { peer, role } = session;
    if (!this.#admits(session)) return;
    const rival = this.#current.get(peer);
    if (!rival || rival.role === role || initiatorIsLower(this.parts.self, peer, role)) return this.#adopt(session);
    this.#contested.get(peer)?.concede();
    this.#contested.set(peer, session);
    session.contest();
    rival.probe(() => this.#settle(peer, session));
  }

  claim(session: HostedSession): void {
    if (this.#contested.get(session.peer) === session && this.#admits(session)) this.#adopt(session);
  }

  renew(session: HostedSession): void {
    this.#spent.add(session);
    if (this.#current.get(session.peer) === session) this.parts.spent(session.peer);
  }

  ended(session: HostedSession, ending: SessionOutput): void {
    const { peer } = session;
    const wasCurrent = this.#current.get(peer) === session;
    if (wasCurrent) this.#current.delete(peer);
    if (this.#contested.get(peer) === session) this.#contested.delete(peer);
    if (session.wasOpen) this.#announceEnd(session, ending);
    else this.refused(ending, peer);
    this.#watchers.get(session)?.ended(ending.code ?? 'PEER_LEFT');
    if (wasCurrent && !this.#current.has(peer)) this.#succeed(session, ending.code ?? 'PEER_LEFT');
  }

  gone(session: HostedSession): void {
    this.#watchers.delete(session);
    if (this.size > 0) return;
    for (const resolve of this.#whenEmpty.splice(0)) resolve();
  }

  fault(where: string, error: SansfilError): void {
    this.parts.logger.log('error', 'fault', { where, code: error.code, detail: error.message });
    this.parts.facts.publish({ type: 'fault', where, code: error.code, detail: error.message });
  }

  // ── inside ───────────────────────────────────────────────────────────────────────────────────
  /** Ends it when not. Asked again of a session that was held: who was a friend then may be none any more. */
  #admits(session: HostedSession): boolean {
    if (this.parts.policy.admits(session.peer)) return true;
    session.close('unwelcome', 'PEER_NOT_ALLOWED');
    return false;
  }

  /** The rival was heard: the rule holds. */
  #settle(peer: PeerId, session: HostedSession): void {
    if (this.#contested.get(peer) !== session) return;
    this.#contested.delete(peer);
    session.concede();
  }

  #adopt(session: HostedSession): void {
    const { peer } = session;
    const contested = this.#contested.get(peer);
    const old = this.#current.get(peer);
    this.#contested.delete(peer);
    this.#current.set(peer, session);
    if (contested !== session) contested?.concede();
    old?.close('happy', this.#spent.has(old) ? 'SESSION_EXPIRED' : 'SESSION_DUPLICATE');
    session.adopt(() => this.#announce(session));
  }

  #announce(session: HostedSession): void {
    const { id, peer, suite, role } = session;
    this.parts.facts.publish({ type: 'session.opened', peer, session: id, suite, role });
    this.#watchers.get(session)?.adopted();
    this.parts.opened(peer);
    for (const consumer of this.consumers) {
      if (this.#current.get(peer) === session) session.guarded(() => consumer.opened(session));
    }
  }

  #announceEnd(session: HostedSession, { mood, code }: SessionOutput): void {
    for (const consumer of this.consumers) {
      try {
        consumer.closed(session);
      } catch (error) {
        this.fault('session', SansfilError.from(error));
      }
    }
    this.parts.facts.publish({ type: 'session.closed', peer: session.peer, session: session.id, mood, ...(code === null ? {} : { code }) });
  }

  #succeed(session: HostedSession, code: ErrorCode): void {
    const heir = this.#contested.get(session.peer);
    if (heir && this.#admits(heir)) return this.#adopt(heir);
    this.parts.lost(session.peer, code, session.openMs >= SESSION_LASTED_MS_MIN);
  }
}
