import { STORE_RETRY_MS, STORE_RETRY_MS_MAX } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';

/** Looks at a disk that does not work now and then, until it does; later each time that nothing could be stored in between. */
export class DiskRest {
  #resting: Timer;
  #restMs = STORE_RETRY_MS;

  constructor(
    private readonly clock: Clock,
    /** True when the disk works. */
    private readonly look: () => Promise<boolean>,
    private readonly works: () => void,
  ) {}

  begin(): void {
    this.#resting = this.clock.setTimeout(() => void this.#look(), this.#restMs);
    this.#restMs = Math.min(2 * this.#restMs, STORE_RETRY_MS_MAX);
  }

  end(): void {
    this.clock.clearTimeout(this.#resting);
    this.#resting = undefined;
  }

  /** Something was stored. */
  worked(): void {
    this.#restMs = STORE_RETRY_MS;
  }

  async #look(): Promise<void> {
    if (await this.look()) this.works();
    else if (this.#resting !== undefined) this.begin();
  }
}
