import { isErrorCode, type ErrorCode } from '../../core/base/errors.js';
import type { BasicLanguage } from '../../core/shell/BasicLanguage.js';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Anything thrown, as a code and one sentence with what to do next; detail follows it where there is some. */
export function asFailure(error: unknown, language: BasicLanguage): Failure {
  const said = error instanceof Error ? error.message : String(error);
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const known = typeof code === 'string' && isErrorCode(code) ? code : 'BUG';
  return { code: known, message: language.explain(known, said) };
}
