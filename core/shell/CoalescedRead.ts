import { SansfilError } from '../base/errors.js';
import { VIEW_READ_MS_MIN, VIEW_RETRY_MS_MAX, VIEW_RETRY_MS_MIN } from '../base/shellLimits.js';
import type { Clock, Timer } from '../ports/clock.js';

export interface CoalescedReadPorts {
  readonly clock: Clock;
  /** @throws (rejects) anything: then it is read again later. */
  read(): Promise<void>;
  /** The first of several failures in a row. */
  failed(error: SansfilError): void;
}

/**
 * One read at a time, at most one in VIEW_READ_MS_MIN, and once more when it was asked for during a read: what was asked
 * for last is always read after it was asked for.
 */
export class CoalescedRead {
  #wanted = false;
  #reading = false;
  #ended = false;
  #failures = 0;
  #begunMs = -Infinity;
  #timer: Timer;

  constructor(private readonly ports: CoalescedReadPorts) {}

  get isReading(): boolean {
    return this.#reading;
  }

  /** Asked for and not answered yet. */
  get isBusy(): boolean {
    return this.#reading || this.#wanted;
  }

  ask(): void {
    this.#wanted = true;
    this.#schedule();
  }

  end(): void {
    this.#ended = true;
    this.#disarm();
  }

  #schedule(): void {
    if (this.#ended || this.#reading || this.#timer !== undefined) return;
    const { clock } = this.ports;
    const restMs = this.#begunMs + this.#restMs - clock.monotonic();
    if (restMs > 0) this.#timer = clock.setTimeout(() => void this.#run(), restMs);
    else void this.#run();
  }

  get #restMs(): number {
    if (this.#failures === 0) return VIEW_READ_MS_MIN;
    return Math.min(VIEW_RETRY_MS_MIN * 2 ** (this.#failures - 1), VIEW_RETRY_MS_MAX);
  }

  async #run(): Promise<void> {
    this.#disarm();
    this.#wanted = false;
    this.#reading = true;
    this.#begunMs = this.ports.clock.monotonic();
    try {
      await this.ports.read();
      this.#failures = 0;
    } catch (error) {
      this.#wanted = true;
      this.#failures += 1;
      if (this.#failures === 1 && !this.#ended) this.ports.failed(SansfilError.from(error));
    }
    this.#reading = false;
    if (this.#wanted) this.#schedule();
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.ports.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
