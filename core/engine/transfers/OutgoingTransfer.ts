import type { Actor } from 'xstate';
import { SansfilError } from '../../base/errors.js';
import type { SenderEvent, senderMachine } from '../../machines/transfer/sender.machine.js';
import type { TransferRecord, TransferStore } from '../../ports/stores.js';
import { fitsBitmap, hasBit } from '../../protocol/bitmap.js';
import type { Record } from '../../protocol/frames.js';
import type { Manifest } from '../../protocol/manifest.js';
import { bindSender, type SenderEffects } from '../bindTransfer.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import type { LedgerStore } from '../dataPlane/ChunkLedger.js';
import { SendPump } from '../dataPlane/SendPump.js';
import { isOver } from '../../ports/stores.js';
import { cancelReasonOf, endOf } from './ends.js';
import { ItemError } from './ItemError.js';
import { LiveTransfer, type TransferParts } from './LiveTransfer.js';
import { OfferedManifest } from './OfferedManifest.js';

/** A transfer we send: binds the sender's machine to the ports and feeds it with what the peer says. */
export class OutgoingTransfer extends LiveTransfer {
  readonly #actor: Actor<typeof senderMachine>;
  readonly #offered: OfferedManifest;
  #pump: SendPump | undefined;
  #wantedItems: ReadonlySet<number> = new Set();
  /** Items that are complete at the receiver, or not wanted there. */
  readonly #confirmed = new Set<number>();

  constructor(parts: TransferParts, record: TransferRecord, manifest: Manifest) {
    super(parts, record, manifest);
    this.#offered = new OfferedManifest(record.manifest, parts.primitives);
    this.#actor = bindSender(this.#effects(), parts.clock, record.state !== 'offered');
  }

  start(lane: BulkLane | undefined): void {
    this.parts.census.start(this.#actor, { failed: (error) => this.fault(error) });
    this.want();
    if (lane) this.opened(lane);
  }

  opened(lane: BulkLane): void {
    this.lane = lane;
    this.#send({ type: 'session.opened' });
  }

  closed(): void {
    this.lane = undefined;
    this.#send({ type: 'session.closed' });
    this.#pump = undefined;
  }

  cancel(): void {
    this.#send({ type: 'transfer.cancel' });
  }

  take(record: Record): void {
    switch (record.type) {
      case 'manifestWant':
        return this.#sendPiece(record.offset);
      case 'accept':
        return this.#accepted(record.items, record.held);
      case 'chunksOk':
        return this.#pump?.chunksOk(record.ranges);
      case 'done':
        return this.#completed(record.item, record.hash);
      case 'cancel':
        return this.#send({ type: 'record.cancel', ...endOf(record.reason) });
      case 'pause':
        this.holds.heard(true);
        return this.#send({ type: 'record.pause' });
      case 'resume':
        this.holds.heard(false);
        return this.holds.byMe ? this.#sayHeld() : undefined;
      default:
        return;
    }
  }

  async stop(): Promise<void> {
    this.#actor.stop();
    this.keeper.stop();
    this.release();
    this.#stopPump();
    await this.pumping;
    await this.endTold();
  }

  protected get mayBeHeld(): boolean {
    return !isOver(this.record.state);
  }

  protected heldHere(held: boolean): void {
    this.#send({ type: held ? 'transfer.pause' : 'transfer.resume' });
  }

  /** What a sender notes spares it work, and nothing else: a disk that does not take it must not end the transfer. */
  protected ledgerStore(store: TransferStore): LedgerStore {
    const told = (error: unknown): void => this.fault(SansfilError.from(error, 'STORE_FAILED'));
    const nothing = (error: unknown): Uint8Array => {
      told(error);
      return new Uint8Array(0);
    };
    return {
      chunks: (id) => store.chunks(id).catch(nothing),
      hashes: (id, item) => store.hashes(id, item).catch(nothing),
      setChunks: (id, bitmap) => store.setChunks(id, bitmap).catch(told),
      setHashes: (id, item, hashes) => store.setHashes(id, item, hashes).catch(told),
    };
  }

  /** Nothing: the rest of a chunk that was announced waits for a peer who may never read it. */
  protected settled(): Promise<void> {
    return Promise.resolve();
  }

  /** Nothing of a sender's lies on the disk but the files themselves. */
  protected clean(): Promise<void> {
    return Promise.resolve();
  }

  /** What is not wanted is over for this transfer: the receiver has it, or never asked for it. */
  #accepted(items: Uint8Array, held: Uint8Array): void {
    if (!this.#actor.getSnapshot().matches('offering')) return;
    const { length } = this.manifest.items;
    if (!fitsBitmap(items, length) || !fitsBitmap(held, this.ledger.chunks)) {
      throw new SansfilError('RECORD_MALFORMED', 'an ACCEPT that does not fit the offer');
    }
    this.ledger.replace(held);
    const wanted = new Set<number>();
    this.#confirmed.clear();
    for (let item = 0; item < length; item++) {
      if (hasBit(items, item)) wanted.add(item);
      else {
        this.#confirmed.add(item);
        this.ledger.fill(item);
      }
    }
    this.#wantedItems = wanted;
    this.holds.heard(false);
    this.#send(wanted.size > 0 ? { type: 'record.accept', held: this.holds.byMe } : { type: 'items.confirmed' });
  }

  #completed(item: number, hash: Uint8Array): void {
    if (item >= this.manifest.items.length) throw new SansfilError('RECORD_MALFORMED', 'an item that was not offered');
    try {
      this.#pump?.completed(item, hash);
    } catch (error) {
      if (!SansfilError.is(error) || error.code !== 'FILE_HASH_MISMATCH') throw error;
      return this.blame(new ItemError(item, error));
    }
    this.#confirmed.add(item);
    if (this.#confirmed.size === this.manifest.items.length) this.#send({ type: 'items.confirmed' });
  }

  async #startPump(): Promise<void> {
    const { lane } = this;
    if (!lane) return;
    const { source, cipher, primitives, pool } = this.parts;
    const pump = new SendPump({
      lane,
      ledger: this.ledger,
      source,
      cipher,
      primitives,
      pool,
      paths: this.record.paths,
      items: this.#wantedItems,
      confirmed: () => this.meter.update(this.ledger.bytes),
    });
    this.#pump = pump;
    this.queue(async () => {
      if (await pump.run()) this.#send({ type: 'items.sent' });
    });
    await this.begin();
  }

  /** It still hears what the receiver says of the chunks that are on their way. */
  #stopPump(): void {
    this.#pump?.stop();
    this.queue(() => this.ledger.save());
  }

  protected fail(error: SansfilError): void {
    if (this.#actor.getSnapshot().status !== 'active') return this.fault(error);
    this.#send({ type: 'fault', code: error.code, reason: cancelReasonOf(error.code) });
  }

  #send(event: SenderEvent): void {
    if (this.#actor.getSnapshot().status === 'active') this.#actor.send(event);
  }

  /** A receiver that knows it hears first that it waits; one that hears of it now, thereafter. */
  #sendOffer(): void {
    if (this.holds.byMe) this.#sayHeld();
    this.tell(this.#offered.offer());
    if (this.holds.byMe) this.#sayHeld();
  }

  /** A receiver that has all of it hears then that it waits. */
  #sendPiece(offset: number): void {
    if (this.lane && this.#offered.tell(this.lane, offset) && this.holds.byMe) this.#sayHeld();
  }

  #sayHeld(): void {
    this.tell({ type: 'pause', transferId: this.manifest.transferId, what: 'sender' });
  }

  #sayStopped(): void {
    this.tell({ type: 'pause', transferId: this.manifest.transferId, what: this.holds.byMe ? 'stoppedBySender' : 'stopped' });
  }

  #effects(): SenderEffects {
    return {
      sendOffer: () => this.#sendOffer(),
      sayHeld: () => this.#sayHeld(),
      sayFree: () => this.tell({ type: 'resume', transferId: this.manifest.transferId, by: 'sender' }),
      sayStopped: () => this.#sayStopped(),
      pause: () => this.keep('paused'),
      drainPump: () => this.queue(() => Promise.resolve(this.#send({ type: 'pump.drained' }))),
      sendCancel: (reason) => this.tellCancel(reason),
      startPump: () => this.#startPump(),
      stopPump: () => this.#stopPump(),
      interrupt: (code) => this.interrupt(code),
      conclude: (state, code) => this.conclude(state, code),
      failed: (error) => this.fail(error),
    };
  }
}
