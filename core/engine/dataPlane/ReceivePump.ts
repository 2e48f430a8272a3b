import { CHUNK_RANGES_PER_RECORD_MAX } from '../../base/limits.js';
import type { ChunkAnnouncement } from '../../protocol/frames.js';
import type { BulkLane } from './BulkLane.js';
import { rangesOf } from './chunkRanges.js';
import { PartWriter, type PartWriterParts } from './PartWriter.js';

type FromLane = 'isMoreComing' | 'crowded' | 'confirmed' | 'noted' | 'corrupt';

export interface ReceivePumpParts extends Omit<PartWriterParts<BulkLane>, FromLane> {
  readonly lane: BulkLane;
}

/** Takes the bytes of one transfer from one session: gathers them, hands them to the writer, and tells the sender what became of them. */
export class ReceivePump {
  readonly #writer: PartWriter<BulkLane>;

  constructor(private readonly parts: ReceivePumpParts) {
    const { lane, ledger } = parts;
    const { session } = lane;
    const { transferId } = ledger.manifest;
    this.#writer = new PartWriter<BulkLane>({
      ...parts,
      isMoreComing: () => lane.openStreams(this) > 0,
      crowded: (isCrowded) => (isCrowded ? session.pause() : session.resume()),
      confirmed: (_, chunks) => {
        const ranges = rangesOf(chunks);
        for (let at = 0; at < ranges.length; at += CHUNK_RANGES_PER_RECORD_MAX) {
          session.send({ type: 'chunksOk', transferId, ranges: ranges.slice(at, at + CHUNK_RANGES_PER_RECORD_MAX) });
        }
      },
      noted: (items) => {
        for (const [item, hash] of items) session.send({ type: 'done', transferId, item, hash });
      },
      // There is nobody else to ask.
      corrupt: () => false,
    });
  }

  /** A CHUNK record. @throws SansfilError RECORD_MALFORMED when it is not one that may come now */
  announced(chunk: ChunkAnnouncement): void {
    const { lane, pool } = this.parts;
    const { item, index, length, stream } = chunk;
    if (this.#writer.isOver) return lane.discard(stream, length);
    this.#writer.claim(chunk);
    const buffer = pool.take(length);
    const back = (bytes: Uint8Array): void => {
      pool.give(bytes);
      this.#writer.unclaim(chunk);
    };
    // The record's byte fields are views into a frame that is gone when the chunk is whole.
    const kept = { item, index, length, hash: chunk.hash.slice(), tag: chunk.tag.slice() };
    try {
      lane.gather(stream, buffer, this, (bytes) => this.#writer.take(kept, bytes, lane), back);
    } catch (error) {
      back(buffer);
      throw error;
    }
  }

  /** A DONE record. @throws SansfilError RECORD_MALFORMED when chunks of the item were never announced */
  ended(item: number, hash: Uint8Array): void {
    this.#writer.ended(item, hash);
  }

  /** Makes safe what has arrived whole, drops the rest, closes the files. */
  stop(): Promise<void> {
    this.parts.lane.forget(this);
    return this.#writer.stop();
  }

  /** Like `stop`, but what has arrived is dropped too: the transfer is over. */
  abort(): Promise<void> {
    this.parts.lane.forget(this);
    return this.#writer.abort();
  }
}
