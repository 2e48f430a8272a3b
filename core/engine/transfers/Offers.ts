import { constantTimeEqual, toHex } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { parseTransferId, type TransferId } from '../../base/ids.js';
import { TRANSFERS_PER_PEER_MAX } from '../../base/limits.js';
import type { CancelReason } from '../../protocol/frames.js';
import { decodeManifest, TRANSFER_ID_BYTES, type Manifest } from '../../protocol/manifest.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { tellWhole } from '../resume.js';
import { IncomingTransfer } from './IncomingTransfer.js';
import { cancelReasonOf } from './ends.js';
import type { TransferParts } from './LiveTransfer.js';
import { shownOf } from './transferView.js';
import { ReceivingTransfer } from './ReceivingTransfer.js';
import type { KnownTransfer, TransferBook } from './TransferBook.js';

/** What friends offer: looks at each offer, asks the person about a new one, and answers those made again. */
export class Offers {
  /** Transfers that are done and of which the sender was told so once more, by the lane of the session it asked in. */
  readonly #told = new WeakMap<BulkLane, Set<TransferId>>();
  /** What is accepted without asking, one after the other. */
  #considering: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly parts: TransferParts,
    private readonly book: TransferBook,
    private readonly fault: (error: unknown) => void,
  ) {}

  /** Offers that are being stored are asked about after the next start. */
  stop(): void {
    this.#stopped = true;
  }

  /** An OFFER. @throws SansfilError MANIFEST_INVALID */
  take(lane: BulkLane, encoded: Uint8Array): void {
    let manifest: Manifest;
    try {
      manifest = decodeManifest(encoded);
    } catch (error) {
      if (!SansfilError.is(error) || error.code !== 'FILE_NAME_UNSAFE') throw error;
      return refuse(lane, encoded.slice(0, TRANSFER_ID_BYTES), 'unsafe');
    }
    const id = idOf(manifest.transferId);
    const known = this.book.known(id);
    if (known) return this.#offeredAgain(lane, id, known, encoded, manifest);
    if (this.book.count(lane.session.peer, 'in') >= TRANSFERS_PER_PEER_MAX) return refuse(lane, manifest.transferId, 'limit');
    this.#ask(lane, id, encoded.slice(), manifest);
  }

  #ask(lane: BulkLane, id: TransferId, encoded: Uint8Array, manifest: Manifest): void {
    const { clock, facts } = this.parts;
    const { peer } = lane.session;
    const paths = manifest.items.map(() => '');
    const transfer = new IncomingTransfer(
      this.parts,
      { id, peer, direction: 'in', state: 'offered', manifest: encoded, paths, createdMs: clock.now() },
      manifest,
    );
    this.book.add(transfer);
    transfer.offered(lane);
    // An offer that cannot be stored yet is one that nobody has heard of yet.
    const asked = transfer.noted().then(() => {
      // Stopped meanwhile: the offer is in the store for the next start.
      if (this.#stopped) return;
      facts.publish({ type: 'transfer.offered', peer, id, direction: 'in', ...shownOf(manifest.items), bytes: transfer.bytesLeft });
      // What the sender said meanwhile waits in the machine's mailbox.
      transfer.start();
      return this.consider(transfer);
    });
    asked.catch((error: unknown) => this.fault(error));
  }

  /**
   * Accepts without asking what the person has decided to take from that friend, when there is room for it and for all
   * that was accepted before. What cannot be taken so is asked. Never rejects.
   */
  consider(transfer: IncomingTransfer): Promise<void> {
    this.#considering = this.#considering.then(() => this.#consider(transfer));
    return this.#considering;
  }

  async #consider(transfer: IncomingTransfer): Promise<void> {
    const trust = this.parts.trustOf(transfer.peer);
    if (this.#stopped || transfer.record.state !== 'offered' || trust === undefined || transfer.bytesLeft > trust.bytesMax) return;
    try {
      await transfer.accept(trust.into === undefined ? {} : { into: trust.into }, { forOthers: this.#bytesToCome() });
    } catch (error) {
      const { code, message } = SansfilError.from(error);
      this.parts.logger.log('info', 'transfer.not-accepted', { id: transfer.id, code, detail: message });
    }
  }

  /** Of all that was accepted. */
  #bytesToCome(): number {
    let bytes = 0;
    for (const { id } of this.book.live) {
      const transfer = this.book.open(id);
      if (transfer instanceof ReceivingTransfer && transfer.record.state !== 'offered') bytes += transfer.roomNeeded;
    }
    return bytes;
  }

  /** A sender repeats its offer in every new session until the transfer is over for it too (PROTOCOL [P-6.9]). */
  #offeredAgain(lane: BulkLane, id: TransferId, known: KnownTransfer, encoded: Uint8Array, manifest: Manifest): void {
    if (known.peer !== lane.session.peer || known.direction !== 'in') return refuse(lane, manifest.transferId, 'declined');
    const transfer = this.book.open(id);
    if (transfer instanceof IncomingTransfer) {
      if (!constantTimeEqual(transfer.record.manifest, encoded)) throw new SansfilError('MANIFEST_INVALID', 'an offer was repeated with other contents');
      return transfer.offered(lane);
    }
    if (known.state !== 'done') return refuse(lane, manifest.transferId, cancelReasonOf(known.code ?? 'TRANSFER_CANCELLED'));
    // Its sender has heard that in this session; the answer may be much longer than the question.
    const told = this.#told.get(lane) ?? new Set<TransferId>();
    if (told.has(id)) return;
    this.#told.set(lane, told.add(id));
    tellWhole(lane.session, manifest);
  }
}

export function refuse(lane: BulkLane, transferId: Uint8Array, reason: CancelReason): void {
  lane.session.send({ type: 'cancel', transferId, reason });
}

export const idOf = (bytes: Uint8Array): TransferId => parseTransferId(toHex(bytes));
