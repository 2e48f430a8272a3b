import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { placeSmall, type SmallJob } from './smallPlacing.js';

export interface PlacingRequest {
  readonly number: number;
  readonly job: SmallJob;
}

export type PlacingAnswer =
  | { readonly number: number; readonly paths: readonly string[] }
  /** The name of the errno beside the error, which loses it on its way between threads. */
  | { readonly number: number; readonly error: Error; readonly code: string };

interface Waiting {
  readonly resolve: (paths: readonly string[]) => void;
  readonly reject: (error: Error) => void;
}

const ENTRY = new URL('./placingThread.js', import.meta.url);
/** Not where the program runs from its sources. */
const HAS_THREAD = existsSync(fileURLToPath(ENTRY));

/** Has small files made in a thread, which begins with the first of them and does not keep the process. */
export class SmallPlacer {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #number = 0;

  place(job: SmallJob): Promise<readonly string[]> {
    if (!HAS_THREAD) return new Promise((resolve) => resolve(placeSmall(job)));
    const worker = (this.#worker ??= this.#begin());
    const request: PlacingRequest = { number: ++this.#number, job };
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.number, { resolve, reject });
      worker.ref();
      worker.postMessage(request);
    });
  }

  #begin(): Worker {
    const worker = new Worker(ENTRY);
    worker.on('message', (answer: PlacingAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#lose(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', (code) => this.#lose(new Error(`the thread ended with ${code}`)));
    return worker;
  }

  #hear(answer: PlacingAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ('paths' in answer) waiting?.resolve(answer.paths);
    else waiting?.reject(Object.assign(answer.error, { code: answer.code }));
  }

  /** The next call begins another. */
  #lose(error: Error): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}
