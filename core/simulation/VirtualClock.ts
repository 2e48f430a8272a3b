import { assert } from '../base/assert.js';
import type { Clock, Timer } from '../ports/clock.js';

interface Entry {
  readonly dueMs: number;
  readonly callback: (...args: unknown[]) => void;
}

/** 2030-01-01T00:00:00Z: any fixed point does, and a wrong one is seen at once in a trace. */
const EPOCH_MS = 1_893_456_000_000;
/** More callbacks than this without time moving is a loop of ours, not a simulation. */
const CALLBACKS_PER_INSTANT_MAX = 100_000;

/**
 * Time that moves only when told to, deadline by deadline: every callback sees the very instant it was due, timers set
 * by a callback take part at once, and equal deadlines run in the order they were set.
 */
export class VirtualClock implements Clock {
  readonly #epochMs: number;
  readonly #live = new Set<unknown>();
  /** Ascending by due time, then by the order of setting; cleared entries are skipped when their turn comes. */
  #queue: Entry[] = [];
  #elapsedMs = 0;
  #atThisInstant = 0;

  constructor(epochMs = EPOCH_MS) {
    this.#epochMs = epochMs;
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  /** Timers set and neither fired nor cleared. */
  get pending(): number {
    return this.#live.size;
  }

  setTimeout(callback: (...args: unknown[]) => void, ms: number): Timer {
    const entry: Entry = { dueMs: this.#elapsedMs + Math.max(0, Number.isFinite(ms) ? ms : 0), callback };
    this.#queue.splice(this.#placeOf(entry.dueMs), 0, entry);
    this.#live.add(entry);
    return entry;
  }

  clearTimeout(timer: Timer): void {
    this.#live.delete(timer);
  }

  /** Milliseconds until the next timer is due; undefined when none is set. */
  next(): number | undefined {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      if (this.#live.has(first)) return first.dueMs - this.#elapsedMs;
      this.#queue.shift();
    }
    return undefined;
  }

  /** Moves to the next deadline and runs one timer; false when none is set. */
  step(): boolean {
    const waitMs = this.next();
    const entry = this.#queue[0];
    if (waitMs === undefined || !entry) return false;
    this.#atThisInstant = waitMs > 0 ? 0 : this.#atThisInstant + 1;
    assert(this.#atThisInstant < CALLBACKS_PER_INSTANT_MAX, `timers keep setting timers at ${this.#elapsedMs} ms`);
    this.#queue.shift();
    this.#live.delete(entry);
    this.#elapsedMs = entry.dueMs;
    entry.callback();
    return true;
  }

  /** Runs everything due within `ms` from now, then stands exactly there. */
  advance(ms: number): void {
    const until = this.#elapsedMs + ms;
    for (let waitMs = this.next(); waitMs !== undefined && this.#elapsedMs + waitMs <= until; waitMs = this.next()) this.step();
    this.#elapsedMs = until;
  }

  /** Moves without running anything; refuses to jump over a deadline. */
  skip(ms: number): void {
    assert(ms <= (this.next() ?? Infinity), 'a skip must not pass a deadline');
    this.#elapsedMs += ms;
  }

  /** Behind everything due at the same time or before. */
  #placeOf(dueMs: number): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#queue[middle]?.dueMs ?? Infinity) <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
