import type { Actor } from 'xstate';
import { SansfilError } from '../../base/errors.js';
import type { ReceiverEvent, receiverMachine } from '../../machines/transfer/receiver.machine.js';
import type { TransferRecord, TransferStore } from '../../ports/stores.js';
import type { Manifest } from '../../protocol/manifest.js';
import type { LedgerStore } from '../dataPlane/ChunkLedger.js';
import { SmallFiles } from '../dataPlane/SmallFiles.js';
import { forgetLostChunks } from '../resume.js';
import { DiskRest } from './DiskRest.js';
import { cancelReasonOf } from './ends.js';
import { LiveTransfer, type TransferParts } from './LiveTransfer.js';

/** What takes the bytes. */
interface Pump {
  stop(): Promise<void>;
}

/** What all transfers have in common that bring something to this disk. */
export abstract class ReceivingTransfer extends LiveTransfer {
  protected readonly small: SmallFiles;
  protected readonly rest: DiskRest;
  protected abstract readonly actor: Actor<typeof receiverMachine>;

  constructor(parts: TransferParts, record: TransferRecord, manifest: Manifest) {
    super(parts, record, manifest);
    this.small = new SmallFiles({ ...parts, id: this.id, manifest, into: () => this.record.into, unsettled: (error) => this.fault(error) });
    this.rest = new DiskRest(
      parts.clock,
      () => this.diskWorks(),
      () => this.goOn(),
    );
  }

  /** With what a crash left of its small files. */
  override async restore(): Promise<void> {
    await super.restore();
    // A disk that does not work now is asked again before anything is received.
    await this.small.recover(this.record.paths).catch((error: unknown) => this.fault(SansfilError.from(error, 'STORE_FAILED')));
  }

  /** Items without a final name, of which the ledger says what is really there. @throws SansfilError DISK_FULL | STORE_FAILED */
  protected async prepareDisk(): Promise<readonly number[]> {
    await this.mustHaveRoom();
    const items = this.#itemsLeft;
    await this.small.recover(this.record.paths);
    await forgetLostChunks(this.parts.sink, this.id, this.ledger, this.small, items);
    return items;
  }

  /** Bytes that are still to come of it. */
  get bytesLeft(): number {
    return this.ledger.total - this.ledger.bytes;
  }

  /** Bytes that the disk must have for it still: small files are on it twice for a while. */
  get roomNeeded(): number {
    return this.bytesLeft + this.small.packBytes(this.#itemsLeft);
  }

  /** Besides so many bytes for others. @throws SansfilError DISK_FULL */
  protected async mustHaveRoom(into = this.record.into, forOthers = 0): Promise<void> {
    if ((await this.parts.sink.freeBytes(into)) < this.roomNeeded + forOthers) throw new SansfilError('DISK_FULL');
  }

  get #itemsLeft(): number[] {
    return [...this.manifest.items.keys()].filter((item) => (this.record.paths[item] ?? '') === '');
  }

  /** Goes on only when the store takes the record and there is room for the rest. */
  protected async diskWorks(): Promise<boolean> {
    try {
      await this.keeper.saveChange({});
      await this.mustHaveRoom();
      return true;
    } catch (error) {
      this.parts.logger.log('debug', 'transfer.disk-awaited', { id: this.id, code: SansfilError.from(error).code });
      return false;
    }
  }

  /** The disk that failed works again. */
  protected abstract goOn(): void;

  /** What takes bytes now, which takes none from here on. */
  protected abstract takePump(): Pump | undefined;

  async stop(): Promise<void> {
    this.actor.stop();
    this.keeper.stop();
    this.rest.end();
    this.release();
    const pump = this.takePump();
    if (pump) this.queue(() => pump.stop());
    await this.pumping;
    // A disk that refuses something now keeps nobody from stopping.
    await this.small.close().catch((error: unknown) => this.fault(SansfilError.from(error, 'STORE_FAILED')));
    await this.endTold();
  }

  protected fail(error: SansfilError): void {
    if (this.actor.getSnapshot().status !== 'active') return this.fault(error);
    if (error.code === 'DISK_FULL' || error.code === 'STORE_FAILED') {
      // While nothing is received nothing is lost by it: what could not be noted is noted later.
      return this.is('receiving') ? this.send({ type: 'disk.failed', code: error.code }) : this.fault(error);
    }
    this.send({ type: 'fault', code: error.code, reason: cancelReasonOf(error.code) });
  }

  protected is(state: 'waiting' | 'receiving'): boolean {
    const snapshot = this.actor.getSnapshot();
    return snapshot.status === 'active' && snapshot.matches(state);
  }

  protected send(event: ReceiverEvent): void {
    if (this.actor.getSnapshot().status === 'active') this.actor.send(event);
  }

  protected ledgerStore(store: TransferStore): LedgerStore {
    return store;
  }

  protected settled(): Promise<void> {
    return this.pumping;
  }

  protected clean(): Promise<void> {
    return this.parts.remains.clear(this.id, () => this.small.discard(this.record.paths));
  }
}
