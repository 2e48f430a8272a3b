import type { ErrorCode } from '../base/errors.js';
import { ERRORS } from '../base/errors.js';
import type { CloseReason } from './frames.js';

/*
 * The only place where error codes and the reason bytes on the wire meet.
 */

/** The reason byte of a handshake ERROR frame: a hint for people, never authenticated, PROTOCOL [P-3.4]. */
export const HANDSHAKE_REASONS = { failed: 0, version: 1, suite: 2, busy: 3, policy: 4 } as const;
export type HandshakeReason = keyof typeof HANDSHAKE_REASONS;

const HANDSHAKE_CODES: { readonly [R in HandshakeReason]: ErrorCode } = {
  failed: 'HANDSHAKE_FAILED',
  version: 'VERSION_UNSUPPORTED',
  suite: 'SUITE_UNSUPPORTED',
  busy: 'TOO_MANY_HALF_OPEN',
  policy: 'PEER_NOT_ALLOWED',
};

/** What the receiver of an ERROR frame reports. */
export const codeOfHandshakeReason = (reason: HandshakeReason): ErrorCode => HANDSHAKE_CODES[reason];

/** The hint to send for a failure; it says nothing about keys, identities or signatures. */
export function handshakeReasonOf(code: ErrorCode): HandshakeReason {
  switch (code) {
    case 'VERSION_UNSUPPORTED':
      return 'version';
    case 'SUITE_UNSUPPORTED':
      return 'suite';
    case 'TOO_MANY_HALF_OPEN':
      return 'busy';
    case 'PEER_NOT_ALLOWED':
      return 'policy';
    default:
      return 'failed';
  }
}

const CLOSE_CODES: { readonly [R in CloseReason]: ErrorCode | undefined } = {
  done: undefined,
  rekey: 'SESSION_EXPIRED',
  duplicate: 'SESSION_DUPLICATE',
  protocol: 'RECORD_MALFORMED',
  policy: 'PEER_NOT_ALLOWED',
};

/** What the receiver of a CLOSE record reports; undefined: the session was done, nothing went wrong. */
export const codeOfClose = (reason: CloseReason): ErrorCode | undefined => CLOSE_CODES[reason];

/** The reason to give when a session ends with `code` (undefined: in good order). */
export function closeReasonOf(code: ErrorCode | undefined): CloseReason {
  switch (code) {
    case undefined:
    case 'STOPPED':
      return 'done';
    case 'SESSION_EXPIRED':
      return 'rekey';
    case 'SESSION_DUPLICATE':
      return 'duplicate';
    case 'PEER_NOT_ALLOWED':
      return 'policy';
    default:
      return ERRORS[code].blame === 'peer' ? 'protocol' : 'done';
  }
}
