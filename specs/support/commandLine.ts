import type { CliIo } from '../../apps/cli/io.js';
import { runCli } from '../../apps/cli/program.js';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** What stands on stdout, one JSON document on each line. */
  readonly documents: readonly unknown[];
}

export interface Surroundings {
  readonly input?: string;
  /** Lines typed without echo, in this order: somebody sits at a terminal. */
  readonly secrets?: readonly string[];
  readonly errIsTerminal?: boolean;
  readonly interrupted?: Promise<void>;
  /** As the environment names it; absent: it says nothing, and English is spoken. */
  readonly locale?: string;
  /** Called with everything written so far whenever something is written to stdout. */
  readonly onOut?: (out: string) => void;
}

/** Runs one command line inside this process. */
export async function runCommandLine(argv: readonly string[], around: Surroundings = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const secrets = [...(around.secrets ?? [])];
  const io: CliIo = {
    out: (text) => {
      out += text;
      around.onOut?.(out);
    },
    err: (text) => {
      err += text;
    },
    readInput: () => Promise.resolve(around.input ?? ''),
    readSecret: () => Promise.resolve(secrets.shift() ?? ''),
    inputIsTerminal: around.secrets !== undefined,
    outIsTerminal: false,
    errIsTerminal: around.errIsTerminal === true,
    columns: 80,
    rows: 24,
    interrupted: () => around.interrupted ?? new Promise(() => undefined),
    entry: 'sansfil',
    locale: around.locale,
  };
  const exit = await runCli(argv, io);
  return {
    exit,
    out,
    err,
    get documents() {
      return out
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line));
    },
  };
}
