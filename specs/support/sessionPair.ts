import { SansfilError, type ErrorCode } from '../../core/base/errors.js';
import type { PeerId, SessionId } from '../../core/base/ids.js';
import { BULK_BYTES_MAX } from '../../core/base/limits.js';
import type { OpenSession, SessionConsumer } from '../../core/engine/contracts.js';
import type { Mood } from '../../core/events/domainEvents.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';

/** What travels between the two: a record as its plaintext, or the bytes of one bulk frame. */
export type Frame = { readonly kind: 'record'; readonly bytes: Uint8Array } | { readonly kind: 'bulk'; readonly stream: number; readonly bytes: Uint8Array };

/** Sees every frame of one direction; what it returns is delivered instead. */
export type Meddler = (frame: Frame, sent: number) => readonly Frame[];

export interface PairEnd {
  readonly peer: PeerId;
  readonly consumer: SessionConsumer;
}

const FULL_BYTES = 384 * 1024;
const LOW_BYTES = 64 * 1024;
/** Frames delivered in one turn of the event loop. */
const FRAMES_PER_TURN = 4;

/** Two open sessions that hear one another, without a handshake: frames cross one by one, with backpressure both ways. */
export class SessionPair {
  static #count = 0;
  readonly ends: readonly [FakeEnd, FakeEnd];
  /** Why it ended, when one side ended it. */
  closedFor: { readonly mood: Mood; readonly code: ErrorCode } | undefined;
  open = true;

  constructor(a: PairEnd, b: PairEnd) {
    const id = `pair-${++SessionPair.#count}` as SessionId;
    this.ends = [new FakeEnd(this, id, b.peer, a.consumer), new FakeEnd(this, id, a.peer, b.consumer)];
    this.ends[0].other = this.ends[1];
    this.ends[1].other = this.ends[0];
    for (const end of this.ends) end.consumer.opened(end);
  }

  /** The link breaks. */
  cut(): void {
    if (!this.open) return;
    this.open = false;
    for (const end of this.ends) end.consumer.closed(end);
  }

  close(mood: Mood, code: ErrorCode): void {
    this.closedFor ??= { mood, code };
    this.cut();
  }

  get busy(): boolean {
    return this.open && this.ends.some((end) => end.deliverable);
  }
}

export class FakeEnd implements OpenSession {
  other: FakeEnd | undefined;
  /** Applied to what this end sends. */
  meddler: Meddler | undefined;
  /** Everything this end sent, as it was meant. */
  readonly sent: Record[] = [];
  bulkBytes = 0;
  pauses = 0;
  /** Times the other end was told to stop reading. */
  paused = 0;
  readonly #queue: Frame[] = [];
  #queuedBytes = 0;
  #full = false;
  #sentFrames = 0;
  #running = false;

  constructor(
    private readonly pair: SessionPair,
    readonly id: SessionId,
    readonly peer: PeerId,
    readonly consumer: SessionConsumer,
  ) {}

  get deliverable(): boolean {
    return this.#queue.length > 0 && (this.other?.pauses ?? 0) === 0;
  }

  send(record: Record): boolean {
    if (!this.pair.open) return true;
    const bytes = encodeRecord(record);
    this.sent.push(decodeRecord(bytes.slice()));
    return this.#push({ kind: 'record', bytes });
  }

  sendBulk(stream: number, bytes: Uint8Array, taken: () => void = () => undefined): boolean {
    taken();
    if (!this.pair.open) return true;
    this.bulkBytes += bytes.length;
    let room = true;
    for (let at = 0; at < bytes.length; at += BULK_BYTES_MAX) room = this.#push({ kind: 'bulk', stream, bytes: bytes.slice(at, at + BULK_BYTES_MAX) });
    return room;
  }

  pause(): void {
    this.pauses++;
    this.paused++;
  }

  resume(): void {
    this.pauses--;
    this.other?.run();
  }

  close(mood: Mood, code: ErrorCode): void {
    this.pair.close(mood, code);
  }

  /** Delivers a few frames in each turn of the event loop. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => {
      this.#running = false;
      for (let i = 0; i < FRAMES_PER_TURN; i++) this.#step();
    });
  }

  #push(frame: Frame): boolean {
    const frames = this.meddler ? this.meddler(frame, this.#sentFrames++) : [frame];
    for (const each of frames) {
      this.#queue.push(each);
      this.#queuedBytes += each.bytes.length;
    }
    this.#full ||= this.#queuedBytes > FULL_BYTES;
    this.run();
    return !this.#full;
  }

  #step(): void {
    if (!this.pair.open || !this.other || !this.deliverable) return;
    const frame = this.#queue.shift();
    if (frame) {
      this.#queuedBytes -= frame.bytes.length;
      this.#deliver(frame, this.other);
    }
    if (this.#full && this.#queuedBytes < LOW_BYTES) {
      this.#full = false;
      if (this.pair.open) this.consumer.drained(this);
    }
    this.run();
  }

  #deliver(frame: Frame, to: FakeEnd): void {
    try {
      if (frame.kind === 'record') to.consumer.record(to, decodeRecord(frame.bytes));
      else to.consumer.bulk?.(to, frame.stream, frame.bytes);
      // Only valid during the call.
      frame.bytes.fill(0xee);
    } catch (error) {
      const { code, blame } = SansfilError.from(error);
      if (blame !== 'peer') throw error;
      this.pair.close('errory', code);
    }
  }
}
