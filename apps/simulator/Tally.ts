import type { Verdict } from '../../core/testing.js';

/** A run in which something did not hold. */
export type FailedRun = Pick<Verdict, 'seed' | 'findings' | 'trace'>;
/** What of a verdict is added up. */
export type Counted = Pick<Verdict, 'findings' | 'virtualMs' | 'tally'>;

/** Many runs added up; plain data, sent between threads. */
export interface Sum {
  readonly runs: number;
  readonly failed: number;
  readonly virtualMs: number;
  readonly happened: Readonly<Record<string, number>>;
}

export class Tally {
  #runs = 0;
  #failed = 0;
  #virtualMs = 0;
  readonly #happened = new Map<string, number>();

  count({ findings, virtualMs, tally }: Counted): void {
    this.add({ runs: 1, failed: findings.length > 0 ? 1 : 0, virtualMs, happened: tally });
  }

  add(sum: Sum): void {
    this.#runs += sum.runs;
    this.#failed += sum.failed;
    this.#virtualMs += sum.virtualMs;
    for (const [what, times] of Object.entries(sum.happened)) this.#happened.set(what, (this.#happened.get(what) ?? 0) + times);
  }

  /** What was added since the last time. */
  take(): Sum {
    const sum = this.sum();
    this.#runs = this.#failed = this.#virtualMs = 0;
    this.#happened.clear();
    return sum;
  }

  sum(): Sum {
    return { runs: this.#runs, failed: this.#failed, virtualMs: this.#virtualMs, happened: Object.fromEntries(this.#happened) };
  }
}
