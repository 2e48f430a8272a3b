import type { ErrorCode } from '../../core/base/errors.js';
import type { PeerId, SessionId } from '../../core/base/ids.js';
import type { OpenSession, SessionConsumer, Sessions } from '../../core/engine/contracts.js';
import type { Mood } from '../../core/events/domainEvents.js';
import type { Record } from '../../core/protocol/frames.js';

/** A session that goes nowhere: it keeps what was sent, and says `full` when told to. */
export class FakeSession implements OpenSession {
  readonly sent: Record[] = [];
  readonly bulk: { readonly stream: number; readonly bytes: Uint8Array }[] = [];
  full = false;
  pauses = 0;
  ended: { readonly mood: Mood; readonly code: ErrorCode } | undefined;

  constructor(
    readonly id: SessionId,
    readonly peer: PeerId,
    private readonly onSend: (record: Record) => void = () => undefined,
    private readonly onClose: () => void = () => undefined,
  ) {}

  send(record: Record): boolean {
    if (this.ended) return false;
    this.sent.push(record);
    this.onSend(record);
    return !this.full;
  }

  sendBulk(stream: number, bytes: Uint8Array, taken: () => void = () => undefined): boolean {
    taken();
    if (!this.ended) this.bulk.push({ stream, bytes: bytes.slice() });
    return !this.full;
  }

  pause(): void {
    this.pauses += 1;
  }

  resume(): void {
    this.pauses -= 1;
  }

  close(mood: Mood, code: ErrorCode): void {
    if (this.ended) return;
    this.ended = { mood, code };
    this.onClose();
  }
}

/** Opens and closes sessions when a spec says so. */
export class FakeSessions implements Sessions {
  readonly #open = new Map<PeerId, FakeSession>();
  readonly #wanted = new Set<string>();
  #consumer: SessionConsumer | undefined;
  #count = 0;

  consume(consumer: SessionConsumer): void {
    this.#consumer = consumer;
  }

  open(peer: PeerId): FakeSession | undefined {
    return this.#open.get(peer);
  }

  want(peer: PeerId, reason: string): void {
    this.#wanted.add(`${peer} ${reason}`);
  }

  unwant(peer: PeerId, reason: string): void {
    this.#wanted.delete(`${peer} ${reason}`);
  }

  isWanted(peer: PeerId): boolean {
    return [...this.#wanted].some((wanted) => wanted.startsWith(peer));
  }

  nudge(): void {
    // dialling is the spec's business
  }

  waits(): undefined {
    return undefined;
  }

  /** A session opens, in place of the one there may be. */
  connect(peer: PeerId, onSend?: (record: Record) => void): FakeSession {
    const session: FakeSession = new FakeSession(`session-${++this.#count}` as SessionId, peer, onSend, () => this.cut(session));
    this.#open.set(peer, session);
    this.#consumer?.opened(session);
    return session;
  }

  /** The link of that session is gone. */
  cut(session: FakeSession): void {
    session.ended ??= { mood: 'lonely', code: 'LINK_CLOSED' };
    if (this.#open.get(session.peer) === session) this.#open.delete(session.peer);
    this.#consumer?.closed(session);
  }

  /** The peer said something. */
  hear(session: FakeSession, record: Record): void {
    this.#consumer?.record(session, record);
  }

  /** The link takes more again. */
  drain(session: FakeSession): void {
    session.full = false;
    this.#consumer?.drained(session);
  }
}
