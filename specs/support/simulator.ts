import { execFile } from 'node:child_process';
import { builtAt } from './builtProgram.js';

/** What the simulator said with `--json`: a line for each failure, then the summary. */
export interface Search {
  readonly exit: number;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** Runs the built simulator that lies in `folder`, the one of this repository when absent. */
export function runSimulator(flags: readonly string[], folder?: string): Promise<Search> {
  const entry = builtAt('apps/simulator/main.js', folder);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [entry, ...flags, '--json'], { maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const exit = error === null ? 0 : error.code;
      if (typeof exit !== 'number') return reject(new Error(`the simulator was killed: ${stderr}`, { cause: error }));
      const lines = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Search['lines'][number]]));
      if (lines.length === 0) return reject(new Error(`the simulator said nothing: ${stderr}`));
      resolve({ exit, lines });
    });
  });
}

/** What failed, one line each: seed, findings and how to see it again. */
export const failuresOf = ({ lines }: Search): readonly unknown[] =>
  lines.filter(({ type }) => type !== 'summary').map(({ seed, findings }) => ({ seed, findings }));
