import { SansfilError } from '../../base/errors.js';
import type { Pause } from '../../protocol/frames.js';
import type { Holds } from './Holds.js';

/** What has been said of a transfer in the session that is open, as its receiver keeps it: may the sender be told to send? */
export class Standing {
  #isOffered = false;
  #isAsked = false;
  /** The sender said last that it holds the transfer. */
  #isPaused = false;

  constructor(private readonly holds: Holds) {}

  get isOffered(): boolean {
    return this.#isOffered;
  }

  /** The sender was told what to send, and has not said that it stopped. */
  get isAsked(): boolean {
    return this.#isAsked;
  }

  /** It may be told what to send. */
  get isReady(): boolean {
    return this.#isOffered && !this.#isAsked && this.holds.isFree;
  }

  /** The session is gone. */
  end(): void {
    this.#isOffered = this.#isAsked = this.#isPaused = false;
  }

  offer(): void {
    this.#isOffered = true;
    // Who holds it says so before each offer.
    if (!this.#isPaused) this.holds.heard(false);
  }

  takeBack(): void {
    this.#isOffered = false;
  }

  ask(): void {
    this.#isAsked = true;
  }

  /** True when the sender has stopped what it was told to send. @throws SansfilError RECORD_MALFORMED when it was told nothing */
  pause(what: Pause): boolean {
    this.#isPaused = what !== 'stopped';
    const hasStopped = what !== 'sender';
    if (hasStopped && !this.#isAsked) throw new SansfilError('RECORD_MALFORMED', 'what was not asked for was stopped');
    if (hasStopped) this.#isAsked = false;
    this.holds.heard(this.#isPaused);
    return hasStopped;
  }

  resume(): void {
    this.#isPaused = false;
    this.holds.heard(false);
  }
}
