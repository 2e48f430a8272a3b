import type { SansfilError } from '../../base/errors.js';
import type { SessionOutput } from '../../machines/session/session.machine.js';
import type { SessionConsumer } from '../contracts.js';
import type { LinkSession } from './LinkSession.js';

/** What a session is part of. */
export interface SessionHost {
  /** READY came from both sides: answers with `session.adopt()`, `session.contest()` or `session.concede()`. */
  arbitrate(session: LinkSession): void;
  /** The rival of a contested session stayed silent. */
  claim(session: LinkSession): void;
  /** The session grew old. */
  renew(session: LinkSession): void;
  /** Nothing is sent or received over it any more; its link may take a moment to be gone. */
  ended(session: LinkSession, ending: SessionOutput): void;
  /** Nothing of it is left. */
  gone(session: LinkSession): void;
  fault(where: string, error: SansfilError): void;
  /** Whose records of that type are; undefined for the session's own. */
  consumerOf(recordType: number): SessionConsumer | undefined;
  readonly bulkConsumer: SessionConsumer | undefined;
  readonly consumers: readonly SessionConsumer[];
}
