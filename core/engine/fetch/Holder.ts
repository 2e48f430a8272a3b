import type { PeerId } from '../../base/ids.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';

/** One friend a fetch may take from, in one session. */
export class Holder {
  /** Chunks being gathered, each with what its stream is known by to the lane. */
  readonly gathering = new Map<number, object>();
  /** Chunks that were asked for and are not waited for any more: those that still come are no lie. */
  readonly stale = new Set<number>();
  /** How often it was asked what it has: only the last time counts. */
  seeks = 0;
  /** Up to which item it was asked since: what it says of others it says of what was asked before that. */
  soughtTo = -1;
  /** Bytes that came from here and were kept. */
  bytes = 0;

  constructor(
    readonly lane: BulkLane,
    /** When it was asked last what it has; Infinity while it is being asked. */
    public soughtMs: number,
  ) {}

  get peer(): PeerId {
    return this.lane.session.peer;
  }
}
