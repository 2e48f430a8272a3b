import { isErrorCode, SansfilError, type ErrorCode } from '../base/errors.js';

/** Why something was refused: its code, and one sentence in English with what is particular to it. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Anything thrown as what a shell says of it; known by its code also where it comes from another copy of core. */
export function failureOf(error: unknown): Refusal {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && isErrorCode(code)) return { code, detail: error instanceof Error ? error.message : '' };
  const ours = SansfilError.from(error);
  return { code: ours.code, detail: ours.message };
}
