import type { Clock } from '../../ports/clock.js';
import type { ChunkAnnouncement } from '../../protocol/frames.js';
import type { BufferPool } from '../dataPlane/BufferPool.js';
import type { ChunkLedger } from '../dataPlane/ChunkLedger.js';
import type { ArrivedChunk } from '../dataPlane/arrivedChunk.js';
import type { PartWriter } from '../dataPlane/PartWriter.js';
import type { ChunkPlan } from './ChunkPlan.js';
import type { HashLists } from './HashLists.js';
import type { Holder } from './Holder.js';
import type { ItemsToCome } from './ItemsToCome.js';

export interface IntakeParts {
  readonly ledger: ChunkLedger;
  readonly clock: Clock;
  readonly pool: BufferPool;
  readonly plan: ChunkPlan<Holder>;
  readonly lists: HashLists;
  readonly items: ItemsToCome;
  /** What that holder announced cannot be what was asked of it. */
  readonly lied: (holder: Holder, detail: string) => void;
  /** A chunk of that holder is through: it may be asked for more. */
  readonly taken: (holder: Holder) => void;
}

/** Takes chunks as they are announced: only those that were asked for, with the hash they must have, and of two the first that is whole. */
export class Intake {
  writer: PartWriter<Holder> | undefined;

  constructor(private readonly parts: IntakeParts) {}

  get isOpen(): boolean {
    return this.writer !== undefined && !this.writer.isOver;
  }

  /** A CHUNK record. @throws SansfilError RECORD_MALFORMED when its stream may not be opened */
  announced(holder: Holder, chunk: ChunkAnnouncement): void {
    const { ledger, pool, plan, lists, clock } = this.parts;
    const { lane, gathering } = holder;
    const { item, index, length, stream, hash } = chunk;
    const number = index < ledger.count(item) ? ledger.first(item) + index : ledger.chunks;
    const isOut = plan.isOut(holder, number) && !gathering.has(number);
    if (!isOut && holder.stale.delete(number)) return lane.discard(stream, length);
    // Of an item that is all here the hashes may be known no more.
    const isNews = plan.isMissing(number);
    if (!isOut || length !== ledger.length(item, index) || (isNews && !lists.fits(item, index, hash))) {
      lane.discard(stream, length);
      return this.parts.lied(holder, isOut ? 'a chunk of something else' : 'a chunk that was not asked for');
    }
    if (!isNews) {
      lane.discard(stream, length);
      plan.arrived(holder, number, clock.monotonic());
      return this.parts.taken(holder);
    }
    const owner = {};
    const buffer = pool.take(length);
    const kept = { item, index, length, hash: hash.slice(), tag: chunk.tag.slice() };
    try {
      const whole = (bytes: Uint8Array): void => this.#whole(holder, number, kept, bytes);
      lane.gather(stream, buffer, owner, whole, (bytes) => pool.give(bytes));
    } catch (error) {
      pool.give(buffer);
      throw error;
    }
    gathering.set(number, owner);
  }

  /** It came, and was not what it should have been. */
  lost({ item, index }: ArrivedChunk): void {
    const { ledger, items, plan } = this.parts;
    items.lost(item);
    plan.lost(ledger.first(item) + index);
  }

  /** What is out at that holder is not waited for: it may still come. */
  abandon(holder: Holder, chunks: readonly number[]): void {
    for (const chunk of chunks) {
      this.parts.plan.giveBack(holder, chunk);
      const owner = holder.gathering.get(chunk);
      if (owner) holder.lane.forget(owner);
      else holder.stale.add(chunk);
      holder.gathering.delete(chunk);
    }
  }

  #whole(holder: Holder, number: number, chunk: ArrivedChunk, bytes: Uint8Array): void {
    const { plan, pool, items, clock } = this.parts;
    const { writer } = this;
    holder.gathering.delete(number);
    const arrived = plan.arrived(holder, number, clock.monotonic());
    if (arrived === 'again' || !writer || writer.isOver) {
      pool.give(bytes);
    } else {
      holder.bytes += bytes.length;
      for (const slower of plan.outAt(number)) if (slower.gathering.has(number)) this.#overtaken(slower, number);
      items.came(chunk.item, chunk.hash);
      writer.claim(chunk);
      writer.take(chunk, bytes, holder);
      items.tell(writer, chunk.item);
    }
    this.parts.taken(holder);
  }

  /** Another one was faster: what is still to come of it is not kept. */
  #overtaken(slower: Holder, number: number): void {
    const owner = slower.gathering.get(number);
    slower.gathering.delete(number);
    if (owner) slower.lane.forget(owner);
    this.parts.plan.giveBack(slower, number);
  }
}
