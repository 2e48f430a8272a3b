import type { Actor } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { receiverMachine } from '../../machines/transfer/receiver.machine.js';
import type { TransferEnd } from '../../machines/transfer/sender.machine.js';
import type { TransferRecord } from '../../ports/stores.js';
import { bitmapOf } from '../../protocol/bitmap.js';
import type { Record } from '../../protocol/frames.js';
import type { Manifest } from '../../protocol/manifest.js';
import { bindReceiver, type ReceiverEffects } from '../bindTransfer.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { ReceivePump } from '../dataPlane/ReceivePump.js';
import { isOver } from '../../ports/stores.js';
import { tellWhole } from '../resume.js';
import { keyFrom, type Acceptance } from './acceptance.js';
import { cancelReasonOf, endOf } from './ends.js';
import type { TransferParts } from './LiveTransfer.js';
import { ReceivingTransfer } from './ReceivingTransfer.js';
import { Standing } from './Standing.js';

/** A transfer we are offered: binds the receiver's machine to the ports and feeds it with what the peer says. */
export class IncomingTransfer extends ReceivingTransfer {
  protected readonly actor: Actor<typeof receiverMachine>;
  #pump: ReceivePump | undefined;
  readonly #standing: Standing;
  /** The sender took it back: perhaps before this machine began to listen. */
  #isTakenBack = false;
  /** How often a pump was asked for: only the last one begins. */
  #starts = 0;

  constructor(parts: TransferParts, record: TransferRecord, manifest: Manifest) {
    super(parts, record, manifest);
    this.#standing = new Standing(this.holds);
    this.actor = bindReceiver(this.#effects(), parts.clock, record.state !== 'offered');
  }

  start(): void {
    this.parts.census.start(this.actor, { failed: (error) => this.fault(error) });
    if (this.record.state !== 'offered') this.want();
  }

  opened(lane: BulkLane): void {
    this.lane = lane;
    this.send({ type: 'session.opened' });
  }

  closed(): void {
    this.lane = undefined;
    this.#standing.end();
    this.send({ type: 'session.closed' });
  }

  /** The sender offers, for the first time or again in a new session. */
  offered(lane: BulkLane): void {
    this.lane = lane;
    this.#standing.offer();
    this.send({ type: 'record.offer', ready: this.#standing.isReady });
  }

  /**
   * Whoever was told that it is accepted is not asked again after a crash. `automatic`: nobody was asked, and that there is
   * room for so many bytes of others too.
   * @throws SansfilError TRANSFER_STATE | PASSPHRASE_NEEDED | PASSPHRASE_WRONG | FOLDER_UNUSABLE | DISK_FULL | STORE_FAILED; it
   * can be accepted thereafter. STOPPED
   */
  async accept({ into, passphrase }: Acceptance, automatic?: { readonly forOthers: number }): Promise<void> {
    this.#mustAsk();
    const fileKey = await keyFrom(this.parts.primitives, this.manifest, passphrase);
    if (into !== undefined) await this.parts.sink.prepare(into);
    await this.mustHaveRoom(into, automatic?.forOthers);
    this.#mustAsk();
    const chosen = { ...(fileKey ? { fileKey } : {}), ...(into === undefined ? {} : { into }) };
    await this.keeper.saveChange({ state: this.#standing.isReady ? 'active' : 'paused', ...chosen });
    if (fileKey) this.ledger.unlock(fileKey);
    this.#mustAsk();
    this.want();
    this.publish({ type: 'transfer.accepted', peer: this.peer, id: this.id, automatic: automatic !== undefined });
    this.send({ type: 'transfer.accept', ready: this.#standing.isReady });
  }

  /** Every item had its final name before the process that received it died. */
  finish(): void {
    this.send({ type: 'items.completed' });
  }

  /** @throws SansfilError TRANSFER_STATE */
  decline(): void {
    this.#mustAsk();
    this.send({ type: 'transfer.decline' });
  }

  cancel(): void {
    this.send({ type: 'transfer.cancel' });
  }

  take(record: Record): void {
    switch (record.type) {
      case 'chunk':
        if (this.#pump) return this.#pump.announced(record);
        return this.lane?.discard(record.stream, record.length);
      case 'done':
        return this.#pump?.ended(record.item, record.hash);
      case 'pause':
        if (this.#standing.pause(record.what)) this.send({ type: 'record.stopped', ready: this.#standing.isReady });
        return;
      case 'resume':
        this.#standing.resume();
        if (this.holds.byMe) this.#say(true);
        return this.send({ type: 'record.resume', ready: this.#standing.isReady });
      case 'cancel':
        this.#isTakenBack = true;
        this.#standing.takeBack();
        return this.send({ type: 'record.cancel', ...endOf(record.reason) });
      default:
        return;
    }
  }

  protected goOn(): void {
    this.send({ type: 'disk.works', ready: this.#standing.isReady });
  }

  protected takePump(): ReceivePump | undefined {
    const pump = this.#pump;
    this.#pump = undefined;
    return pump;
  }

  protected get mayBeHeld(): boolean {
    const { state } = this.record;
    return state !== 'offered' && !isOver(state);
  }

  protected heldHere(held: boolean): void {
    if (held) this.send({ type: 'transfer.pause', asked: this.#standing.isAsked });
    else this.send({ type: 'transfer.resume', ready: this.#standing.isReady });
  }

  #say(held: boolean): void {
    const { transferId } = this.manifest;
    this.tell(held ? { type: 'pause', transferId, what: 'receiver' } : { type: 'resume', transferId, by: 'receiver' });
  }

  #mustAsk(): void {
    const snapshot = this.actor.getSnapshot();
    // It still asks then: at the next start.
    if (snapshot.status === 'stopped') throw new SansfilError('STOPPED');
    if (!snapshot.matches('asking')) throw new SansfilError('TRANSFER_STATE');
  }

  async #startPump(): Promise<void> {
    const { lane } = this;
    if (!lane) return;
    const start = ++this.#starts;
    this.queue(async () => {
      const items = await this.prepareDisk();
      await this.ledger.saveBitmap();
      // The session or the transfer may have ended while the disk was asked.
      if (this.lane !== lane || this.#starts !== start) return;
      if (!this.is('receiving')) {
        // What the session before brought was made whole meanwhile: in that one the sender could not be told any more.
        if (this.record.state === 'done') tellWhole(lane.session, this.manifest);
        return;
      }
      this.#pump = this.#makePump(lane, items);
      this.#standing.ask();
      const { transferId, items: all } = this.manifest;
      this.tell({ type: 'accept', transferId, items: bitmapOf(all.length, items), held: this.ledger.bitmap() });
      if (items.length === 0) this.send({ type: 'items.completed' });
    });
    await this.begin();
  }

  #makePump(lane: BulkLane, items: readonly number[]): ReceivePump {
    const { sink, cipher, primitives, pool } = this.parts;
    const { into } = this.record;
    const pump = new ReceivePump({
      id: this.id,
      lane,
      ledger: this.ledger,
      sink,
      small: this.small,
      into,
      cipher,
      primitives,
      pool,
      items,
      stored: () => {
        this.rest.worked();
        this.meter.update(this.ledger.bytes);
      },
      finished: (finished) => this.keeper.finished(finished),
      completed: () => this.send({ type: 'items.completed' }),
      failed: (error) => {
        if (this.#pump !== pump) return this.fault(error);
        if (error.code === 'CHUNK_CORRUPT') this.send({ type: 'chunk.corrupt' });
        else this.fail(error);
      },
    });
    return pump;
  }

  #stopPump(keep: boolean): void {
    const pump = this.takePump();
    if (pump) this.queue(() => (keep ? pump.stop() : pump.abort()));
  }

  /** The sender was told to send, and nothing that comes is wanted any more: only in another session can it begin anew. */
  #startOver(code: ErrorCode): void {
    if (this.#standing.isAsked) this.lane?.session.close('errory', code);
  }

  #effects(): ReceiverEffects {
    return {
      sayStanding: () => this.#say(this.holds.byMe),
      sayHeld: () => this.#say(true),
      sayFree: () => this.#say(false),
      sendCancel: (reason) => this.tellCancel(reason),
      startPump: () => this.#startPump(),
      stopPump: (keep) => this.#stopPump(keep),
      pause: () => this.keep('paused'),
      interrupt: (code) => this.interrupt(code),
      endSession: () => this.lane?.session.close('scary', 'CHUNK_CORRUPT'),
      startOver: (code) => this.#startOver(code),
      awaitDisk: () => this.rest.begin(),
      leaveDisk: () => this.rest.end(),
      conclude: (state, code) => this.#conclude(state, code),
      failed: (error) => this.fail(error),
    };
  }

  #conclude(state: 'done' | TransferEnd, code: ErrorCode | null): Promise<void> {
    // A sender that died after it took this back, and does not know it any more, has offered it again.
    if (this.#isTakenBack && this.#standing.isOffered) this.tellCancel(cancelReasonOf(code ?? 'TRANSFER_CANCELLED'));
    return this.conclude(state, code);
  }
}
