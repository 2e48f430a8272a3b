import type { FailedRun, Sum } from './Tally.js';

/** Seeds in a row. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

export interface Reports {
  readonly sum: (sum: Sum) => void;
  readonly failed: (run: FailedRun) => void;
}

/** Somebody who runs seeds beside others. */
export interface Hand {
  /** Resolves when all of them were run; rejects when the hand is lost, and can then do no more. */
  run(range: Range, reports: Reports): Promise<void>;
  /** The seed it runs right now, as far as is known. */
  underWay(): number | undefined;
  end(): Promise<void>;
}
