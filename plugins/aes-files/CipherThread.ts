import { Worker } from 'node:worker_threads';
import { SansfilError } from '../../core/index.js';
import type { Answer, Job } from './sealingWorker.js';

/**
 * Semi-space of the thread's heap, MiB: what a step leaves behind is small there and is used again while it is in the
 * cache. With the default of 16 the thread holds tens of megabytes of dead steps.
 */
const YOUNG_MIB = 2;
/** A thread that had nothing to do for so long is given up. */
const IDLE_MS = 10_000;

interface Waiting {
  readonly worker: Worker;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SansfilError) => void;
}

/** A thread that seals and opens chunks. It is there from the first job on until it has had none for a while. */
export class CipherThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #jobs = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(private readonly script: URL) {}

  /** The bytes of the job, in shared memory, belong to the thread until this resolves. @throws SansfilError BUG when the thread dies */
  run(job: Omit<Job, 'id'>): Promise<Answer> {
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    const id = ++this.#jobs;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      // While it works the process stays.
      worker.ref();
      worker.postMessage({ id, ...job });
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.script, { resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
    worker.on('message', (answer: Answer) => this.#answered(answer));
    worker.on('error', (error) => this.#died(worker, error.message));
    worker.on('exit', () => this.#died(worker, 'the cipher thread ended'));
    return worker;
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) {
      this.#worker?.unref();
      this.#idle = setTimeout(() => void this.stop(), IDLE_MS).unref();
    }
    waiting?.resolve(answer);
  }

  /** What it had in hand is neither sealed nor plain any more; the next job gets a new thread, which may be at work already. */
  #died(worker: Worker, why: string): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const [id, waiting] of [...this.#waiting]) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(id);
      waiting.reject(new SansfilError('BUG', `the thread that seals files ended: ${why}`));
    }
  }
}
