import type { Readable, Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { readLines, type LineHandler } from './readLines.js';

/** Where a plain shell writes its lines, and reads commands from. */
export interface PlainTerminal {
  /** A person types the commands, and sees what is written. */
  readonly isTerminal: boolean;
  write(text: string): void;
  read(handler: LineHandler): Disposable;
}

export function plainTerminal(input: Readable & { readonly fd?: number; unref?(): unknown }, output: Writable & { readonly fd?: number }): PlainTerminal {
  return {
    isTerminal: isatty(input.fd ?? -1) && isatty(output.fd ?? -1),
    write: (text) => void output.write(text),
    read: (handler) => readLines(input, handler),
  };
}
