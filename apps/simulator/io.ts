import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { isatty } from 'node:tty';

/** What the simulator meets of the process it runs in; specs bring their own. */
export interface SimulatorIo {
  out(text: string): void;
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Of the terminal, when there is one. */
  readonly columns: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cores: number;
  nowMs(): number;
  /** Calls again and again; returns what ends it. */
  every(ms: number, callback: () => void): () => void;
  /** In 0…1, from nowhere in particular. */
  chance(): number;
  /** Resolves at the first SIGINT or SIGTERM from now on, and when nobody reads stdout any longer. */
  interrupted(): Promise<void>;
}

export function processIo(): SimulatorIo {
  const stops: (() => void)[] = [];
  // `… | head`: the reader has seen enough, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stops.length === 0) process.exit(0);
    for (const stop of stops) stop();
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTerminal: isatty(1),
    errIsTerminal: isatty(2),
    columns: process.stdout.columns,
    env: process.env,
    cores: availableParallelism(),
    nowMs: () => performance.now(),
    every: (ms, callback) => {
      const ticker = setInterval(callback, ms);
      return () => clearInterval(ticker);
    },
    chance: Math.random,
    interrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => resolve());
        process.once('SIGTERM', () => resolve());
        stops.push(resolve);
      }),
  };
}
