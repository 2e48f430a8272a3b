import type { Clock, Timer } from '../../../core/index.js';
import { CALM_MS_MIN, PAINT_MS } from '../limits.js';

/** `soon`: somebody pressed a key and looks; `calmly`: something happened by itself. */
export type Urgency = 'soon' | 'calmly';

/** Draws at most ten times in a second. What happens by itself takes no more than half of them, so that a key is seen at once. */
export class RedrawLimiter {
  readonly #clock: Clock;
  readonly #draw: () => void;
  #drawnAt = Number.NEGATIVE_INFINITY;
  /** Every paint takes its share of time; one may be taken in advance. */
  #paidUntil = Number.NEGATIVE_INFINITY;
  #timer: { readonly timer: Timer; readonly due: number } | undefined;
  #stopped = false;

  constructor(clock: Clock, draw: () => void) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Something changed. */
  request(urgency: Urgency): void {
    if (this.#stopped) return;
    const now = this.#clock.monotonic();
    const due = this.#dueAt(urgency);
    if (this.#timer && this.#timer.due <= Math.max(due, now)) return;
    this.#clear();
    if (due <= now) this.#now();
    else this.#timer = { timer: this.#clock.setTimeout(() => this.#now(), due - now), due };
  }

  stop(): void {
    this.#stopped = true;
    this.#clear();
  }

  #dueAt(urgency: Urgency): number {
    const room = this.#paidUntil - PAINT_MS;
    return urgency === 'soon' ? room : Math.max(room, this.#drawnAt + CALM_MS_MIN);
  }

  #clear(): void {
    if (this.#timer) this.#clock.clearTimeout(this.#timer.timer);
    this.#timer = undefined;
  }

  #now(): void {
    this.#clear();
    this.#drawnAt = this.#clock.monotonic();
    this.#paidUntil = Math.max(this.#paidUntil, this.#drawnAt) + PAINT_MS;
    this.#draw();
  }
}
