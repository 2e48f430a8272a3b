import type { BulkLane } from '../dataPlane/BulkLane.js';

/**
 * Sessions are not read while the disk has too much to do; each is paused once and resumed once. The one that is read first
 * may fill the disk's queue before the others are read at all: each time another one comes first.
 */
export class LaneBrake {
  readonly #paused = new Set<BulkLane>();
  #isSet = false;
  #first = 0;

  set(isSet: boolean, lanes: Iterable<BulkLane>): void {
    this.#isSet = isSet;
    const all = [...lanes];
    if (!isSet) this.#first = (this.#first + 1) % Math.max(1, all.length);
    for (const lane of [...all.slice(this.#first), ...all.slice(0, this.#first)]) {
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
