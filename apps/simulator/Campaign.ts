import type { Hand, Range, Reports } from './Hand.js';
import { Tally, type FailedRun, type Sum } from './Tally.js';

/** Seeds of which nothing is known, because whoever ran them is gone. */
export interface LostRange extends Range {
  readonly seed: number | undefined;
  readonly reason: string;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly runs: number;
  readonly failFast: boolean;
  readonly hands: readonly Hand[];
  readonly onFailed: (run: FailedRun) => void;
  readonly onLost: (lost: LostRange) => void;
}

/** Each hand comes back for more this many times, so that none waits long for the last one. */
const SHARES = 20;
const SHARE_MAX = 500;

/** All the runs asked for, shared out to hands. */
export class Campaign {
  readonly #tally = new Tally();
  readonly #options: CampaignOptions;
  #next: number;
  #stopped = false;
  #lost = 0;
  #enough: () => void = () => undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#next = options.seed;
  }

  get sum(): Sum {
    return this.#tally.sum();
  }

  /** Hands that died on the way. */
  get lost(): number {
    return this.#lost;
  }

  /** Until every seed was run, somebody said stop, or no hand is left. */
  async run(stop: Promise<void>): Promise<void> {
    const { hands } = this.#options;
    const enough = new Promise<void>((resolve) => (this.#enough = resolve));
    await Promise.race([Promise.all(hands.map((hand) => this.#employ(hand))), stop, enough]);
    this.#stopped = true;
    await Promise.all(hands.map((hand) => hand.end()));
  }

  async #employ(hand: Hand): Promise<void> {
    for (let range = this.#share(); range; range = this.#share()) {
      try {
        await hand.run(range, this.#reports);
      } catch (error) {
        if (this.#stopped) return;
        this.#lost++;
        this.#options.onLost({ ...range, seed: hand.underWay(), reason: error instanceof Error ? error.message : String(error) });
        return;
      }
    }
  }

  readonly #reports: Reports = {
    sum: (sum) => {
      if (!this.#stopped) this.#tally.add(sum);
    },
    failed: (run) => {
      if (this.#stopped) return;
      this.#options.onFailed(run);
      if (!this.#options.failFast) return;
      this.#stopped = true;
      this.#enough();
    },
  };

  #share(): Range | undefined {
    const { seed, runs, hands } = this.#options;
    const left = seed + runs - this.#next;
    if (left <= 0 || this.#stopped) return undefined;
    const first = this.#next;
    const count = Math.min(left, SHARE_MAX, Math.ceil(runs / hands.length / SHARES));
    this.#next += count;
    return { first, count };
  }
}
