import { SansfilError } from './errors.js';

/** A broken invariant of our own: ends what it happens in, loudly. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new SansfilError('BUG', what);
}
