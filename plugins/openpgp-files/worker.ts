import { parentPort, workerData } from 'node:worker_threads';
import { SansfilError } from '../../core/index.js';
import type { Answer, Job, Results } from './jobs.js';
import { generate, inspect } from './keys.js';
import { open } from './opening.js';
import { seal } from './sealing.js';

/* The thread: one job, one answer. OpenPGP.js is loaded here and nowhere else. */

/** Buffers this thread may hold. With well-formed messages it is a quarter of it; packets made to be kept in memory go beyond. */
const THREAD_BYTES_MAX = 160 * 1024 * 1024;
const LOOK_MS = 10;

/** The limits of a thread count objects only: buffers are looked at by ourselves. Who gets the answer ends the thread. */
function watchMemory(): void {
  setInterval(() => {
    if (process.memoryUsage().arrayBuffers <= THREAD_BYTES_MAX) return;
    const full: Answer = { code: 'PGP_TOO_LARGE', detail: 'a part of it does not fit into memory' };
    parentPort?.postMessage(full);
  }, LOOK_MS).unref();
}

function work(job: Job): Promise<Results[Job['kind']]> {
  switch (job.kind) {
    case 'generate':
      return generate(job.userId);
    case 'inspect':
      return inspect(job.bytes, job.own);
    case 'seal':
      return seal(job);
    case 'open':
      return open(job);
  }
}

async function answer(): Promise<Answer> {
  try {
    return { done: await work(workerData as Job) };
  } catch (error) {
    const { code, message } = SansfilError.from(error);
    return { code, detail: message };
  }
}

watchMemory();
parentPort?.postMessage(await answer());
