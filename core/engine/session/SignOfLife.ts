import { HEARD_MS_MIN } from '../../base/limits.js';
import type { Clock } from '../../ports/clock.js';

/** Everything that arrives is a sign of life; the machine hears of it a few times a minute, for an event costs more than a frame. */
export class SignOfLife {
  #toldMs = Number.NEGATIVE_INFINITY;
  #once: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tell: () => void,
  ) {}

  /** Calls back at the next proof. */
  once(callback: () => void): void {
    this.#once = callback;
  }

  /** A record decrypted: only the peer can have made it. */
  proof(): void {
    const once = this.#once;
    this.#once = undefined;
    once?.();
    this.note();
  }

  /** Something arrived, be it only bytes that anybody on the way may have made. */
  note(): void {
    const now = this.clock.monotonic();
    if (now - this.#toldMs < HEARD_MS_MIN) return;
    this.#toldMs = now;
    this.tell();
  }
}
