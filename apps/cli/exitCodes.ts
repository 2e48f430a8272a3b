import type { ErrorCode } from '../../core/base/errors.js';

/** What a process ends with; the table stands in README.md beside this file. */
export const EXIT = { done: 0, failed: 1, usage: 2, notReachable: 3, refused: 4 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What was typed or configured is wrong: typing it again the same way cannot help. */
const USAGE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'COMMAND_INVALID',
  'CONFIG_INVALID',
  'ID_INVALID',
  'NAME_INVALID',
  'ADDRESS_INVALID',
  'MESSAGE_EMPTY',
  'MESSAGE_TOO_LONG',
  'PASSPHRASE_NEEDED',
]);

/** Somebody who is needed is not there, or not in time: trying later can help. */
const NOT_REACHABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NOT_RUNNING',
  'WAIT_TIMEOUT',
  'LINK_FAILED',
  'LINK_CLOSED',
  'HANDSHAKE_TIMEOUT',
  'SESSION_IDLE',
  'PEER_UNREACHABLE',
  'PEER_LEFT',
  'HOLDERS_AWAY',
  'PEER_OFFLINE',
  'PEER_SILENT',
  'DIRECTORY_UNREACHABLE',
  'DIRECTORY_TIMEOUT',
  'NOT_LOGGED_IN',
]);

/** Somebody said no, or is not shown to be who they should be. */
const REFUSED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DOWNGRADE',
  'HANDSHAKE_FAILED',
  'IDENTITY_INVALID',
  'IDENTITY_MISMATCH',
  'SIGNATURE_INVALID',
  'DECRYPT_FAILED',
  'PEER_NOT_ALLOWED',
  'KEY_CHANGED',
  'TRANSFER_DECLINED',
  'PASSPHRASE_WRONG',
  'PGP_NOT_FOR_US',
  'PGP_SIGNATURE_BAD',
  'DIRECTORY_REFUSED',
  'DIRECTORY_CHANGED',
  'NAME_TAKEN',
  'LOGIN_FAILED',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'NOT_ALLOWED',
  'RATE_LIMITED',
]);

export function exitCodeOf(code: ErrorCode): ExitCode {
  if (USAGE.has(code)) return EXIT.usage;
  if (NOT_REACHABLE.has(code)) return EXIT.notReachable;
  if (REFUSED.has(code)) return EXIT.refused;
  return EXIT.failed;
}
