import type { Observable } from 'rxjs';
import type { ErrorCode } from '../base/errors.js';
import type { PeerId, SessionId } from '../base/ids.js';
import type { DomainEvent, Mood } from '../events/domainEvents.js';
import type { Record } from '../protocol/frames.js';

/** What the engine's parts promise one another; each part is written and tested against this page. */

/** Facts go in here and come out as one isolated stream that never errors (events/EventHub.ts). */
export interface Facts {
  publish(event: DomainEvent): void;
  readonly events$: Observable<DomainEvent>;
}

/** A session in which READY came from both sides, as its consumers see it. */
export interface OpenSession {
  readonly id: SessionId;
  readonly peer: PeerId;
  /** Seals and queues one record. False: the link is full, wait for `drained`. No-op after close. */
  send(record: Record): boolean;
  /**
   * Sends ciphertext of the file cipher as bulk frames of ≤ BULK_BYTES_MAX. False: full, wait for `drained`. The bytes stay
   * untouched until `taken` is called, once, also when the session is over.
   */
  sendBulk(stream: number, bytes: Uint8Array, taken: () => void): boolean;
  /** Inbound backpressure, counted: the link is read again when every pause was resumed. */
  pause(): void;
  resume(): void;
  /** Ends the session for a reason of a consumer (RECORD_MALFORMED, …). */
  close(mood: Mood, code: ErrorCode): void;
}

/** A part that speaks over sessions: messaging (0x10–0x1F), transfers (0x20–0x2F and bulk). */
export interface SessionConsumer {
  readonly recordTypes: { readonly from: number; readonly to: number };
  opened(session: OpenSession): void;
  /** A decoded record of its types. A throw of a SansfilError with blame peer ends the session with its code. */
  record(session: OpenSession, record: Record): void;
  /** Bytes of a bulk frame; `bytes` is only valid during the call. */
  bulk?(session: OpenSession, stream: number, bytes: Uint8Array): void;
  /** The peer said something, for the first time in a while. A throw ends the session as one of `record` does. */
  alive?(session: OpenSession): void;
  drained(session: OpenSession): void;
  closed(session: OpenSession): void;
}

/** How consumers reach peers (engine/SessionRegistry.ts implements it). */
export interface Sessions {
  consume(consumer: SessionConsumer): void;
  /** The one open session with that peer. */
  open(peer: PeerId): OpenSession | undefined;
  /** Somebody has something to send: dial until a session opens or `unwant`; idempotent, counted by `reason`. */
  want(peer: PeerId, reason: string): void;
  unwant(peer: PeerId, reason: string): void;
  /** The peer's addresses or presence changed for the better: if wanted, dial now instead of at the end of the backoff. */
  nudge(peer: PeerId): void;
  /** Why there is no session yet, and when the next dial is; undefined when there is one or nobody wants it. */
  waits(peer: PeerId): { readonly code: ErrorCode; readonly retryInMs?: number } | undefined;
}

/** Who may open a session, and where they are (engine/People.ts implements it). */
export interface PeerPolicy {
  admits(peer: PeerId): boolean;
  /** `scheme://address` candidates, best first. */
  addressesOf(peer: PeerId): readonly string[];
}
