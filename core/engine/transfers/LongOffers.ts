import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import { MANIFESTS_GATHERED_BYTES_MAX, TRANSFERS_PER_PEER_MAX } from '../../base/limits.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Record } from '../../protocol/frames.js';
import { TRANSFER_ID_BYTES } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { cancelReasonOf } from './ends.js';
import { idOf, refuse } from './Offers.js';
import type { TransferBook } from './TransferBook.js';

type OfferLong = Extract<Record, { readonly type: 'offerLong' }>;
type ManifestPart = Extract<Record, { readonly type: 'manifestPart' }>;

interface Gathering {
  readonly length: number;
  readonly hash: Uint8Array;
  /** One behind the other from the beginning on. */
  readonly pieces: Uint8Array[];
  got: number;
}

export interface LongOffersParts {
  readonly primitives: Pick<Primitives, 'hash'>;
  readonly book: TransferBook;
  /** The whole manifest, as if an OFFER had brought it. */
  readonly offered: (lane: BulkLane, manifest: Uint8Array) => void;
}

/** Gathers manifests that are too long for an OFFER (PROTOCOL [P-6.2]): one piece at a time, forgotten with the session. */
export class LongOffers {
  readonly #gathering = new Map<BulkLane, Map<TransferId, Gathering>>();
  /** Of all sessions. */
  #bytes = 0;

  constructor(private readonly parts: LongOffersParts) {}

  /** Bytes of unfinished manifests in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** An OFFER_LONG. */
  offered(lane: BulkLane, { transferId, length, hash }: OfferLong): void {
    const id = idOf(transferId);
    const here = this.#gathering.get(lane) ?? new Map<TransferId, Gathering>();
    if (here.has(id)) return;
    const held = this.#held(lane, id, hash);
    if (held) return this.parts.offered(lane, held);
    const known = this.parts.book.known(id);
    const isForeign = known && (known.peer !== lane.session.peer || known.direction !== 'in');
    if (isForeign) return refuse(lane, transferId, 'declined');
    // Of one that is complete the manifest says what to answer.
    if (known && known.state !== 'done' && !this.parts.book.open(id)) return refuse(lane, transferId, cancelReasonOf(known.code ?? 'TRANSFER_CANCELLED'));
    if (here.size >= TRANSFERS_PER_PEER_MAX || this.#bytes + length > MANIFESTS_GATHERED_BYTES_MAX) return refuse(lane, transferId, 'limit');
    this.#gathering.set(lane, here.set(id, { length, hash: hash.slice(), pieces: [], got: 0 }));
    lane.session.send({ type: 'manifestWant', transferId: transferId.slice(), offset: 0 });
  }

  /** A MANIFEST_PART. @throws SansfilError RECORD_MALFORMED | MANIFEST_INVALID */
  part(lane: BulkLane, { transferId, offset, bytes }: ManifestPart): void {
    const id = idOf(transferId);
    const gathering = this.#gathering.get(lane)?.get(id);
    if (!gathering || offset !== gathering.got || offset + bytes.length > gathering.length) {
      throw new SansfilError('RECORD_MALFORMED', 'a piece of a manifest that was not asked for');
    }
    gathering.pieces.push(bytes.slice());
    gathering.got += bytes.length;
    this.#bytes += bytes.length;
    if (gathering.got < gathering.length) {
      lane.session.send({ type: 'manifestWant', transferId: transferId.slice(), offset: gathering.got });
      return;
    }
    this.drop(lane, id);
    const manifest = new Uint8Array(gathering.length);
    let at = 0;
    for (const piece of gathering.pieces) {
      manifest.set(piece, at);
      at += piece.length;
    }
    const isIt = constantTimeEqual(this.parts.primitives.hash(manifest), gathering.hash);
    if (!isIt || idOf(manifest.subarray(0, TRANSFER_ID_BYTES)) !== id) throw new SansfilError('MANIFEST_INVALID', 'an offer is not what was announced');
    this.parts.offered(lane, manifest);
  }

  /** Its sender has taken it back, or has no more of it. */
  drop(lane: BulkLane, id: TransferId): void {
    const here = this.#gathering.get(lane);
    const gathering = here?.get(id);
    if (!here || !gathering) return;
    this.#bytes -= gathering.got;
    here.delete(id);
    if (here.size === 0) this.#gathering.delete(lane);
  }

  /** The session is gone. */
  closed(lane: BulkLane): void {
    for (const id of [...(this.#gathering.get(lane)?.keys() ?? [])]) this.drop(lane, id);
  }

  /** The manifest of a transfer under way, when it is this one. */
  #held(lane: BulkLane, id: TransferId, hash: Uint8Array): Uint8Array | undefined {
    const record = this.parts.book.open(id)?.record;
    if (record?.peer !== lane.session.peer || record.direction !== 'in') return undefined;
    return constantTimeEqual(this.parts.primitives.hash(record.manifest), hash) ? record.manifest : undefined;
  }
}
