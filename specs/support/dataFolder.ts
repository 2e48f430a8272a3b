import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogFields, Logger, LogLevel } from '../../core/ports/logger.js';

/** A private folder of one test; disposed, it is gone. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function dataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'sansfil-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Keeps what is logged. */
export class MemoryLogger implements Logger {
  readonly lines: { readonly level: LogLevel; readonly event: string; readonly fields: LogFields | undefined }[] = [];

  log(level: LogLevel, event: string, fields?: LogFields): void {
    this.lines.push({ level, event, fields });
  }
}
