import { token } from './token.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Plain data only: no keys, no plaintext, no file names. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
}

export const LOGGER = token<Logger>('logger');
