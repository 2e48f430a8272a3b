import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { PeerId } from '../../base/ids.js';
import { CHUNK_CORRUPT_MAX, FETCH_HOLDERS_MAX, FETCH_LOOK_MS, SEEK_AGAIN_MS, SEEK_AGAIN_MS_MIN } from '../../base/limits.js';
import type { Clock, Timer } from '../../ports/clock.js';
import type { Primitives } from '../../ports/primitives.js';
import { fitsBitmap } from '../../protocol/bitmap.js';
import type { Record } from '../../protocol/frames.js';
import type { BufferPool } from '../dataPlane/BufferPool.js';
import type { BulkLane } from '../dataPlane/BulkLane.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { ArrivedChunk } from '../dataPlane/arrivedChunk.js';
import type { PartWriter } from '../dataPlane/PartWriter.js';
import type { PeerHolder } from '../views.js';
import { ChunkPlan } from './ChunkPlan.js';
import { HashLists } from './HashLists.js';
import { Holder } from './Holder.js';
import { Intake } from './Intake.js';
import { ItemsToCome } from './ItemsToCome.js';
import { LaneBrake } from './LaneBrake.js';
import { seek } from './seek.js';

export interface GatheringParts {
  readonly ledger: ChunkLedger;
  /** Root of each item. */
  readonly roots: readonly Uint8Array[];
  readonly clock: Clock;
  readonly pool: BufferPool;
  readonly primitives: Primitives;
  /** Whether somebody has something that is missing, or nothing is missing any more; said often. */
  readonly offered: (isOffered: boolean) => void;
  readonly dropped: (peer: PeerId, code: ErrorCode, detail: string) => void;
  readonly fault: (error: unknown) => void;
}

/**
 * Gathers the chunks of one fetch from all friends who have some of them, whole ones for the writer. Nothing is believed:
 * hashes must make the root; a chunk must have been asked for, and be announced with its hash before a byte of it is taken.
 */
export class Gathering {
  readonly #holders = new Map<BulkLane, Holder>();
  readonly #plan: ChunkPlan<Holder>;
  readonly #lists: HashLists;
  readonly #items: ItemsToCome;
  readonly #intake: Intake;
  /** Who is not asked any more. */
  readonly #liars = new Set<PeerId>();
  /** How many damaged chunks came from whom. */
  readonly #damaged = new Map<PeerId, number>();
  readonly #brake = new LaneBrake();
  /** Nothing is sought while nothing could be taken. */
  #isSeeking = true;
  #looking: Timer;
  #isOver = false;

  constructor(private readonly parts: GatheringParts) {
    const { ledger, roots, primitives } = parts;
    const { transferId } = ledger.manifest;
    this.#items = new ItemsToCome(ledger, primitives);
    this.#plan = new ChunkPlan<Holder>(
      ledger.chunks,
      (chunk) => this.#items.lengthOf(chunk),
      (chunk) => this.#items.isHeld(chunk),
    );
    this.#lists = new HashLists({
      ledger,
      plan: this.#plan,
      primitives,
      roots,
      holders: () => this.#holders.values(),
      ask: ({ lane }, item, from) => void lane.session.send({ type: 'hashesWant', transferId, item, from }),
      lied: (holder, detail) => this.#drop(holder, detail),
      known: (item) => this.#open(item),
      unknown: (item) => this.#plan.shut(ledger.first(item), ledger.first(item) + ledger.count(item)),
    });
    this.#intake = new Intake({
      ...parts,
      plan: this.#plan,
      lists: this.#lists,
      items: this.#items,
      lied: (holder, detail) => this.#drop(holder, detail),
      taken: (holder) => {
        this.#ask(holder);
        this.#lists.look(parts.clock.monotonic());
      },
    });
  }

  /** Bytes of a chunk are on their way here. */
  get isComing(): boolean {
    return [...this.#holders.values()].some(({ gathering }) => gathering.size > 0);
  }

  /** Who has something, at what speed, and how much came from there. */
  get holders(): readonly PeerHolder[] {
    const now = this.parts.clock.monotonic();
    const shown = [...this.#holders.values()].filter((holder) => holder.bytes > 0 || this.#plan.offers(holder));
    return shown.map((holder) => ({ peer: holder.peer, bytes: holder.bytes, bytesPerSecond: this.#plan.bytesPerSecond(holder, now) }));
  }

  /** A session with a friend: asked what of it is there. */
  join(lane: BulkLane): void {
    if (this.#isOver || this.#liars.has(lane.session.peer) || this.#holders.has(lane)) return;
    const holder = new Holder(lane, this.parts.clock.monotonic());
    this.#holders.set(lane, holder);
    this.#plan.join(holder);
    this.#brake.join(lane);
    this.#seek(holder);
    this.#arm(false);
  }

  leave(lane: BulkLane): void {
    const holder = this.#holders.get(lane);
    if (holder) this.#part(holder);
  }

  /** That friend fetches the same, and may come to have some of it. */
  soughtBy(lane: BulkLane): void {
    const holder = this.#holders.get(lane);
    if (holder) this.#seekAgain(holder, SEEK_AGAIN_MS_MIN);
  }

  /** A record about this fetch. @throws SansfilError RECORD_MALFORMED */
  hear(lane: BulkLane, record: Record): void {
    const holder = this.#holders.get(lane);
    if (record.type === 'chunk') return holder ? this.#intake.announced(holder, record) : lane.discard(record.stream, record.length);
    if (!holder) return;
    if (record.type === 'have') return this.#had(holder, record.items);
    if (record.type === 'hashes') return this.#lists.take(holder, record.item, record.from, record.hashes, this.parts.clock.monotonic());
    if (record.type === 'cancel') this.#cleared(holder);
  }

  /** Hashes from an earlier run: whether they are right. */
  recall(item: number): Promise<boolean> {
    return this.#lists.recall(item);
  }

  /** From here on chunks are asked for, and given to the writer, who wants `items`. */
  start(writer: PartWriter<Holder>, items: readonly number[]): void {
    this.#intake.writer = writer;
    this.#items.reset();
    this.#plan.reset((chunk) => this.#items.isHeld(chunk));
    for (const item of items) {
      if (this.parts.ledger.count(item) === 1) this.#open(item);
      this.#items.tell(writer, item);
    }
    this.#look(true);
  }

  /** Nothing is taken any more; `tell`: nor is anything wanted, and who serves may forget it. */
  halt(tell: boolean): void {
    this.#intake.writer = undefined;
    this.crowd(false);
    const mustTell = tell && this.#isSeeking;
    if (tell) this.#isSeeking = false;
    for (const holder of this.#holders.values()) {
      this.#intake.abandon(holder, this.#plan.outOf(holder));
      if (!mustTell) continue;
      this.#plan.clear(holder);
      holder.soughtTo = -1;
      this.#lists.left(holder);
      holder.lane.session.send({ type: 'cancel', transferId: this.parts.ledger.manifest.transferId, reason: 'cancelled' });
    }
  }

  /** After a halt that was told: everybody is asked anew. */
  again(): void {
    this.#isSeeking = true;
    for (const holder of this.#holders.values()) this.#seek(holder);
    this.weigh();
  }

  end(): void {
    this.#isOver = true;
    this.parts.clock.clearTimeout(this.#looking);
    this.#holders.clear();
  }

  /** The disk has too much to do, or not any more: what comes waits in the links. */
  crowd(isCrowded: boolean): void {
    this.#brake.set(isCrowded, this.#holders.keys());
  }

  /** What came from there was not what was announced: it was damaged on the way, or by whom it came from. */
  corrupt(holder: Holder, chunk: ArrivedChunk): void {
    this.#intake.lost(chunk);
    const times = (this.#damaged.get(holder.peer) ?? 0) + 1;
    this.#damaged.set(holder.peer, times);
    if (times > CHUNK_CORRUPT_MAX) this.#drop(holder, 'damaged chunks', 'CHUNK_CORRUPT');
    else holder.lane.session.close('scary', 'CHUNK_CORRUPT');
    this.weigh();
  }

  #had(holder: Holder, items: Extract<Record, { readonly type: 'have' }>['items']): void {
    const { ledger } = this.parts;
    const news: number[] = [];
    for (const { item, held } of items.filter((each) => each.item <= holder.soughtTo)) {
      if (item >= ledger.manifest.items.length || !fitsBitmap(held, ledger.count(item))) throw new SansfilError('RECORD_MALFORMED', 'a HAVE that does not fit');
      if (this.#plan.has(holder, ledger.first(item), ledger.count(item), held)) news.push(item);
    }
    // However often it is said, no more is looked at than what it is about.
    if (this.#intake.isOpen && news.length > 0) this.#lists.look(this.parts.clock.monotonic(), news);
    this.#changed(holder, this.#plan.notHad(holder), news.length > 0);
  }

  #cleared(holder: Holder): void {
    const out = this.#plan.outOf(holder);
    this.#plan.clear(holder);
    this.#lists.left(holder);
    this.#changed(holder, out, false);
  }

  /** It does not have what it was asked for, or has more. */
  #changed(holder: Holder, gone: readonly number[], isMore: boolean): void {
    this.#intake.abandon(holder, gone);
    this.weigh();
    if (gone.length > 0) this.#askAll();
    else if (isMore) this.#ask(holder);
    this.#arm(false);
  }

  #ask(holder: Holder): void {
    if (!this.#intake.isOpen || !this.#mayBeUsed(holder)) return;
    const chunks = this.#plan.ask(holder, this.parts.clock.monotonic());
    if (chunks.length === 0) return;
    holder.lane.session.send({ type: 'want', transferId: this.parts.ledger.manifest.transferId, ranges: this.#items.ranges(chunks) });
  }

  /** Each one that is used may fill a buffer. */
  #mayBeUsed(holder: Holder): boolean {
    return [...this.#holders.values()].filter((other) => other !== holder && !this.#plan.isIdle(other)).length < FETCH_HOLDERS_MAX;
  }

  /** Asks for all that is missing: an answer is a HAVE, or CANCEL when it has none of it. */
  #seek(holder: Holder): void {
    if (!this.#isSeeking) return;
    const missing = [...this.parts.roots.keys()].filter((item) => this.#items.left(item) > 0);
    const isWanted = (): boolean => this.#isSeeking && this.#holders.get(holder.lane) === holder;
    seek(holder, { ...this.parts, isWanted }, missing).catch(this.parts.fault);
  }

  /** Who has nothing that is missing may have something by now. */
  #seekAgain(holder: Holder, restMs: number): void {
    if (this.parts.clock.monotonic() - holder.soughtMs >= restMs && !this.#plan.offers(holder)) this.#seek(holder);
  }

  #open(item: number): void {
    const first = this.parts.ledger.first(item);
    this.#plan.open(first, first + this.parts.ledger.count(item));
    this.#askAll();
  }

  #askAll(): void {
    for (const holder of this.#holders.values()) this.#ask(holder);
  }

  #look(isSooner = false): void {
    if (this.#intake.isOpen) this.#lists.look(this.parts.clock.monotonic());
    this.#askAll();
    this.#arm(isSooner);
  }

  /** Whoever has nothing to do may help a slower one, and who had nothing may have something now. */
  #arm(isSooner: boolean): void {
    if (this.#isOver || (this.#looking !== undefined && !isSooner) || this.#holders.size === 0) return;
    this.parts.clock.clearTimeout(this.#looking);
    this.#looking = this.parts.clock.setTimeout(
      () => {
        this.#looking = undefined;
        for (const holder of this.#holders.values()) this.#seekAgain(holder, SEEK_AGAIN_MS);
        this.weigh();
        this.#look();
      },
      this.#intake.isOpen ? FETCH_LOOK_MS : SEEK_AGAIN_MS,
    );
  }

  /** Tells whether there is anything to go on with. */
  weigh(): void {
    this.parts.offered(this.#plan.left === 0 || [...this.#holders.values()].some((holder) => this.#plan.offers(holder)));
  }

  /** It is not asked again for this fetch, and nothing more of it is taken. */
  #drop(holder: Holder, detail: string, code: ErrorCode = 'HOLDER_LIED'): void {
    this.#liars.add(holder.peer);
    this.#part(holder);
    holder.lane.session.send({ type: 'cancel', transferId: this.parts.ledger.manifest.transferId, reason: 'corrupt' });
    this.parts.dropped(holder.peer, code, detail);
    this.#look();
  }

  #part(holder: Holder): void {
    this.#intake.abandon(holder, this.#plan.outOf(holder));
    this.#holders.delete(holder.lane);
    this.#brake.leave(holder.lane);
    this.#plan.leave(holder);
    this.#lists.left(holder);
    this.#askAll();
    this.weigh();
  }
}
