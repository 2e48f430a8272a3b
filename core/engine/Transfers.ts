import { SansfilError } from '../base/errors.js';
import type { PeerId, SessionId, TransferId } from '../base/ids.js';
import { BUFFERS_IDLE_BYTES_MAX, CHUNK_BYTES_MAX, TRANSFERS_PER_PEER_MAX } from '../base/limits.js';
import type { Direction, TransferRecord } from '../ports/stores.js';
import type { Record } from '../protocol/frames.js';
import type { Manifest } from '../protocol/manifest.js';
import type { OpenSession, SessionConsumer } from './contracts.js';
import { BufferPool } from './dataPlane/BufferPool.js';
import { BulkLane } from './dataPlane/BulkLane.js';
import { Fetches } from './fetch/Fetches.js';
import { type FetchTransfer } from './fetch/FetchTransfer.js';
import { isWhole, manifestOf, reviveTransfers } from './resume.js';
import type { Acceptance } from './transfers/acceptance.js';
import { IncomingTransfer } from './transfers/IncomingTransfer.js';
import { LongOffers } from './transfers/LongOffers.js';
import type { LiveTransfer, TransferParts, TransferPorts } from './transfers/LiveTransfer.js';
import { prepareOffer } from './transfers/offer.js';
import { idOf, Offers, refuse } from './transfers/Offers.js';
import { OutgoingTransfer } from './transfers/OutgoingTransfer.js';
import { Remains } from './transfers/Remains.js';
import { TransferBook } from './transfers/TransferBook.js';
import { shownOf, viewOf } from './transfers/transferView.js';
import type { PeerTransfer } from './views.js';

/** All transfers of a device: takes the person's commands and the peers' records, and gives each to the transfer it is about. */
export class Transfers implements SessionConsumer {
  readonly recordTypes = { from: 0x20, to: 0x2f };
  readonly fetches: Fetches;
  readonly #parts: TransferParts;
  readonly #book: TransferBook;
  readonly #offers: Offers;
  readonly #longOffers: LongOffers;
  readonly #lanes = new Map<SessionId, BulkLane>();
  /** Read and not started yet; what sessions bring for them waits in the mailboxes of their machines. */
  readonly #restored: (OutgoingTransfer | IncomingTransfer | FetchTransfer)[] = [];
  readonly #pool = new BufferPool(BUFFERS_IDLE_BYTES_MAX);
  #stopped = false;
  readonly #fault = (error: unknown): void => {
    const { code, message } = SansfilError.from(error);
    this.#parts.facts.publish({ type: 'fault', where: 'transfers', code, detail: message.slice(0, 200) });
  };

  constructor(ports: TransferPorts) {
    const remains = new Remains(ports.clock, this.#fault);
    this.#book = new TransferBook(ports.store, remains, this.#fault);
    this.#parts = { ...ports, pool: this.#pool, remains, ended: (record) => this.#book.end(record) };
    this.#offers = new Offers(this.#parts, this.#book, this.#fault);
    this.#longOffers = new LongOffers({ ...ports, book: this.#book, offered: (lane, manifest) => this.#offers.take(lane, manifest) });
    this.fetches = new Fetches(this.#parts, this.#book, this.#fault);
  }

  /** Chunk buffers in use now and at most, in bytes. */
  get buffers(): Pick<BufferPool, 'usedBytes' | 'peakBytes'> {
    return this.#pool;
  }

  /**
   * What earlier runs left: before any session can open, because an offer that nobody knows is a new one.
   * @throws SansfilError STORE_FAILED | STORE_CORRUPT
   */
  async restore(): Promise<void> {
    const { live, ended, troubles } = await reviveTransfers(this.#parts);
    for (const { id, error, again } of troubles) this.#parts.remains.later(id, again, error);
    for (const record of ended) this.#book.end(record);
    for (const { record, manifest } of live) {
      const transfer = this.#make(record, manifest);
      await transfer.restore();
      this.#restored.push(transfer);
    }
  }

  /** Goes on with it. A crash may have come between the end of a friendship and that of its transfers. */
  start(isKnown: (peer: PeerId) => boolean): void {
    for (const transfer of this.#restored.splice(0)) {
      transfer.start(this.#laneOf(transfer.peer));
      if (transfer instanceof IncomingTransfer && isWhole(transfer.record)) transfer.finish();
      else if (!isKnown(transfer.peer)) transfer.cancel();
      else if (transfer instanceof IncomingTransfer) void this.#offers.consider(transfer);
    }
  }

  /** Transfers stay in the store as they are; what has arrived is made safe. No sender waits for a peer that does not read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#offers.stop();
    this.#parts.remains.stop();
    for (const lane of this.#lanes.values()) lane.onClosed();
    this.#lanes.clear();
    await this.fetches.stop();
    await Promise.all(this.#book.live.map((transfer) => transfer.stop()));
    this.#book.clear();
  }

  /** @throws SansfilError FILE_UNREADABLE | FILE_NAME_UNUSABLE | TRANSFER_TOO_LARGE | TRANSFER_LIMIT | STORE_FAILED */
  async send(peer: PeerId, paths: readonly string[], passphrase?: string): Promise<PeerTransfer> {
    this.#mustHaveRoom(peer);
    const { store, clock, facts } = this.#parts;
    const { manifest, encoded, paths: itemPaths, fileKey } = await prepareOffer(this.#parts, paths, passphrase);
    this.#mustHaveRoom(peer);
    const id = idOf(manifest.transferId);
    const transfer = new OutgoingTransfer(
      this.#parts,
      { id, peer, direction: 'out', state: 'offered', manifest: encoded, paths: itemPaths, createdMs: clock.now(), ...(fileKey ? { fileKey } : {}) },
      manifest,
    );
    this.#book.add(transfer);
    try {
      await store.put(transfer.record);
    } catch (error) {
      this.#book.drop(id);
      throw error;
    }
    // It is in the store for the next start.
    if (this.#stopped) throw new SansfilError('STOPPED');
    facts.publish({ type: 'transfer.offered', peer, id, direction: 'out', ...shownOf(manifest.items), bytes: transfer.view.total });
    transfer.start(this.#laneOf(peer));
    return transfer.view;
  }

  /**
   * On the disk when it resolves.
   * @throws SansfilError TRANSFER_UNKNOWN | TRANSFER_STATE | PASSPHRASE_NEEDED | PASSPHRASE_WRONG | FOLDER_UNUSABLE | DISK_FULL |
   * STORE_FAILED
   */
  async accept(id: TransferId, how: Acceptance = {}): Promise<PeerTransfer> {
    const transfer = this.#incoming(id);
    await transfer.accept(how);
    return transfer.view;
  }

  /** Files can be put into that folder. @throws SansfilError FOLDER_UNUSABLE */
  prepare(into: string): Promise<void> {
    return this.#parts.sink.prepare(into);
  }

  /** @throws SansfilError TRANSFER_UNKNOWN | TRANSFER_STATE, and as `cancel` */
  async decline(id: TransferId): Promise<PeerTransfer> {
    const transfer = this.#incoming(id);
    transfer.decline();
    return await overOf(transfer);
  }

  /**
   * Either side's, at any time before the end. @throws SansfilError TRANSFER_UNKNOWN | TRANSFER_STATE, or DISK_FULL |
   * STORE_FAILED: then it has ended, and that is noted as soon as the disk takes it
   */
  async cancel(id: TransferId): Promise<PeerTransfer> {
    const transfer = this.#book.find(id);
    transfer.cancel();
    return await overOf(transfer);
  }

  /**
   * Either side's, of what is not over, and was accepted if it was offered to us.
   * @throws SansfilError TRANSFER_UNKNOWN | TRANSFER_STATE | DISK_FULL | STORE_FAILED
   */
  async pause(id: TransferId): Promise<PeerTransfer> {
    const transfer = this.#book.find(id);
    await transfer.pause();
    return transfer.view;
  }

  /** As `pause`. */
  async resume(id: TransferId): Promise<PeerTransfer> {
    const transfer = this.#book.find(id);
    await transfer.resume();
    return transfer.view;
  }

  /** Newest last. */
  async list(): Promise<readonly PeerTransfer[]> {
    const records = [...(await this.#parts.store.all())].sort((a, b) => a.createdMs - b.createdMs);
    return records.map((record) => this.#book.get(record.id)?.view ?? viewOf(record, manifestOf(record)?.items ?? []));
  }

  /** That person is no friend any more: what is under way ends. */
  forget(peer: PeerId): void {
    for (const transfer of this.#book.live) if (transfer.peer === peer) transfer.cancel();
  }

  opened(session: OpenSession): void {
    const lane = new BulkLane(session);
    this.#lanes.set(session.id, lane);
    this.fetches.opened(lane);
    for (const transfer of this.#book.live) {
      if (transfer.peer !== session.peer) continue;
      // A newer session takes over before the old one is told to go.
      if (transfer.currentLane) transfer.closed();
      transfer.opened(lane);
    }
  }

  drained(session: OpenSession): void {
    this.#lanes.get(session.id)?.onDrained();
  }

  closed(session: OpenSession): void {
    const lane = this.#lanes.get(session.id);
    if (!lane) return;
    this.#lanes.delete(session.id);
    this.fetches.closed(lane);
    for (const transfer of this.#book.live) if (transfer.currentLane === lane) transfer.closed();
    this.#longOffers.closed(lane);
    lane.onClosed();
  }

  alive(session: OpenSession): void {
    this.#lanes.get(session.id)?.alive();
  }

  bulk(session: OpenSession, stream: number, bytes: Uint8Array): void {
    this.#lanes.get(session.id)?.bulk(stream, bytes);
  }

  record(session: OpenSession, record: Record): void {
    const lane = this.#lanes.get(session.id);
    if (!lane || this.fetches.take(lane, record)) return;
    switch (record.type) {
      case 'offer':
        return this.#offers.take(lane, record.manifest);
      case 'offerLong':
        return this.#longOffers.offered(lane, record);
      case 'manifestPart':
        return this.#longOffers.part(lane, record);
      case 'manifestWant':
      case 'accept':
      case 'chunksOk':
        return this.#route(lane, record, 'out');
      case 'chunk':
        return this.#route(lane, record, 'in');
      case 'cancel':
        this.#longOffers.drop(lane, idOf(record.transferId));
        return this.#route(lane, record);
      case 'done':
        return this.#route(lane, record);
      case 'pause':
        return this.#route(lane, record, record.what === 'receiver' ? 'out' : 'in');
      case 'resume':
        return this.#route(lane, record, record.by === 'receiver' ? 'out' : 'in');
      // Others belong to other parts.
      default:
        return;
    }
  }

  #route(lane: BulkLane, record: Extract<Record, { transferId: Uint8Array }>, direction?: Direction): void {
    const transfer = this.#book.open(idOf(record.transferId));
    const ours = transfer?.currentLane === lane && (direction === undefined || transfer.record.direction === direction);
    if (ours) return transfer.take(record);
    // What was on its way when the transfer ended here.
    if (record.type === 'chunk') {
      if (record.length > CHUNK_BYTES_MAX) throw new SansfilError('RECORD_MALFORMED', 'a chunk that is too long');
      lane.discard(record.stream, record.length);
    }
    // The other side waits for a transfer that ended here, or that a restored backup does not know.
    if (direction === 'out' && record.type !== 'chunksOk') refuse(lane, record.transferId, 'cancelled');
  }

  #make(record: TransferRecord, manifest: Manifest): OutgoingTransfer | IncomingTransfer | FetchTransfer {
    if (record.roots) return this.fetches.make(record, manifest);
    const transfer = record.direction === 'out' ? new OutgoingTransfer(this.#parts, record, manifest) : new IncomingTransfer(this.#parts, record, manifest);
    this.#book.add(transfer);
    return transfer;
  }

  #incoming(id: TransferId): IncomingTransfer {
    const transfer = this.#book.find(id);
    if (transfer instanceof IncomingTransfer) return transfer;
    throw new SansfilError('TRANSFER_STATE', 'the transfer is one of ours');
  }

  #mustHaveRoom(peer: PeerId): void {
    if (this.#stopped) throw new SansfilError('STOPPED');
    if (this.#book.count(peer, 'out') >= TRANSFERS_PER_PEER_MAX) throw new SansfilError('TRANSFER_LIMIT');
  }

  #laneOf(peer: PeerId): BulkLane | undefined {
    const session = this.#parts.sessions.open(peer);
    return session && this.#lanes.get(session.id);
  }
}

async function overOf(transfer: LiveTransfer): Promise<PeerTransfer> {
  const trouble = await transfer.over;
  if (trouble) throw trouble;
  return transfer.view;
}
