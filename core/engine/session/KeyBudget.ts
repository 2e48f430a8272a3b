import { SESSION_BYTES_MAX, SESSION_RECORDS_MAX } from '../../base/limits.js';

/** Counts what one direction carried; says once when the session should be replaced, PROTOCOL [P-3.13]. */
export class KeyBudget {
  #records = 0;
  #bytes = 0;
  #spent = false;

  constructor(private readonly onSpent: () => void) {}

  use(bytes: number): void {
    this.#records++;
    this.#bytes += bytes;
    if (this.#spent || (this.#records < SESSION_RECORDS_MAX && this.#bytes < SESSION_BYTES_MAX)) return;
    this.#spent = true;
    this.onSpent();
  }
}
