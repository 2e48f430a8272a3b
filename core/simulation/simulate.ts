import type { Fault, FaultPlan } from './faults.js';
import type { TraceEntry } from './trace.js';

export interface RunPlan {
  readonly seed: number;
  readonly faults: ReadonlySet<Fault>;
  /** Without it the seed decides. */
  readonly devices?: 2 | 3;
}

export interface Verdict {
  readonly seed: number;
  readonly devices: number;
  readonly drawn: FaultPlan;
  /** Of the whole trace, hexadecimal: equal for equal seeds. */
  readonly hash: string;
  /** How long it took in the world's own time. */
  readonly virtualMs: number;
  /** What must hold and did not; empty when all is well. */
  readonly findings: readonly string[];
  readonly trace: readonly TraceEntry[];
  /** How often each thing happened: messages, files, crashes, cuts, … */
  readonly tally: Readonly<Record<string, number>>;
}
