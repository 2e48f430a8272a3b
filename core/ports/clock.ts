import { token } from './token.js';

/** An opaque timer handle; XState accepts a `Clock` as its own clock. */
export type Timer = unknown;

export interface Clock {
  /** Wall clock, ms since 1970. For people and records, never for a security decision. */
  now(): number;
  /** Monotonic, ms, arbitrary origin. */
  monotonic(): number;
  setTimeout(callback: (...args: unknown[]) => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

export const CLOCK = token<Clock>('clock');
