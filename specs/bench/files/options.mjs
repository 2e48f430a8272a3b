import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const MIB = 2 ** 20;
const USUAL = ['files', 'small', 'chat'];
const ALL = [...USUAL, 'eight', 'resume'];
const HELP = `npm run bench:files -- [options]

  --only WHAT     ${ALL.join(', ')}; several with commas (without it: ${USUAL.join(', ')})
  --all           all of them
  --rounds N      rounds of every contender (5)
  --folder PATH   where files are read and written (the temporary folder)
  --tmpfs PATH    where the small files are measured again without a disk (/dev/shm)
  --quick         one round of 256 MiB; RESULTS.md stays as it is
  --profile       where the time of our two devices goes in one transfer, and nothing else (--only small: of small files)
`;

/** What was asked on the command line. Ends the process when it cannot be understood. */
export function readOptions(argv) {
  try {
    return chosen(
      parseArgs({
        args: argv,
        options: {
          only: { type: 'string' },
          all: { type: 'boolean' },
          rounds: { type: 'string', default: '5' },
          folder: { type: 'string', default: tmpdir() },
          tmpfs: { type: 'string', default: '/dev/shm' },
          quick: { type: 'boolean', default: false },
          profile: { type: 'boolean', default: false },
          help: { type: 'boolean' },
        },
      }).values,
    );
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return process.exit(2);
  }
}

function chosen({ only, all, rounds, folder, tmpfs, quick, profile, help }) {
  if (help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const workloads = only?.split(',') ?? (all ? ALL : USUAL);
  const unknown = workloads.find((workload) => !ALL.includes(workload));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is ${ALL.join(', ')}`);
  if (!/^[1-9]\d{0,2}$/.test(rounds)) throw new Error(`--rounds ${rounds}: a number from 1 on`);
  return {
    workloads,
    rounds: quick ? 1 : Number(rounds),
    bytes: quick ? 256 * MIB : 1024 * MIB,
    folder: resolve(folder),
    tmpfs: existsSync(tmpfs) ? resolve(tmpfs) : undefined,
    quick,
    profiled: profile,
  };
}
