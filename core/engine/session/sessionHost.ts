import type { ErrorCode, SansfilError } from '../../base/errors.js';
import type { Mood } from '../../base/moods.js';
import type { HandshakeRole } from '../../crypto/noise/handshakeState.js';
import type { SessionOutput } from '../../machines/session/session.machine.js';
import type { OpenSession, SessionConsumer } from '../contracts.js';

/** A session as its host sees it: also before it is open. */
export interface HostedSession extends OpenSession {
  readonly role: HandshakeRole;
  readonly suite: number;
  /** Whether consumers ever saw it. */
  readonly wasOpen: boolean;
  /** How long ago it was opened, in ms. */
  readonly openMs: number;
  /** This is the session with that peer: `announce` tells the consumers, then what was held back is delivered. */
  adopt(announce: () => void): void;
  /** An older session is asked whether it lives; meanwhile nothing is read here. */
  contest(): void;
  /** Another session with that peer is the one. */
  concede(): void;
  /** Asks the peer for a sign of life and says once when there is one. */
  probe(onHeard: () => void): void;
  /** Calls a consumer: what it throws ends this session and no other. */
  guarded(call: () => void): void;
  close(mood: Mood, code: ErrorCode | null): void;
}

/** What a session is part of. */
export interface SessionHost {
  /** READY came from both sides: answers with `adopt`, `contest`, `concede` or `close`. */
  arbitrate(session: HostedSession): void;
  /** The rival of a contested session stayed silent. */
  claim(session: HostedSession): void;
  /** The session grew old. */
  renew(session: HostedSession): void;
  /** Nothing is sent or received over it any more; its link may take a moment to be gone. */
  ended(session: HostedSession, ending: SessionOutput): void;
  /** Nothing of it is left. */
  gone(session: HostedSession): void;
  fault(where: string, error: SansfilError): void;
  /** Whose records of that type are. */
  consumerOf(recordType: number): SessionConsumer | undefined;
  readonly bulkConsumer: SessionConsumer | undefined;
  readonly consumers: readonly SessionConsumer[];
}
