import { SEND_AHEAD_BYTES, SEND_AHEAD_CHUNKS } from '../../base/limits.js';
import type { ChunkPlace, FileCipher, SealedChunk } from '../../ports/fileCipher.js';
import type { BufferPool } from './BufferPool.js';
import type { BulkLane } from './BulkLane.js';
import { CreditWindow } from './CreditWindow.js';

export interface ChunkSenderParts {
  readonly lane: BulkLane;
  readonly cipher: FileCipher;
  readonly pool: BufferPool;
}

export interface ChunkToSend {
  readonly place: ChunkPlace;
  /** In bytes. */
  readonly length: number;
  /** Fills all of `into`, or rejects. */
  read(into: Uint8Array): Promise<void>;
  /** It was read and hashed, and is about to be announced; false: it is not to be sent. */
  readonly sealed: (hash: Uint8Array) => boolean;
}

/**
 * Sends chunk after chunk over one lane: while one is on its way the next ones are read, hashed and sealed. At most
 * SEND_AHEAD_BYTES are worked on at once, and what is done `after` a chunk is done in the order of the calls.
 */
export class ChunkSender {
  readonly #ahead: CreditWindow;
  #order: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;

  /** `chunkBytes`: of the longest chunk. */
  constructor(
    private readonly parts: ChunkSenderParts,
    chunkBytes: number,
  ) {
    // One is sealed while another one is sent, however long they are.
    this.#ahead = new CreditWindow(Math.max(SEND_AHEAD_BYTES, 2 * chunkBytes));
  }

  /**
   * Resolves when there is room for another chunk: true, or false after `stop`.
   * @throws what one of the chunks before this one failed with
   */
  async send(chunk: ChunkToSend): Promise<boolean> {
    const { cipher, pool } = this.parts;
    // A small chunk costs as much work as the part of the window it is counted as.
    const cost = Math.max(chunk.length, this.#ahead.capacity / SEND_AHEAD_CHUNKS);
    const granted = await this.#ahead.take(cost);
    this.#check();
    if (!granted) return false;
    const buffer = pool.take(chunk.length);
    const sealing = chunk.read(buffer).then(() => cipher.seal(chunk.place, buffer));
    // Whoever comes to it in the order hears of its failure.
    sealing.catch(nothing);
    this.#queue(async () => {
      try {
        await this.#transmit(chunk, await sealing.catch((error: unknown) => this.#giveBack(buffer, error)), buffer);
      } finally {
        this.#ahead.release(cost);
      }
    });
    return true;
  }

  /** Runs when every chunk given before it has been handed to the lane, unless one of them failed or it was stopped. */
  after(work: () => Promise<void>): void {
    this.#queue(async () => {
      if (!this.#stopped && !this.#failure) await work();
    });
  }

  /** Resolves when everything given so far has been handed to the lane, or dropped after `stop`. @throws as `send` */
  async settled(): Promise<void> {
    await this.#order;
    this.#check();
  }

  /** As `settled`, but never rejects. */
  settledSoFar(): Promise<void> {
    return this.#order;
  }

  /** A chunk that was announced is still sent whole (PROTOCOL [P-6.5]); those behind it are dropped. */
  stop(): void {
    this.#stopped = true;
    this.#ahead.close();
  }

  async #transmit({ place, sealed }: ChunkToSend, { hash, tag, ciphertext }: SealedChunk, buffer: Uint8Array): Promise<void> {
    const { lane, pool } = this.parts;
    if (this.#stopped || this.#failure || !sealed(hash)) return pool.give(buffer);
    const { transferId, item, index } = place;
    await lane.sendChunk({ transferId, item, index, hash, tag }, ciphertext, () => pool.give(buffer));
  }

  #giveBack(buffer: Uint8Array, error: unknown): never {
    this.parts.pool.give(buffer);
    throw error;
  }

  #queue(work: () => Promise<void>): void {
    this.#order = this.#order.then(work).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#ahead.close();
    });
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}

const nothing = (): void => undefined;
