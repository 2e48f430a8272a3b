import type { ErrorCode } from '../../core/base/errors.js';
import type { BasicLanguage } from '../../core/shell/BasicLanguage.js';
import { failureOf } from '../../core/shell/failureOf.js';

export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Anything thrown, as a code and one sentence with what to do next; detail follows it where there is some. */
export function asFailure(error: unknown, language: BasicLanguage): Failure {
  const { code, detail } = failureOf(error);
  return { code, message: language.explain(code, detail) };
}
