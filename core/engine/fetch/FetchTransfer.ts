import type { Actor } from 'xstate';
import { toHex } from '../../base/bytes.js';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import type { receiverMachine } from '../../machines/transfer/receiver.machine.js';
import type { TransferEnd } from '../../machines/transfer/sender.machine.js';
import type { TransferRecord } from '../../ports/stores.js';
import { splitRoots } from '../../protocol/contentRoot.js';
import type { Record } from '../../protocol/frames.js';
import type { Manifest } from '../../protocol/manifest.js';
import { bindReceiver, type ReceiverEffects } from '../bindTransfer.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import { PartWriter } from '../dataPlane/PartWriter.js';
import { isOver } from '../../ports/stores.js';
import type { TransferParts } from '../transfers/LiveTransfer.js';
import { ReceivingTransfer } from '../transfers/ReceivingTransfer.js';
import type { PeerTransfer } from '../views.js';
import { fetchingContent } from './fetchingContent.js';
import { Gathering } from './Gathering.js';
import type { HeldContent } from './HeldContent.js';
import type { Holder } from './Holder.js';

export interface FetchParts extends TransferParts {
  /** The sessions with friends that are open. */
  readonly lanes: () => Iterable<BulkLane>;
  /** It has more than before, which others may want. */
  readonly grew: (fetch: FetchTransfer) => void;
  /** `isSeeking` has changed. */
  readonly sought: () => void;
  /** What it had is not to be had from it any more. */
  readonly lost: (fetch: FetchTransfer) => void;
}

/**
 * Something a friend shares, fetched from everybody who has it: binds the receiver's machine to the ports. For that
 * machine it is offered while somebody has something that is missing, and its session is closed when nobody has.
 */
export class FetchTransfer extends ReceivingTransfer {
  protected readonly actor: Actor<typeof receiverMachine>;
  readonly #roots: readonly Uint8Array[];
  /** The first item of each content. */
  readonly #itemOf = new Map<string, number>();
  #gathering: Gathering | undefined;
  #writer: PartWriter<Holder> | undefined;
  /** How often a writer was asked for: only the last one begins. */
  #starts = 0;
  #concluded = false;

  constructor(
    protected override readonly parts: FetchParts,
    record: TransferRecord,
    manifest: Manifest,
  ) {
    super(parts, record, manifest);
    this.#roots = splitRoots(record.roots, manifest.items.length);
    for (const [item, root] of [...this.#roots.entries()].reverse()) this.#itemOf.set(toHex(root), item);
    this.actor = bindReceiver(this.#effects(), parts.clock, true);
  }

  /** Somebody may have something for it. */
  get isSeeking(): boolean {
    return this.#gathering !== undefined && !this.#concluded && this.holds.isFree;
  }

  /** The friend who shares it is dialled until it is done, the others while they are there. */
  start(): void {
    const { clock, pool, primitives } = this.parts;
    this.#gathering = new Gathering({
      ledger: this.ledger,
      roots: this.#roots,
      clock,
      pool,
      primitives,
      offered: (isOffered) => this.#offered(isOffered),
      dropped: (peer, code, detail) => this.#dropped(peer, code, detail),
      fault: (error) => this.fault(SansfilError.from(error)),
    });
    this.parts.census.start(this.actor, { failed: (error) => this.fault(error) });
    this.want();
    if (!this.holds.isFree) this.#gathering.halt(true);
    for (const lane of this.parts.lanes()) this.#gathering.join(lane);
    this.#gathering.weigh();
    this.parts.sought();
  }

  opened(lane: BulkLane): void {
    this.#gathering?.join(lane);
  }

  /** Sessions are told apart by `left`: there are many. */
  closed(): void {
    return;
  }

  left(lane: BulkLane): void {
    this.#gathering?.leave(lane);
  }

  take(): void {
    return;
  }

  /** A record about this fetch. @throws SansfilError RECORD_MALFORMED */
  hear(lane: BulkLane, record: Record): void {
    if (this.#gathering) return this.#gathering.hear(lane, record);
    if (record.type === 'chunk') lane.discard(record.stream, record.length);
  }

  /** A friend fetches these contents: when this is one of them, it may come to have some of it. */
  soughtBy(lane: BulkLane, roots: readonly Uint8Array[]): void {
    if (roots.some((root) => this.#itemOf.has(toHex(root)))) this.#gathering?.soughtBy(lane);
  }

  /** What there is of a content, for others who fetch it too. */
  contentOf(root: Uint8Array): HeldContent | undefined {
    const item = this.#itemOf.get(toHex(root));
    if (item === undefined) return undefined;
    const { sink, source } = this.parts;
    const { ledger, id } = this;
    return fetchingContent(
      { ledger, id, sink, source, from: this, isLive: () => !this.#concluded, path: () => this.record.paths[item] ?? '', isSmall: this.small.isSmall(item) },
      item,
    );
  }

  cancel(): void {
    this.send({ type: 'transfer.cancel' });
  }

  override get view(): PeerTransfer {
    const { code, ...view } = super.view;
    const holders = isOver(view.state) ? [] : (this.#gathering?.holders ?? []);
    const waits = view.state === 'paused' && !view.pausedBy && (code === undefined || code === 'LINK_CLOSED');
    const why = waits ? 'HOLDERS_AWAY' : code;
    return { ...view, ...(why === undefined ? {} : { code: why }), holders };
  }

  override stop(): Promise<void> {
    const stopped = super.stop();
    this.#gathering?.halt(false);
    this.#gathering?.end();
    return stopped;
  }

  protected goOn(): void {
    this.send({ type: 'disk.works', ready: false });
    this.#gathering?.again();
  }

  protected takePump(): PartWriter<Holder> | undefined {
    const writer = this.#writer;
    this.#writer = undefined;
    return writer;
  }

  protected get mayBeHeld(): boolean {
    return !isOver(this.record.state);
  }

  protected heldHere(held: boolean): void {
    this.send(held ? { type: 'transfer.pause', asked: false } : { type: 'transfer.resume', ready: false });
    if (held) this.#gathering?.halt(true);
    else this.#gathering?.again();
    this.parts.sought();
  }

  protected override interrupt(code: ErrorCode): Promise<void> {
    return super.interrupt(code === 'LINK_CLOSED' ? 'HOLDERS_AWAY' : code);
  }

  #offered(isOffered: boolean): void {
    if (isOffered && this.is('waiting') && this.holds.isFree) this.send({ type: 'record.offer', ready: true });
    if (!isOffered && this.is('receiving')) this.send({ type: 'session.closed' });
  }

  #dropped(peer: PeerId, code: ErrorCode, detail: string): void {
    this.parts.logger.log('warn', 'fetch.holder-dropped', { id: this.id, peer, code, detail });
    this.publish({ type: 'transfer.holderDropped', peer, id: this.id, code });
  }

  async #startWriter(): Promise<void> {
    const start = ++this.#starts;
    this.queue(async () => {
      const items = await this.prepareDisk();
      await this.#forgetDoubtful(items);
      await this.ledger.saveBitmap();
      if (this.#starts !== start || !this.is('receiving')) return;
      this.#writer = this.#makeWriter(items);
      this.#gathering?.start(this.#writer, items);
      if (items.length === 0) this.send({ type: 'items.completed' });
    });
    await this.begin();
  }

  /** What is all here and cannot be shown to be right by what a crash left is fetched again: little ever is. */
  async #forgetDoubtful(items: readonly number[]): Promise<void> {
    for (const item of items) {
      const [count, missing] = [this.ledger.count(item), this.ledger.missing(item)];
      if (count === 0) continue;
      const isRight = count > 1 && (await this.#gathering?.recall(item));
      if (missing === 0 && !isRight) this.ledger.clear(item);
    }
  }

  #makeWriter(items: readonly number[]): PartWriter<Holder> {
    const { sink, cipher, primitives, pool } = this.parts;
    const writer: PartWriter<Holder> = new PartWriter<Holder>({
      id: this.id,
      ledger: this.ledger,
      sink,
      small: this.small,
      cipher,
      primitives,
      pool,
      into: this.record.into,
      items,
      isMoreComing: () => this.#gathering?.isComing === true,
      crowded: (isCrowded) => this.#gathering?.crowd(isCrowded),
      confirmed: () => this.parts.grew(this),
      stored: () => {
        this.rest.worked();
        this.meter.update(this.ledger.bytes);
      },
      finished: (finished) => this.keeper.finished(finished),
      noted: () => undefined,
      completed: () => this.send({ type: 'items.completed' }),
      corrupt: (holder, chunk) => {
        this.#gathering?.corrupt(holder, chunk);
        return true;
      },
      failed: (error) => (this.#writer === writer ? this.fail(error) : this.fault(error)),
    });
    return writer;
  }

  #stopWriter(keep: boolean): void {
    const writer = this.takePump();
    this.#starts++;
    // Who has nothing more is kept: it may come to have more.
    this.#gathering?.halt(!keep || !this.holds.isFree);
    if (writer) this.queue(() => (keep ? writer.stop() : writer.abort()));
  }

  /** Holders are told by the gathering, each for itself. */
  #effects(): ReceiverEffects {
    const nothing = (): void => undefined;
    return {
      sayStanding: nothing,
      sayHeld: nothing,
      sayFree: nothing,
      sendCancel: nothing,
      startPump: () => this.#startWriter(),
      stopPump: (keep) => this.#stopWriter(keep),
      pause: () => this.keep('paused'),
      interrupt: (code) => this.interrupt(code),
      endSession: nothing,
      startOver: nothing,
      awaitDisk: () => this.rest.begin(),
      leaveDisk: () => this.rest.end(),
      conclude: (state, code) => this.#conclude(state, code),
      failed: (error) => this.fail(error),
    };
  }

  #conclude(state: 'done' | TransferEnd, code: ErrorCode | null): Promise<void> {
    this.#concluded = true;
    this.parts.sought();
    this.#gathering?.halt(true);
    this.#gathering?.end();
    this.parts.lost(this);
    return this.conclude(state, code);
  }
}
