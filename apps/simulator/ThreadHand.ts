import { Worker } from 'node:worker_threads';
import type { Hand, Range, Reports } from './Hand.js';
import type { Job } from './options.js';
import type { FailedRun, Sum } from './Tally.js';

/** What a thread is given at its start. */
export interface ThreadData {
  readonly job: Job;
  /** One number, shared: the seed under way and one more, or zero. Also readable while the thread hangs, and when it is gone. */
  readonly underWay: Float64Array;
}

export type ThreadReport = { readonly kind: 'sum'; readonly sum: Sum } | { readonly kind: 'failed'; readonly run: FailedRun } | { readonly kind: 'done' };

interface Task {
  readonly reports: Reports;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Runs seeds in a thread of its own. */
export class ThreadHand implements Hand {
  readonly #underWay = new Float64Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;
  #task: Task | undefined;
  #lost: Error | undefined;

  constructor(job: Job) {
    const workerData: ThreadData = { job, underWay: this.#underWay };
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    this.#worker.on('message', (report: ThreadReport) => this.#hear(report));
    this.#worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', (code) => this.#lose(new Error(`the thread ended with ${code}`)));
  }

  run(range: Range, reports: Reports): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#task = { reports, resolve, reject };
      if (this.#lost) this.#lose(this.#lost);
      else this.#worker.postMessage(range);
    });
  }

  underWay(): number | undefined {
    const [value = 0] = this.#underWay;
    return value === 0 ? undefined : value - 1;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(report: ThreadReport): void {
    if (report.kind === 'sum') this.#task?.reports.sum(report.sum);
    else if (report.kind === 'failed') this.#task?.reports.failed(report.run);
    else this.#over()?.resolve();
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    this.#over()?.reject(this.#lost);
  }

  #over(): Task | undefined {
    const task = this.#task;
    this.#task = undefined;
    return task;
  }
}
