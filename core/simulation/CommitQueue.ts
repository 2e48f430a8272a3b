import { SansfilError } from '../base/errors.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { CallKind, Passage } from './stores/passage.js';

/** One call on its way, with the type of its answer hidden. */
export interface Call {
  readonly kind: CallKind;
  /** Takes effect; what comes back tells the caller the answer. */
  carryOut(): () => void;
  reject(error: unknown): void;
}

export interface CommitQueueParts {
  readonly clock: Clock;
  /** How long the next commit takes; 0 is at once. */
  readonly delayMs: () => number;
  /** Carries a call out, or has it fail; what comes back tells its caller. */
  readonly take: (call: Call) => () => void;
}

/**
 * The calls of one process to its disk, which take effect in the order they came. What waits for a commit commits
 * together, and nobody is told before all of it is done; a read behind it waits too, because it must see it.
 */
export class CommitQueue {
  #calls: Call[] = [];
  #state: 'idle' | 'next microtask' | 'committing' | 'closed' | 'cut' = 'idle';
  #timer: Timer;

  constructor(private readonly parts: CommitQueueParts) {}

  readonly pass: Passage = <T>(kind: CallKind, run: () => T): Promise<T> => {
    if (this.#state === 'cut') return new Promise<T>(() => undefined);
    if (this.#state === 'closed') return Promise.reject(new SansfilError('STOPPED', 'the disk belongs to another process'));
    return new Promise<T>((resolve, reject) => {
      this.#calls.push({
        kind,
        carryOut: () => {
          const answer = run();
          return () => resolve(answer);
        },
        reject,
      });
      if (this.#state !== 'idle') return;
      this.#state = 'next microtask';
      void Promise.resolve().then(() => this.#begin());
    });
  };

  /** The process has ended in good order: what it submitted is carried out, and it is answered no more. */
  close(): void {
    if (this.#state === 'cut') return;
    this.#commit();
    this.#state = this.#isCut() ? 'cut' : 'closed';
  }

  /** The power is cut: what waits is forgotten, and nobody is told anything ever. */
  cut(): void {
    this.#state = 'cut';
    this.#calls = [];
    this.parts.clock.clearTimeout(this.#timer);
  }

  /** What needs no commit is done now; from the first call that does, everything waits for it. */
  #begin(): void {
    if (this.#state !== 'next microtask') return;
    const first = this.#calls.findIndex(({ kind }) => kind === 'write' || kind === 'remove');
    const delayMs = first < 0 ? 0 : this.parts.delayMs();
    if (delayMs === 0) return this.#commit();
    const waiting = this.#calls.splice(first);
    this.#commit();
    if (this.#isCut()) return;
    this.#calls = [...waiting, ...this.#calls];
    this.#state = 'committing';
    this.#timer = this.parts.clock.setTimeout(() => this.#commit(), delayMs);
  }

  #commit(): void {
    this.parts.clock.clearTimeout(this.#timer);
    const calls = this.#calls;
    this.#calls = [];
    const answers: (() => void)[] = [];
    for (const call of calls) {
      answers.push(this.parts.take(call));
      if (this.#isCut()) return;
    }
    this.#state = 'idle';
    for (const answer of answers) answer();
  }

  /** Looked at again after every call: it may have taken the process down. */
  #isCut(): boolean {
    return this.#state === 'cut';
  }
}
