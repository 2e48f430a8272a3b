import { Worker } from 'node:worker_threads';
import { isErrorCode, SansfilError } from '../../core/index.js';
import type { Answer, Job, Results } from './jobs.js';

/** Objects, without buffers: keys and packets are a few MiB. A message made of millions of packets ends its thread, not the device. */
const HEAP_MIB_MAX = 96;
/** What is young here dies at once. With 3 instead of 8, sealing 300 MiB took 30 MiB instead of 69, and no longer. */
const YOUNG_MIB_MAX = 3;

/**
 * Does each job in a thread of its own, one after the other: OpenPGP.js is in memory only while there is work, long work holds
 * up nobody, and a message that was made to exhaust memory does not exhaust the device's.
 */
export class Threads {
  #last: Promise<unknown> = Promise.resolve();
  #running: Worker | undefined;
  #isClosed = false;

  constructor(private readonly entry: URL) {}

  /** @throws SansfilError what the job failed with; STOPPED after `close`. */
  run<J extends Job>(job: J): Promise<Results[J['kind']]> {
    const mine = this.#last.then(() => this.#start(job));
    this.#last = mine.catch((error: unknown) => error);
    return mine;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running?.terminate();
    await this.#last;
  }

  async #start<J extends Job>(job: J): Promise<Results[J['kind']]> {
    if (this.#isClosed) throw new SansfilError('STOPPED');
    const worker = new Worker(this.entry, {
      workerData: job,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX, maxYoungGenerationSizeMb: YOUNG_MIB_MAX },
    });
    this.#running = worker;
    try {
      const answer = await this.#answerOf<J['kind']>(worker);
      if ('done' in answer) return answer.done;
      throw new SansfilError(isErrorCode(answer.code) ? answer.code : 'BUG', answer.detail);
    } finally {
      this.#running = undefined;
      await worker.terminate();
    }
  }

  #answerOf<K extends Job['kind']>(worker: Worker): Promise<Answer<K>> {
    return new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => {
        const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        reject(isFull ? new SansfilError('PGP_TOO_LARGE', 'it does not fit into memory', { cause: error }) : SansfilError.from(error));
      });
      worker.once('exit', (code) => reject(this.#isClosed ? new SansfilError('STOPPED') : new SansfilError('BUG', `the thread ended with ${code}`)));
    });
  }
}
