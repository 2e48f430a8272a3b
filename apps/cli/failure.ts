import { asFailure } from '../shared/failure.js';
import { language } from '../shared/words.js';
import { toJson, toTerminal } from '../../core/shell/toTerminal.js';
import { exitCodeOf, type ExitCode } from './exitCodes.js';
import type { CliIo } from './io.js';

/** Tells it where it is expected: a document on stdout with --json, else one line on stderr. What the process ends with. */
export function reportFailure(io: CliIo, json: boolean, error: unknown): ExitCode {
  const { code, message } = asFailure(error, language);
  if (json) io.out(`${toJson({ error: { code, message } })}\n`);
  else io.err(`${toTerminal(`sansfil: ${message} [${code}]`)}\n`);
  return exitCodeOf(code);
}
