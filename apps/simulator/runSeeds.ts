import type { Verdict } from '../../core/testing.js';
import type { Range, Reports } from './Hand.js';
import { Tally, type Counted, type FailedRun } from './Tally.js';

/** Sums are told this often. */
const REPORT_MS = 100;

export interface SeedRuns {
  readonly run: (seed: number) => Promise<Verdict>;
  readonly nowMs: () => number;
  /** Told when a seed begins, and undefined when nothing is under way. */
  readonly underWay: (seed: number | undefined) => void;
}

/** Runs every seed of the range; a run that throws is a run that failed. */
export async function runSeeds({ first, count }: Range, { run, nowMs, underWay }: SeedRuns, reports: Reports): Promise<void> {
  const tally = new Tally();
  let reportedMs = nowMs();
  const report = (): void => {
    reportedMs = nowMs();
    reports.sum(tally.take());
  };
  for (let seed = first; seed < first + count; seed++) {
    underWay(seed);
    const { failure, ...counted } = await runOne(seed, run);
    tally.count(counted);
    if (failure) {
      // counted first: whoever stops at the first failure has it in the sum
      report();
      reports.failed(failure);
    } else if (nowMs() - reportedMs >= REPORT_MS) report();
  }
  underWay(undefined);
  report();
}

async function runOne(seed: number, run: SeedRuns['run']): Promise<Counted & { readonly failure?: FailedRun }> {
  try {
    const { findings, trace, virtualMs, tally } = await run(seed);
    const counted = { findings, virtualMs, tally };
    return findings.length === 0 ? counted : { ...counted, failure: { seed, findings, trace } };
  } catch (error) {
    const findings = [`the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
    return { findings, virtualMs: 0, tally: {}, failure: { seed, findings, trace: [] } };
  }
}
