import { copyInto } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { BULK_SIGNS_MAX, BULK_SLICE_BYTES, BULK_STREAMS_OPEN_MAX } from '../../base/limits.js';
import type { ChunkAnnouncement } from '../../protocol/frames.js';
import type { OpenSession } from '../contracts.js';

interface Inbound {
  readonly length: number;
  /** Absent when the bytes are dropped (the transfer ended meanwhile). */
  readonly into: Uint8Array | undefined;
  readonly owner: object | undefined;
  readonly whole: (bytes: Uint8Array) => void;
  readonly dropped: (bytes: Uint8Array) => void;
  filled: number;
  /** Signs of life of the peer since the last of its bytes. */
  signs: number;
}

const STREAMS = 0x1_0000;

/** The bulk side of one open session: its streams in both directions, shared by the session's transfers (PROTOCOL [P-6.5]). */
export class BulkLane {
  readonly #inbound = new Map<number, Inbound>();
  #waiting: (() => void)[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #nextStream = 0;
  #closed = false;

  constructor(readonly session: OpenSession) {}

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when the link takes more, or is gone. */
  drained(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  onDrained(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  onClosed(): void {
    this.#closed = true;
    this.onDrained();
    for (const stream of [...this.#inbound.keys()]) this.#drop(stream);
    this.#inbound.clear();
  }

  /**
   * Announces one chunk and sends it whole, in slices between which other records pass. Chunks of different transfers
   * take turns. Resolves when it is the next one's turn; `taken` is called, once in any case, when the ciphertext is no
   * longer needed.
   */
  sendChunk(chunk: Omit<ChunkAnnouncement, 'stream' | 'length'>, ciphertext: Uint8Array, taken: () => void): Promise<void> {
    const sent = this.#turn.then(() => this.#sendNow(chunk, ciphertext, taken));
    // Who called hears of a failure; whose turn is next does not depend on it.
    this.#turn = sent.then(nothing, nothing);
    return sent;
  }

  async #sendNow(chunk: Omit<ChunkAnnouncement, 'stream' | 'length'>, ciphertext: Uint8Array, taken: () => void): Promise<void> {
    // One more than the slices that were handed over and not taken yet, for as long as it is being sent.
    let held = 1;
    const release = (): void => {
      if (--held === 0) taken();
    };
    try {
      if (this.#closed) return;
      const stream = this.#nextStream;
      this.#nextStream = (stream + 1) % STREAMS;
      if (!this.session.send({ type: 'chunk', ...chunk, length: ciphertext.length, stream })) await this.drained();
      for (let at = 0; at < ciphertext.length && !this.#closed; at += BULK_SLICE_BYTES) {
        held++;
        if (!this.session.sendBulk(stream, ciphertext.subarray(at, at + BULK_SLICE_BYTES), release)) await this.drained();
      }
    } finally {
      release();
    }
  }

  /**
   * A CHUNK record opened a stream: its bytes are gathered in `into` (as long as the chunk) until all are there. With
   * `owner` the stream can be given up by `forget`; `dropped` gets the buffer back when the stream ends without `whole`.
   * @throws SansfilError RECORD_MALFORMED
   */
  gather(stream: number, into: Uint8Array, owner: object, whole: (bytes: Uint8Array) => void, dropped: (bytes: Uint8Array) => void): void {
    this.#open(stream, { length: into.length, into, owner, whole, dropped, filled: 0, signs: 0 });
  }

  /** A CHUNK record of a transfer that ended meanwhile: its bytes are counted and dropped. @throws SansfilError RECORD_MALFORMED */
  discard(stream: number, length: number): void {
    this.#open(stream, { length, into: undefined, owner: undefined, whole: nothing, dropped: nothing, filled: 0, signs: 0 });
  }

  /** Streams that `owner` still gathers. */
  openStreams(owner: object): number {
    let count = 0;
    for (const inbound of this.#inbound.values()) if (inbound.owner === owner) count++;
    return count;
  }

  /** What is still to come for `owner` is dropped from here on. */
  forget(owner: object): void {
    for (const [stream, inbound] of this.#inbound) {
      if (inbound.owner !== owner) continue;
      this.#drop(stream);
      this.#inbound.set(stream, { ...inbound, into: undefined, owner: undefined, whole: nothing, dropped: nothing });
    }
  }

  /** @throws SansfilError RECORD_MALFORMED for a stream that no CHUNK opened, or a byte too many */
  bulk(stream: number, bytes: Uint8Array): void {
    const inbound = this.#inbound.get(stream);
    if (!inbound) throw new SansfilError('RECORD_MALFORMED', 'bulk bytes for a stream that is not open');
    if (inbound.filled + bytes.length > inbound.length) throw new SansfilError('RECORD_MALFORMED', 'more bulk bytes than were announced');
    inbound.signs = 0;
    if (inbound.into) copyInto(inbound.into, inbound.filled, bytes);
    inbound.filled += bytes.length;
    if (inbound.filled < inbound.length) return;
    this.#inbound.delete(stream);
    if (inbound.into) inbound.whole(inbound.into);
  }

  /**
   * The peer says other things, again and again, while bytes it has announced are missing: somebody on the way took them.
   * @throws SansfilError LINK_FAILED
   */
  alive(): void {
    for (const inbound of this.#inbound.values()) {
      if (++inbound.signs >= BULK_SIGNS_MAX) throw new SansfilError('LINK_FAILED', 'bytes that were announced did not come');
    }
  }

  #open(stream: number, inbound: Inbound): void {
    if (this.#inbound.has(stream)) throw new SansfilError('RECORD_MALFORMED', 'a bulk stream was opened twice');
    if (this.#inbound.size >= BULK_STREAMS_OPEN_MAX) throw new SansfilError('RECORD_MALFORMED', 'too many open bulk streams');
    this.#inbound.set(stream, inbound);
  }

  #drop(stream: number): void {
    const inbound = this.#inbound.get(stream);
    if (inbound?.into) inbound.dropped(inbound.into);
  }
}

const nothing = (): void => undefined;
