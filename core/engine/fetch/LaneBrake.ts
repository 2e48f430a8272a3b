import type { BulkLane } from '../dataPlane/BulkLane.js';

/** Sessions are not read while the disk has too much to do; each is paused once and resumed once. */
export class LaneBrake {
  readonly #paused = new Set<BulkLane>();
  #isSet = false;

  set(isSet: boolean, lanes: Iterable<BulkLane>): void {
    this.#isSet = isSet;
    for (const lane of lanes) {
      if (isSet) this.join(lane);
      else this.leave(lane);
    }
  }

  join(lane: BulkLane): void {
    if (!this.#isSet || this.#paused.has(lane)) return;
    this.#paused.add(lane);
    lane.session.pause();
  }

  leave(lane: BulkLane): void {
    if (this.#paused.delete(lane)) lane.session.resume();
  }
}
