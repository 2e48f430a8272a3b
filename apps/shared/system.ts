import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { LOG_FIELD_CHARS_MAX } from '../../core/base/limits.js';
import type { Clock } from '../../core/ports/clock.js';
import type { LogFields, Logger, LogLevel } from '../../core/ports/logger.js';
import type { Random } from '../../core/ports/random.js';
import { LogFile } from './logFile.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length)),
  uniform: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};

export interface LogOptions {
  /** A file (mode 0600), or this process's stderr. */
  readonly to: 'stderr' | { readonly file: string };
  readonly level: LogLevel;
}

export interface OpenLogger extends Logger {
  /** Everything logged is written when it returns. */
  close(): void;
}

/** Names of fields that could hold a secret or what people wrote: never written, whoever logs them by mistake. */
const SECRET = /pass|secret|token|cookie|private|credential|plaintext|^key$|^text$|^code_?word$/i;

/** JSON lines, one for each event. A value can neither break out of its line nor fill the disk. */
export async function openLogger({ to, level }: LogOptions): Promise<OpenLogger> {
  const { pino } = await import('pino');
  const file = to === 'stderr' ? undefined : new LogFile(to.file);
  // The level keeps the rate low enough for writing each line at once.
  const log = pino({ level, base: { pid: process.pid } }, file ?? { write: (line) => void process.stderr.write(line) });
  return {
    log: (at: LogLevel, event: string, fields?: LogFields) => log[at](tame(fields), event),
    close: () => file?.close(),
  };
}

/** Fields as they are written: secrets by name left out, long texts cut. */
export function tame(fields: LogFields = {}): LogFields {
  const tamed: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (SECRET.test(name)) tamed[name] = '[redacted]';
    else if (typeof value === 'string' && value.length > LOG_FIELD_CHARS_MAX) tamed[name] = `${value.slice(0, LOG_FIELD_CHARS_MAX - 1)}…`;
    else tamed[name] = value;
  }
  return tamed;
}
