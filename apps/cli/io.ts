import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';

/** What a verb meets of the process it runs in; specs bring their own. */
export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  /** All of stdin as UTF-8. */
  readInput(): Promise<string>;
  readonly inputIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Resolves at the first SIGINT or SIGTERM from now on. */
  interrupted(): Promise<void>;
  /** The file Node was started with, to start this program again. */
  readonly entry: string;
}

export function processIo(entry: string): CliIo {
  // `sansfil history board | head`: the reader has seen enough, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput: () => readAll(process.stdin),
    inputIsTerminal: isatty(0),
    outIsTerminal: isatty(1),
    errIsTerminal: isatty(2),
    interrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
      }),
    entry,
  };
}

async function readAll(input: Readable): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of input) parts.push(part as Uint8Array);
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}
