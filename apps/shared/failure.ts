import { ERRORS, isErrorCode, type ErrorCode } from '../../core/base/errors.js';

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
