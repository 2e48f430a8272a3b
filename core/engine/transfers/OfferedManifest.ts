import { SansfilError } from '../../base/errors.js';
import { MANIFEST_INLINE_BYTES_MAX } from '../../base/limits.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Record } from '../../protocol/frames.js';
import { TRANSFER_ID_BYTES } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';

/** How a sender tells its manifest: at once, or piece by piece, each once in a session. */
export class OfferedManifest {
  #lane: BulkLane | undefined;
  #told = 0;

  constructor(
    private readonly manifest: Uint8Array,
    private readonly primitives: Pick<Primitives, 'hash'>,
  ) {}

  /** What a session begins with. */
  offer(): Record {
    const { manifest } = this;
    if (manifest.length <= MANIFEST_INLINE_BYTES_MAX) return { type: 'offer', manifest };
    return { type: 'offerLong', transferId: manifest.subarray(0, TRANSFER_ID_BYTES), length: manifest.length, hash: this.primitives.hash(manifest) };
  }

  /** Sends the piece that comes next; true when it was the last. @throws SansfilError RECORD_MALFORMED when another was asked for */
  tell(lane: BulkLane, offset: number): boolean {
    if (this.#lane !== lane) this.#told = 0;
    this.#lane = lane;
    const { manifest } = this;
    const isNext = offset === this.#told && offset < manifest.length && manifest.length > MANIFEST_INLINE_BYTES_MAX;
    if (!isNext) throw new SansfilError('RECORD_MALFORMED', 'a piece of a manifest that does not come next');
    const bytes = manifest.subarray(offset, offset + MANIFEST_INLINE_BYTES_MAX);
    this.#told += bytes.length;
    lane.session.send({ type: 'manifestPart', transferId: manifest.subarray(0, TRANSFER_ID_BYTES), offset, bytes });
    return this.#told === manifest.length;
  }
}
