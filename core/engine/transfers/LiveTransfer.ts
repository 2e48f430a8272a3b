import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId, TransferId } from '../../base/ids.js';
import type { DomainEvent } from '../../events/domainEvents.js';
import type { TransferEnd } from '../../machines/transfer/sender.machine.js';
import type { Clock } from '../../ports/clock.js';
import type { FileCipher } from '../../ports/fileCipher.js';
import type { FileSink, FileSource } from '../../ports/files.js';
import type { Logger } from '../../ports/logger.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';
import type { TransferRecord, TransferState, TransferStore, Trust } from '../../ports/stores.js';
import type { CancelReason, Record } from '../../protocol/frames.js';
import type { Manifest } from '../../protocol/manifest.js';
import type { Contents } from '../catalogue/contents.js';
import type { Census } from '../Census.js';
import type { Facts, Sessions } from '../contracts.js';
import type { BufferPool } from '../dataPlane/BufferPool.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { ChunkLedger, type LedgerStore } from '../dataPlane/ChunkLedger.js';
import type { PeerTransfer } from '../views.js';
import { Holds } from './Holds.js';
import { ItemError } from './ItemError.js';
import { ProgressMeter } from './ProgressMeter.js';
import { RecordKeeper } from './RecordKeeper.js';
import type { Remains } from './Remains.js';
import { itemOf, shownPaths, viewOf } from './transferView.js';

export interface TransferPorts {
  readonly store: TransferStore;
  readonly source: FileSource;
  readonly sink: FileSink;
  readonly cipher: FileCipher;
  readonly primitives: Primitives;
  readonly sessions: Sessions;
  readonly facts: Facts;
  readonly clock: Clock;
  readonly random: Random;
  readonly census: Census;
  readonly logger: Logger;
  /** What is accepted from that peer without asking. */
  readonly trustOf: (peer: PeerId) => Trust | undefined;
  /** Friends who say that they are there. */
  readonly present: () => readonly PeerId[];
  /** What this device shares. */
  readonly contents: Pick<Contents, 'find'>;
  /** The smallest chunk of what is sent. */
  readonly chunkBytes?: number;
  /** Of contents that friends share. */
  readonly contentChunkBytes: number;
}

export interface TransferParts extends TransferPorts {
  readonly pool: BufferPool;
  readonly remains: Remains;
  /** The transfer is over, on the disk too. */
  readonly ended: (record: TransferRecord) => void;
}

/** What the two directions have in common: the record in the store, the ledger, the lane of the open session, the facts. */
export abstract class LiveTransfer {
  readonly id: TransferId;
  readonly peer: PeerId;
  protected readonly ledger: ChunkLedger;
  protected readonly meter: ProgressMeter;
  protected lane: BulkLane | undefined;
  /** Work of pumps, one after the other; never rejects. */
  protected pumping: Promise<void> = Promise.resolve();
  protected readonly keeper: RecordKeeper;
  protected readonly holds: Holds;
  #wanted = false;
  #ending = false;
  /** The item that could not be sent or received, and why. */
  #culprit: ItemError | undefined;
  /** Why nothing moves, when nobody holds it. */
  #why: ErrorCode | undefined;
  readonly #over: Promise<SansfilError | undefined>;
  #markOver: (trouble?: SansfilError) => void = () => undefined;

  constructor(
    protected readonly parts: TransferParts,
    record: TransferRecord,
    readonly manifest: Manifest,
  ) {
    this.id = record.id;
    this.peer = record.peer;
    this.keeper = new RecordKeeper(record, { store: parts.store, clock: parts.clock, refused: (error) => this.#refused(error) });
    this.ledger = new ChunkLedger(this.ledgerStore(parts.store), record.id, manifest);
    if (record.fileKey) this.ledger.unlock(record.fileKey);
    this.meter = new ProgressMeter(parts.clock, (bytes, bytesPerSecond) =>
      this.publish({ type: 'transfer.progressed', peer: this.peer, id: this.id, bytes, total: this.ledger.total, bytesPerSecond }),
    );
    this.holds = new Holds(this.keeper, {
      mayBeHeld: () => this.mayBeHeld,
      heldHere: (held) => this.heldHere(held),
      lane: () => this.lane,
      tell: (held, by) => {
        if (held) this.meter.stop();
        this.publish({ type: held ? 'transfer.paused' : 'transfer.resumed', peer: this.peer, id: this.id, by });
      },
    });
    this.#over = new Promise((resolve) => (this.#markOver = resolve));
  }

  /** From the store: the chunks that were on the disk of the receiver when this was last known. */
  restore(): Promise<void> {
    return this.ledger.load();
  }

  /** A session with the peer is open. */
  abstract opened(lane: BulkLane): void;
  abstract closed(): void;
  /** A record about this transfer. @throws SansfilError RECORD_MALFORMED */
  abstract take(record: Record): void;
  abstract cancel(): void;
  /** Whether the person here may pause it and go on with it now. */
  protected abstract readonly mayBeHeld: boolean;
  /** The person here took hold of it, or let go. */
  protected abstract heldHere(held: boolean): void;
  /** The device stops; the transfer stays in the store. */
  abstract stop(): Promise<void>;

  get record(): TransferRecord {
    return this.keeper.current;
  }

  /** Its key comes from a passphrase that was not given yet. */
  get isLocked(): boolean {
    return this.manifest.key.kind === 'passphrase' && this.record.fileKey === undefined;
  }

  get currentLane(): BulkLane | undefined {
    return this.lane;
  }

  /** Resolves when the transfer has ended and the store knows it, or with what the store said when it refused at first. */
  get over(): Promise<SansfilError | undefined> {
    return this.#over;
  }

  /** Resolves when the store has the record as it stands now. */
  noted(): Promise<void> {
    return this.keeper.keep();
  }

  get view(): PeerTransfer {
    const stored = viewOf(this.record, this.manifest.items);
    if (stored.state === 'done') return stored;
    const { bytes } = this.ledger;
    const { bytesPerSecond } = this.meter;
    const why = stored.state === 'paused' && !stored.pausedBy ? this.#reason : undefined;
    return {
      ...stored,
      bytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 ? { secondsLeft: Math.ceil((stored.total - bytes) / bytesPerSecond) } : {}),
      ...(why ? { code: why } : {}),
      ...(this.isLocked ? { needsPassphrase: true } : {}),
    };
  }

  /** On the disk when it resolves. @throws SansfilError TRANSFER_STATE | DISK_FULL | STORE_FAILED */
  pause(): Promise<void> {
    return this.holds.pause();
  }

  /** As `pause`. It goes on when the peer does not hold it either. */
  resume(): Promise<void> {
    return this.holds.resume();
  }

  get #reason(): ErrorCode | undefined {
    if (this.#why !== undefined && this.#why !== 'LINK_CLOSED') return this.#why;
    return this.lane ? undefined : 'LINK_CLOSED';
  }

  /** Runs after what was queued before; what it throws fails the transfer. */
  protected queue(work: () => Promise<void>): void {
    this.pumping = this.pumping.then(work).catch((error: unknown) => this.blame(SansfilError.from(error)));
  }

  /** As `fail`; of an item that is the reason the person is told. */
  protected blame(error: SansfilError): void {
    if (error instanceof ItemError) this.#culprit ??= error;
    this.fail(error);
  }

  protected tell(record: Record): void {
    this.lane?.session.send(record);
  }

  protected tellCancel(reason: CancelReason): void {
    this.tell({ type: 'cancel', transferId: this.manifest.transferId, reason });
  }

  protected publish(fact: DomainEvent): void {
    this.parts.facts.publish(fact);
  }

  protected want(): void {
    this.#wanted = true;
    this.parts.sessions.want(this.peer, `transfer ${this.id}`);
  }

  protected begin(): Promise<void> {
    this.#why = undefined;
    this.meter.start(this.ledger.bytes);
    this.publish({ type: 'transfer.started', peer: this.peer, id: this.id });
    return this.keep('active');
  }

  protected interrupt(code: ErrorCode): Promise<void> {
    this.meter.stop();
    this.#why = code;
    if (this.holds.isFree) this.publish({ type: 'transfer.interrupted', peer: this.peer, id: this.id, code });
    return this.keep('paused');
  }

  protected keep(state: TransferState): Promise<void> {
    this.keeper.change({ state });
    return this.keeper.keep();
  }

  /** The last effect of the machine: the end is in the store before anybody hears of it. */
  protected async conclude(state: 'done' | TransferEnd, code: ErrorCode | null): Promise<void> {
    this.meter.stop();
    this.release();
    this.#ending = true;
    this.keeper.change({ state, ...(code === null ? {} : { code }), ...(code !== null && code === this.#culprit?.code ? { item: this.#culprit.item } : {}) });
    await this.settled();
    const kept = this.keeper.keep();
    if (this.keeper.trouble) this.#markOver(this.keeper.trouble);
    await kept;
    const { peer, id } = this;
    const { direction, paths } = this.record;
    if (state === 'done') this.publish({ type: 'transfer.completed', peer, id, direction, ...shownPaths(paths) });
    else this.publish({ type: 'transfer.ended', peer, id, state, code: code ?? 'BUG', ...itemOf(this.record, this.manifest.items) });
    this.parts.ended(this.record);
    this.#markOver();
    await this.clean();
  }

  /** It is tried again until the store takes it; whoever waits for the end of the transfer need not wait as long. */
  #refused(error: SansfilError): void {
    this.fault(error);
    if (this.#ending) this.#markOver(error);
  }

  /** Whoever stops an ending transfer waits until that is told, or until the store has refused to note it. */
  protected async endTold(): Promise<void> {
    if (this.#ending) await this.#over;
  }

  /** Nobody needs a session for this transfer any more. */
  protected release(): void {
    if (this.#wanted) this.parts.sessions.unwant(this.peer, `transfer ${this.id}`);
    this.#wanted = false;
  }

  /** The machine decides what a failure means; after its end it is only told. */
  protected abstract fail(error: SansfilError): void;

  /** Where the ledger is kept. */
  protected abstract ledgerStore(store: TransferStore): LedgerStore;

  /** What must have ended before the store may say that the transfer is over. */
  protected abstract settled(): Promise<void>;

  /** What is left on the disk of a transfer that is over. */
  protected abstract clean(): Promise<void>;

  protected fault(error: SansfilError): void {
    this.parts.logger.log('warn', 'transfer.fault', { id: this.id, code: error.code, detail: error.message.slice(0, 200) });
    this.publish({ type: 'fault', where: 'transfer', code: error.code, detail: error.message.slice(0, 200) });
  }
}
