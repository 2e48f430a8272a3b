import { CommanderError } from 'commander';
import { SansfilError } from '../../core/base/errors.js';
import { draw, type Verdict } from '../../core/testing.js';
import { asFailure } from '../shared/failure.js';
import { BASIC_LANGUAGES } from '../../core/shell/basicLanguages.js';
import { toJson, toTerminal } from '../../core/shell/toTerminal.js';
import { Campaign } from './Campaign.js';
import { Console } from './Console.js';
import type { Hand } from './Hand.js';
import type { SimulatorIo } from './io.js';
import { planOf } from './parts.js';
import { parseOptions, replayCommand, type Job, type Options } from './options.js';
import { diagramOptions, FailureReport, perSecond, printDrawn, printHash, printPlan, printSum, showRun } from './report.js';
import { runSeeds } from './runSeeds.js';
import { Tally, type FailedRun, type Sum } from './Tally.js';
import { words } from './words.js';

export const EXIT = { allWell: 0, failed: 1, usage: 2 } as const;

/** Who does the work; specs bring their own. */
export interface Workshop {
  /** Runs one seed in this thread. */
  readonly run: (job: Job) => (seed: number) => Promise<Verdict>;
  readonly hire: (job: Job) => Hand;
}

/** Looks this often whether a line of progress is due, or a run has hung. */
const TICK_MS = 125;
/** A run that takes longer is told of: it may never end. */
const SLOW_MS = 60_000;

/** Runs one command line; what the process ends with. Never rejects. */
export async function runSimulator(argv: readonly string[], io: SimulatorIo, workshop: Workshop): Promise<number> {
  try {
    const options = parseOptions(argv, io);
    return options.runs === 1 ? await runOne(options, io, workshop) : await runMany(options, io, workshop);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.allWell;
    const usage = error instanceof CommanderError;
    const { code, message } = asFailure(
      usage ? new SansfilError('COMMAND_INVALID', words.seeHelp(error.message.replace(/^error: /, ''))) : error,
      BASIC_LANGUAGES.en,
    );
    if (argv.includes('--json')) io.out(`${toJson({ error: { code, message } })}\n`);
    else io.err(`${toTerminal(`simulate: ${message} [${code}]`)}\n`);
    return code === 'COMMAND_INVALID' ? EXIT.usage : EXIT.failed;
  }
}

/** In this thread, and without a handler for Ctrl-C: what hangs can be stopped, and a debugger sees it. */
async function runOne(options: Options, io: SimulatorIo, { run }: Workshop): Promise<number> {
  const console = new Console(io, options.json);
  const report = new FailureReport(console, options, diagramOptions(options, io));
  const tally = new Tally();
  const startedMs = io.nowMs();
  printPlan(console, options);
  printDrawn(console, draw(planOf(options, options.seed)));
  let verdict: Verdict | undefined;
  const runs = { run: async (seed: number) => (verdict = await run(options)(seed)), nowMs: () => io.nowMs(), underWay: () => undefined };
  const failures: FailedRun[] = [];
  await runSeeds({ first: options.seed, count: 1 }, runs, { sum: (sum) => tally.add(sum), failed: (failure) => failures.push(failure) });
  if (verdict && options.show) showRun(console, verdict, diagramOptions(options, io));
  for (const failure of failures) report.add(failure, options.show ? 'shown' : 'drawn');
  printSum(console, options, tally.sum(), failures.length, io.nowMs() - startedMs);
  if (verdict) printHash(console, verdict);
  return failures.length > 0 ? EXIT.failed : EXIT.allWell;
}

async function runMany(options: Options, io: SimulatorIo, { hire }: Workshop): Promise<number> {
  const console = new Console(io, options.json);
  const report = new FailureReport(console, options, diagramOptions(options, io));
  const startedMs = io.nowMs();
  const watch = new HangWatch(io, console, options);
  printPlan(console, options);
  const hands = Array.from({ length: options.workers }, () => hire(options));
  let failures = 0;
  const campaign = new Campaign({
    ...options,
    hands,
    onFailed: (run) => {
      failures++;
      report.add(run, 'new');
    },
    onLost: (lost) => report.addLost(lost),
  });
  const endTicks = io.every(TICK_MS, () => {
    watch.look(hands);
    if (!options.json && console.progressIsDue()) console.progress(progressWords(options, campaign.sum, failures, io.nowMs() - startedMs));
  });
  let interrupted = false;
  try {
    await campaign.run(io.interrupted().then(() => void (interrupted = true)));
  } finally {
    endTicks();
    console.clear();
  }
  if (interrupted) console.remark(words.interrupted);
  printSum(console, options, campaign.sum, failures, io.nowMs() - startedMs);
  report.printSummary();
  return failures > 0 || campaign.lost > 0 ? EXIT.failed : EXIT.allWell;
}

function progressWords({ runs: all }: Options, { runs }: Sum, failed: number, tookMs: number): string {
  const left = runs === 0 ? words.leftUnknown : words.left(BASIC_LANGUAGES.en.duration(((all - runs) * tookMs) / runs));
  return words.progress(runs, all, perSecond(runs, tookMs), failed, left);
}

/** Tells once of each seed that takes suspiciously long. */
class HangWatch {
  readonly #sinceMs = new Map<number, number>();

  constructor(
    private readonly io: SimulatorIo,
    private readonly console: Console,
    private readonly job: Job,
  ) {}

  look(hands: readonly Hand[]): void {
    const nowMs = this.io.nowMs();
    const seeds = new Set(hands.map((hand) => hand.underWay()));
    for (const seed of this.#sinceMs.keys()) if (!seeds.has(seed)) this.#sinceMs.delete(seed);
    for (const seed of seeds) {
      if (seed === undefined) continue;
      const sinceMs = this.#sinceMs.get(seed) ?? nowMs;
      const isSlow = nowMs - sinceMs >= SLOW_MS;
      // told of once: infinitely young from now on
      this.#sinceMs.set(seed, isSlow ? Infinity : sinceMs);
      if (isSlow) this.console.remark(words.slow(seed, BASIC_LANGUAGES.en.duration(nowMs - sinceMs), replayCommand(seed, this.job)));
    }
  }
}
