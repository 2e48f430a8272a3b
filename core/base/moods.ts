import type { ErrorCode } from './errors.js';

/**
 * How something between two devices ended: `happy` as meant · `lonely` the peer was not there · `scary` somebody
 * tampered · `errory` a failure · `unwelcome` refused by policy.
 */
export type Mood = 'happy' | 'lonely' | 'scary' | 'errory' | 'unwelcome';

/** The mood in which a handshake or a session ends for that reason. */
export function moodOf(code: ErrorCode): Mood {
  switch (code) {
    case 'HANDSHAKE_FAILED':
    case 'SIGNATURE_INVALID':
    case 'IDENTITY_MISMATCH':
    case 'DOWNGRADE':
    case 'DECRYPT_FAILED':
      return 'scary';
    case 'HANDSHAKE_TIMEOUT':
    case 'SESSION_IDLE':
    case 'PEER_UNREACHABLE':
    case 'LINK_FAILED':
    case 'LINK_CLOSED':
      return 'lonely';
    case 'PEER_NOT_ALLOWED':
    case 'TOO_MANY_HALF_OPEN':
      return 'unwelcome';
    case 'STOPPED':
    case 'SESSION_DUPLICATE':
    case 'SESSION_EXPIRED':
      return 'happy';
    default:
      return 'errory';
  }
}
