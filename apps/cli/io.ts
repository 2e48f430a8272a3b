import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { SansfilError } from '../../core/base/errors.js';
import { localeOf } from '../shared/locale.js';

/** What a verb meets of the process it runs in; specs bring their own. */
export interface CliIo {
  out(text: string): void;
  err(text: string): void;
  /** All of stdin as UTF-8. @throws SansfilError MESSAGE_TOO_LONG as soon as there is more than `bytesMax` */
  readInput(bytesMax: number): Promise<string>;
  /** One line typed on the terminal, which does not show it. @throws SansfilError STOPPED at Ctrl-C */
  readSecret(prompt: string): Promise<string>;
  readonly inputIsTerminal: boolean;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Of the terminal, as wide as it is now; 80 where there is none. */
  readonly columns: number;
  /** As high as it is now; 24 where there is none. */
  readonly rows: number;
  /** Resolves at the first SIGINT or SIGTERM from now on, and when nobody reads stdout any longer. */
  interrupted(): Promise<void>;
  /** The file Node was started with, to start this program again. */
  readonly entry: string;
  /** The reader's language as the environment names it; undefined where it names none. */
  readonly locale: string | undefined;
}

export function processIo(entry: string): CliIo {
  const stops: (() => void)[] = [];
  // `sansfil history board | head`: the reader has seen enough, which is no failure. What runs ends in good order.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stops.length === 0) process.exit(0);
    for (const stop of stops) stop();
  });
  // Remarks that nobody reads are no reason to end.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput: (bytesMax) => readAll(process.stdin, bytesMax),
    readSecret: (prompt) => readSecret(process.stdin, prompt),
    inputIsTerminal: isatty(0),
    outIsTerminal: isatty(1),
    errIsTerminal: isatty(2),
    get columns() {
      const { columns } = isatty(1) ? process.stdout : process.stderr;
      // Some terminals say nothing, and some 0.
      return columns > 0 ? columns : 80;
    },
    get rows() {
      const { rows } = isatty(1) ? process.stdout : process.stderr;
      return rows > 0 ? rows : 24;
    },
    interrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
        stops.push(resolve);
      }),
    entry,
    locale: localeOf(process.env),
  };
}

async function readAll(input: Readable, bytesMax: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of input) {
    bytes += (part as Uint8Array).length;
    if (bytes > bytesMax) throw new SansfilError('MESSAGE_TOO_LONG');
    parts.push(part as Uint8Array);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
}

const ENDS = new Set(['\r', '\n', '\u0004']);
const ERASES = new Set(['\u007f', '\b']);

/** In raw mode the terminal echoes nothing, and leaves erasing and interrupting to us. */
async function readSecret(input: typeof process.stdin, prompt: string): Promise<string> {
  process.stderr.write(prompt);
  input.setRawMode(true);
  input.setEncoding('utf8');
  const typed: string[] = [];
  try {
    for await (const text of input.iterator({ destroyOnReturn: false })) {
      for (const character of text as string) {
        if (ENDS.has(character)) return typed.join('');
        if (character === '\u0003') throw new SansfilError('STOPPED', 'interrupted');
        if (ERASES.has(character)) typed.pop();
        else typed.push(character);
      }
    }
    return typed.join('');
  } finally {
    input.setRawMode(false);
    input.pause();
    process.stderr.write('\n');
  }
}
