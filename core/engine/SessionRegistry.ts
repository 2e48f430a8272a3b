import { SansfilError, type ErrorCode } from '../base/errors.js';
import type { PeerId, SessionId } from '../base/ids.js';
import { HANDSHAKE_MS_MAX, SESSIONS_MAX } from '../base/limits.js';
import type { Mood } from '../base/moods.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { Primitives } from '../ports/primitives.js';
import type { Random } from '../ports/random.js';
import type { Signer, Verifier } from '../ports/signer.js';
import type { Link, Transport } from '../ports/transport.js';
import { DEFAULT_SUITES } from '../protocol/suites.js';
import type { Census } from './Census.js';
import type { Facts, OpenSession, PeerPolicy, SessionConsumer, Sessions } from './contracts.js';
import { PeerDialers } from './dialing/PeerDialers.js';
import { CookieJar } from './handshake/CookieJar.js';
import type { HandshakeParts, SessionKeys } from './handshake/exchange.js';
import { HalfOpen } from './handshake/HalfOpen.js';
import { HandshakeRate } from './handshake/HandshakeRate.js';
import { InitiatorHandshake } from './handshake/InitiatorHandshake.js';
import { ResponderHandshake } from './handshake/ResponderHandshake.js';
import { StaticKey } from './handshake/StaticKey.js';
import { LinkSession } from './session/LinkSession.js';
import { isLower } from './session/peerOrder.js';
import { SessionTable, type SessionWatcher } from './session/SessionTable.js';
import type { Tap } from './session/tapLink.js';
import { Transports } from './Transports.js';

export interface RegistryParts {
  readonly transports: readonly Transport[];
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly primitives: Primitives;
  readonly clock: Clock;
  readonly random: Random;
  readonly census: Census;
  readonly policy: PeerPolicy;
  readonly facts: Facts;
  readonly logger: Logger;
  /** Own cipher suites in order of preference. */
  readonly suites?: readonly number[];
  readonly tap?: Tap;
}

/** One session per peer: takes calls, dials who is wanted, and gives consumers the session that stands. */
export class SessionRegistry implements Sessions {
  readonly #self: PeerId;
  readonly #clock: Clock;
  readonly #transports: Transports;
  readonly #handshakeParts: HandshakeParts;
  readonly #table: SessionTable;
  readonly #dialers: PeerDialers;
  readonly #cookies: CookieJar;
  readonly #rate: HandshakeRate;
  readonly #halfOpen = new HalfOpen();
  readonly #handshakes = new Set<InitiatorHandshake | ResponderHandshake>();
  #sessions = 0;
  #stopped = false;

  constructor(private readonly parts: RegistryParts) {
    const { clock, random, census, policy, signer, facts } = parts;
    this.#self = signer.peerId;
    this.#clock = clock;
    this.#transports = new Transports(parts.transports, parts.tap);
    this.#handshakeParts = { ...parts, suites: parts.suites ?? DEFAULT_SUITES, staticKey: new StaticKey(random, clock) };
    this.#cookies = new CookieJar(parts);
    this.#rate = new HandshakeRate(clock);
    this.#table = new SessionTable({
      ...parts,
      self: this.#self,
      opened: (peer) => this.#dialers.opened(peer),
      lost: (peer, code, lasted) => this.#dialers.lost(peer, code, lasted),
      spent: (peer) => {
        // Both sides see the age; the lower PeerID acts on it [P-3.13].
        if (isLower(this.#self, peer)) this.#dialers.renew(peer);
      },
    });
    this.#dialers = new PeerDialers({
      clock,
      random,
      census,
      addressesOf: (peer) => policy.addressesOf(peer),
      isOpen: (peer) => this.#table.with(peer) !== undefined,
      dial: (address, signal) => this.#transports.dial(address, signal),
      greet: (link, peer, signal) => this.#greet(link, peer, signal),
      closeLink: (link) => this.#closeLink(link),
      waiting: (peer, code, retryInMs) => {
        // Nobody waits for a session that is only to be replaced.
        if (!this.#table.with(peer)) facts.publish({ type: 'peer.waiting', peer, code, retryInMs });
      },
      fault: (where, error) => this.#table.fault(where, error),
    });
  }

  /**
   * @param listen `scheme://address` of each transport to listen on
   * @returns where others may reach us, `scheme://address`
   * @throws SansfilError PORT_IN_USE | ADDRESS_INVALID | LINK_FAILED
   */
  start(listen: readonly string[]): Promise<readonly string[]> {
    return this.#transports.listen(listen, (link) => this.accept(link));
  }

  /** Where others may reach us now; an interface may have come or gone since `start`. */
  addresses(): readonly string[] {
    return this.#transports.reachable();
  }

  /** Whether `addresses` may ever say something else. */
  get mayMove(): boolean {
    return this.#transports.mayMove;
  }

  /** Ends every session with CLOSE; resolves when their links are gone or the time for it is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#dialers.stop();
    const closed = this.#transports.close();
    for (const handshake of [...this.#handshakes]) handshake.cancel('STOPPED');
    for (const session of this.#table.all) session.close('happy', 'STOPPED');
    await Promise.all([closed, this.#table.empty()]);
  }

  // ── Sessions ─────────────────────────────────────────────────────────────────────────────────
  consume(consumer: SessionConsumer): void {
    this.#table.consumers.push(consumer);
  }

  open(peer: PeerId): OpenSession | undefined {
    return this.#table.with(peer);
  }

  sessions(): readonly OpenSession[] {
    return this.#table.open;
  }

  want(peer: PeerId, reason: string): void {
    if (!this.#stopped && peer !== this.#self) this.#dialers.want(peer, reason);
  }

  unwant(peer: PeerId, reason: string): void {
    this.#dialers.unwant(peer, reason);
  }

  nudge(peer: PeerId): void {
    this.#dialers.nudge(peer);
  }

  waits(peer: PeerId): { readonly code: ErrorCode; readonly retryInMs?: number } | undefined {
    return this.#dialers.waits(peer);
  }

  /** Ends whatever there is with that peer, open or not yet. */
  disconnect(peer: PeerId, mood: Mood, code: ErrorCode): void {
    for (const session of this.#table.all) if (session.peer === peer) session.close(mood, code);
  }

  /** A call from outside: a handshake as responder, if there is room for one more. */
  accept(link: Link): void {
    const place =
      this.#stopped || this.#table.size >= SESSIONS_MAX ? undefined : this.#halfOpen.enter(link.remote, () => handshake.cancel('TOO_MANY_HALF_OPEN'));
    if (!place) {
      this.parts.logger.log('debug', 'link.refused', { link: link.id, remote: link.remote });
      return this.#closeLink(link);
    }
    const startedMs = this.#clock.monotonic();
    const reception = { address: link.remote ?? link.id, cookies: this.#cookies, crowded: () => this.#halfOpen.crowded };
    const handshake = new ResponderHandshake(link, this.#handshakeParts, reception, {
      census: this.parts.census,
      place,
      spoke: () => this.#rate.take(link.remote),
      welcomes: (peer) => peer !== this.#self && this.parts.policy.admits(peer),
      handOver: (keys) => {
        this.#handshakes.delete(handshake);
        return this.#begin(link, keys, startedMs, { adopted: () => place.release(), ended: () => place.release() });
      },
      failed: ({ mood, code, peer }) => {
        this.#handshakes.delete(handshake);
        place.release();
        this.#table.refused({ mood, code }, peer);
      },
      fault: (where, error) => this.#table.fault(where, error),
    });
    this.#handshakes.add(handshake);
    handshake.start();
  }

  // ── inside ───────────────────────────────────────────────────────────────────────────────────
  /** A call of ours: a handshake as initiator, until the session is the one with that peer. */
  #greet(link: Link, peer: PeerId, signal: AbortSignal): Promise<void> {
    if (this.#table.size >= SESSIONS_MAX) {
      this.#closeLink(link);
      return Promise.reject(new SansfilError('LINK_FAILED', 'too many sessions are open'));
    }
    const startedMs = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      const handshake = new InitiatorHandshake(link, peer, this.#handshakeParts, {
        census: this.parts.census,
        handOver: (keys) => {
          this.#handshakes.delete(handshake);
          return this.#begin(link, keys, startedMs, { adopted: resolve, ended: (code) => reject(new SansfilError(code)) });
        },
        failed: ({ mood, code }) => {
          this.#handshakes.delete(handshake);
          this.#table.refused({ mood, code }, peer);
          reject(new SansfilError(code));
        },
        fault: (where, error) => this.#table.fault(where, error),
      });
      this.#handshakes.add(handshake);
      signal.addEventListener('abort', () => handshake.cancel('SESSION_DUPLICATE'), { once: true });
      handshake.start();
    });
  }

  #begin(link: Link, keys: SessionKeys, startedMs: number, watcher: SessionWatcher): LinkSession {
    const confirmMs = Math.max(0, HANDSHAKE_MS_MAX - (this.#clock.monotonic() - startedMs));
    const id = `s${++this.#sessions}` as SessionId;
    const session = new LinkSession({ id, link, keys, clock: this.#clock, census: this.parts.census, host: this.#table, confirmMs });
    this.#table.add(session, watcher);
    return session;
  }

  #closeLink(link: Link): void {
    link.close().catch((error: unknown) => this.#table.fault('link', SansfilError.from(error)));
  }
}
