import { ERRORS, isErrorCode, type ErrorCode } from '../../core/base/errors.js';
import { toJson, toTerminal } from '../shared/terminal.js';
import type { CliIo } from './io.js';
import { exitCodeOf, type ExitCode } from './exitCodes.js';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Anything thrown, as a code and one sentence with what to do next; detail follows it where there is some. */
export function asFailure(error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !isErrorCode(code)) return { code: 'BUG', message: `${ERRORS.BUG.sentence} (${said})` };
  const { sentence } = ERRORS[code];
  return { code, message: said === sentence || said === '' ? sentence : `${sentence} (${said})` };
}

/** Tells it where it is expected: a document on stdout with --json, else one line on stderr. What the process ends with. */
export function reportFailure(io: CliIo, json: boolean, error: unknown): ExitCode {
  const { code, message } = asFailure(error);
  if (json) io.out(`${toJson({ error: { code, message } })}\n`);
  else io.err(`${toTerminal(`sansfil: ${message} [${code}]`)}\n`);
  return exitCodeOf(code);
}
