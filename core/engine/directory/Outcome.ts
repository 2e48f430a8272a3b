import type { SansfilError } from '../../base/errors.js';

/** Those who wait for how the next attempt ends. */
export class Outcome {
  #waiting: { readonly resolve: () => void; readonly reject: (error: SansfilError) => void }[] = [];

  next(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  settle(error: SansfilError | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { resolve, reject } of waiting) {
      if (error) reject(error);
      else resolve();
    }
  }
}
