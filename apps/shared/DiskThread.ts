import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { placeSmall, type SmallJob } from './smallPlacing.js';
import { readSmall, type ReadAnswer, type ReadJob } from './smallReading.js';

export type DiskRequest = { readonly number: number } & ({ readonly place: SmallJob } | { readonly read: ReadJob });
type Work = { readonly place: SmallJob } | { readonly read: ReadJob };

export type DiskAnswer =
  | { readonly number: number; readonly result: unknown }
  /** The name of the errno beside the error, which loses it on its way between threads. */
  | { readonly number: number; readonly error: Error; readonly code: string };

interface Waiting {
  readonly worker: Worker;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const ENTRY = new URL('./diskThreadEntry.js', import.meta.url);
/** Not where the program runs from its sources. */
const HAS_THREAD = existsSync(fileURLToPath(ENTRY));

/** Has small files made and read in a thread, which begins with the first of them and does not keep the process. */
export class DiskThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #number = 0;

  place(job: SmallJob): Promise<readonly string[]> {
    return this.#ask<readonly string[]>({ place: job }, () => placeSmall(job));
  }

  read(job: ReadJob): Promise<readonly ReadAnswer[]> {
    return this.#ask<readonly ReadAnswer[]>({ read: job }, () => readSmall(job));
  }

  #ask<T>(work: Work, here: () => T): Promise<T> {
    if (!HAS_THREAD) return new Promise((resolve) => resolve(here()));
    const worker = (this.#worker ??= this.#begin());
    const request: DiskRequest = { number: ++this.#number, ...work };
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(request.number, { worker, resolve: (result) => resolve(result as T), reject });
      worker.ref();
      worker.postMessage(request);
    });
  }

  #begin(): Worker {
    const worker = new Worker(ENTRY);
    worker.on('message', (answer: DiskAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(worker, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#lose(worker, new Error(`the thread ended with ${code}`)));
    return worker;
  }

  #hear(answer: DiskAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(Object.assign(answer.error, { code: answer.code }));
  }

  /** The next call begins another, which may be at work before all that this one had to say is heard. */
  #lose(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const [number, waiting] of [...this.#waiting]) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(number);
      waiting.reject(error);
    }
  }
}
