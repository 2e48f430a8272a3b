import { assert } from '../base/assert.js';
import type { Clock, Timer } from '../ports/clock.js';

class Entry {
  /** Where in the heap; meaningless once it has left it. */
  place = 0;

  constructor(
    readonly dueMs: number,
    readonly order: number,
    readonly callback: (...args: unknown[]) => void,
  ) {}
}

const before = (a: Entry, b: Entry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

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
  /** A binary heap, the next deadline first; what is cleared leaves it at once, for most timers of an engine never fire. */
  readonly #heap: Entry[] = [];
  #set = 0;
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
    return this.#heap.length;
  }

  setTimeout(callback: (...args: unknown[]) => void, ms: number): Timer {
    const entry = new Entry(this.#elapsedMs + Math.max(0, Number.isFinite(ms) ? ms : 0), this.#set++, callback);
    this.#rise(entry, this.#heap.length);
    return entry;
  }

  clearTimeout(timer: Timer): void {
    if (timer instanceof Entry && this.#heap[timer.place] === timer) this.#remove(timer);
  }

  /** Milliseconds until the next timer is due; undefined when none is set. */
  next(): number | undefined {
    const first = this.#heap[0];
    return first && first.dueMs - this.#elapsedMs;
  }

  /** Moves to the next deadline and runs one timer; false when none is set. */
  step(): boolean {
    const first = this.#heap[0];
    if (!first) return false;
    this.#atThisInstant = first.dueMs > this.#elapsedMs ? 0 : this.#atThisInstant + 1;
    if (this.#atThisInstant >= CALLBACKS_PER_INSTANT_MAX) assert(false, `timers keep setting timers at ${this.#elapsedMs} ms`);
    this.#remove(first);
    this.#elapsedMs = first.dueMs;
    first.callback();
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

  /** The last entry takes the place of the one that leaves, then goes where it belongs. */
  #remove(entry: Entry): void {
    const last = this.#heap.pop();
    if (!last || last === entry) return;
    if (entry.place > 0 && before(last, entry)) this.#rise(last, entry.place);
    else this.#sink(last, entry.place);
  }

  #rise(entry: Entry, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      const parent = this.#heap[above];
      if (!parent || before(parent, entry)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(entry, place);
  }

  #sink(entry: Entry, from: number): void {
    let place = from;
    for (;;) {
      const left = this.#heap[2 * place + 1];
      const right = this.#heap[2 * place + 2];
      const child = left && right && before(right, left) ? right : left;
      if (!child || before(entry, child)) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(entry, place);
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry;
    entry.place = place;
  }
}
