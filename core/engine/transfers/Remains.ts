import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import type { Clock } from '../../ports/clock.js';
import { DiskRest } from './DiskRest.js';

type Clearing = () => Promise<void>;

/** What transfers that are over have left in private: cleared away as soon as the disk allows it. After a stop the next start sees to it. */
export class Remains {
  readonly #left = new Map<TransferId, Clearing>();
  /** Being cleared for the first time. */
  readonly #clearing = new Set<TransferId>();
  readonly #rest: DiskRest;
  #isResting = false;
  #isStopped = false;

  constructor(
    clock: Clock,
    /** Told once of each, however often it is tried. */
    private readonly onFault: (error: SansfilError) => void,
  ) {
    this.#rest = new DiskRest(
      clock,
      () => this.#again(),
      () => {
        this.#isResting = false;
        this.#await();
      },
    );
  }

  /** What that transfer has left is not cleared: after a death only its record says what it is. */
  has(id: TransferId): boolean {
    return this.#left.has(id) || this.#clearing.has(id);
  }

  /** Resolves when it is cleared, or is to be tried again; never rejects. */
  async clear(id: TransferId, clearing: Clearing): Promise<void> {
    this.#clearing.add(id);
    try {
      await clearing();
    } catch (error) {
      this.later(id, clearing, SansfilError.from(error, 'STORE_FAILED'));
    } finally {
      this.#clearing.delete(id);
    }
  }

  /** It was tried in vain, because of that. */
  later(id: TransferId, clearing: Clearing, why: SansfilError): void {
    this.onFault(why);
    this.#left.set(id, clearing);
    this.#await();
  }

  stop(): void {
    this.#isStopped = true;
    this.#rest.end();
  }

  #await(): void {
    if (this.#isStopped || this.#isResting || this.#left.size === 0) return;
    this.#isResting = true;
    this.#rest.begin();
  }

  async #again(): Promise<boolean> {
    for (const [id, clearing] of [...this.#left]) if (await succeeds(clearing)) this.#left.delete(id);
    return this.#left.size === 0;
  }
}

const succeeds = (clearing: Clearing): Promise<boolean> =>
  clearing().then(
    () => true,
    () => false,
  );
