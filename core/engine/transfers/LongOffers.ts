import { constantTimeEqual } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import type { TransferId } from '../../base/ids.js';
import { MANIFEST_INLINE_BYTES_MAX, MANIFESTS_GATHERED_BYTES_MAX, TRANSFERS_PER_PEER_MAX } from '../../base/limits.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Record } from '../../protocol/frames.js';
import { TRANSFER_ID_BYTES } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { cancelReasonOf } from './ends.js';
import { IncomingTransfer } from './IncomingTransfer.js';
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
  /** Hashes of manifests of transfers under way: an offer that is repeated must not cost more than it costs its sender. */
  readonly #hashes = new WeakMap<Uint8Array, Uint8Array>();

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
    if (held) return held.offered(lane);
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
    // Each as long as it can be: of very short ones, what they are kept in would be much more than they are.
    const isNext = gathering && offset === gathering.got && bytes.length === Math.min(MANIFEST_INLINE_BYTES_MAX, gathering.length - offset);
    if (!isNext) {
      throw new SansfilError('RECORD_MALFORMED', 'a piece of a manifest that was not asked for');
    }
    if (this.#bytes + bytes.length > MANIFESTS_GATHERED_BYTES_MAX) {
      this.drop(lane, id);
      return refuse(lane, transferId.slice(), 'limit');
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

  /** The transfer under way that is offered again. */
  #held(lane: BulkLane, id: TransferId, hash: Uint8Array): IncomingTransfer | undefined {
    const transfer = this.parts.book.open(id);
    if (!(transfer instanceof IncomingTransfer) || transfer.peer !== lane.session.peer) return undefined;
    const { manifest } = transfer.record;
    const known = this.#hashes.get(manifest) ?? this.parts.primitives.hash(manifest);
    this.#hashes.set(manifest, known);
    return constantTimeEqual(known, hash) ? transfer : undefined;
  }
}
