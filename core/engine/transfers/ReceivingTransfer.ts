import { SansfilError } from '../../base/errors.js';
import type { TransferRecord, TransferStore } from '../../ports/stores.js';
import type { Manifest } from '../../protocol/manifest.js';
import type { LedgerStore } from '../dataPlane/ChunkLedger.js';
import { SmallFiles } from '../dataPlane/SmallFiles.js';
import { forgetLostChunks } from '../resume.js';
import { LiveTransfer, type TransferParts } from './LiveTransfer.js';

/** What all transfers have in common that bring something to this disk. */
export abstract class ReceivingTransfer extends LiveTransfer {
  protected readonly small: SmallFiles;
  /** A crash may have left small files of it that are not whole. */
  #mustRecover = false;

  constructor(parts: TransferParts, record: TransferRecord, manifest: Manifest) {
    super(parts, record, manifest);
    this.small = new SmallFiles({
      id: this.id,
      manifest,
      sink: parts.sink,
      primitives: parts.primitives,
      into: () => this.record.into,
      unsettled: (error) => error.code === 'STOPPED' || this.fault(error),
    });
  }

  /** With what a crash left of its small files. */
  override async restore(): Promise<void> {
    await super.restore();
    this.#mustRecover = (await this.parts.sink.packs()).includes(this.id);
    // A disk that does not work now is asked again before anything is received.
    await this.#recover().catch((error: unknown) => this.fault(SansfilError.from(error, 'STORE_FAILED')));
  }

  /** Items without a final name, of which the ledger says what is really there. @throws SansfilError DISK_FULL | STORE_FAILED */
  protected async prepareDisk(): Promise<readonly number[]> {
    await this.mustHaveRoom();
    const items = [...this.manifest.items.keys()].filter((item) => (this.record.paths[item] ?? '') === '');
    await this.#recover();
    await forgetLostChunks(this.parts.sink, this.id, this.ledger, this.small, items);
    return items;
  }

  /** @throws SansfilError DISK_FULL */
  protected async mustHaveRoom(): Promise<void> {
    if ((await this.parts.sink.freeBytes(this.record.into)) < this.ledger.total - this.ledger.bytes) throw new SansfilError('DISK_FULL');
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

  protected ledgerStore(store: TransferStore): LedgerStore {
    return store;
  }

  protected settled(): Promise<void> {
    return this.pumping;
  }

  /** The pack holds what files have got that are not safe yet; when the device stops before they are, the next start sees to them. */
  protected async clean(): Promise<void> {
    try {
      await this.small.settled();
      await this.small.close();
      await this.parts.sink.discard(this.id);
    } catch (error) {
      if (!SansfilError.is(error) || error.code !== 'STOPPED') throw error;
    }
  }

  async #recover(): Promise<void> {
    if (this.#mustRecover) await this.small.recover(this.record.paths);
    this.#mustRecover = false;
  }
}
