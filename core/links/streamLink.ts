import { assert } from '../base/assert.js';
import { concat } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { FRAME_BYTES_MAX, LINK_CLOSE_MS_MAX, LINK_UNSENT_BYTES_HIGH, LINK_UNSENT_BYTES_LOW } from '../base/limits.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Link, LinkHandler } from '../ports/transport.js';
import { FrameDecoder, frameHeader } from '../protocol/framing.js';
import { FrameJoiner } from './FrameJoiner.js';

const FRAME_LENGTH_BYTES = 2;

/** What a byte stream must be able to do: a Node Duplex by its shape, so that no adapter has to wrap one. */
export interface ByteStream {
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** `written` is called when the bytes have left this process, or with the error that kept them. */
  write(bytes: Uint8Array, written: (error?: Error | null) => void): boolean;
  /** Between the two, writes are gathered and leave in one call of the system. */
  cork?(): unknown;
  uncork?(): unknown;
  end(): unknown;
  destroy(): unknown;
  pause(): unknown;
  resume(): unknown;
}

export interface StreamLinkOptions {
  readonly remote?: string;
  /** With it, `close` gives up after LINK_CLOSE_MS_MAX on a peer that neither reads nor closes. */
  readonly clock?: Clock;
}

/**
 * A byte stream that carries `u16 length ‖ frame` (PROTOCOL [P-2.2]) as a Link. Nothing is read before `attach`, so what
 * came early waits in the stream under its own backpressure. Frames sent in one go leave in one write.
 */
export function streamLink(stream: ByteStream, id: string, options: StreamLinkOptions = {}): Link {
  return new StreamLink(stream, id, options);
}

class StreamLink implements Link {
  readonly id: string;
  readonly remote?: string;
  readonly #stream: ByteStream;
  readonly #clock: Clock | undefined;
  readonly #decoder = new FrameDecoder();
  readonly #joiner: FrameJoiner;
  /** Copies of frames that were already read when the owner paused: at most one read of the stream. */
  #held: Uint8Array[] = [];
  #handler: LinkHandler | undefined;
  #paused = false;
  #delivering = false;
  #full = false;
  #unsent = 0;
  /** The peer sent its last byte; told when the held frames are delivered. */
  #ended = false;
  #closing = false;
  #closed = false;
  /** The stream itself is gone, which may be before the owner heard all of it. */
  #destroyed = false;
  #why: Error | undefined;
  #deadline: Timer;
  #gone: () => void = () => undefined;
  readonly #whenGone = new Promise<void>((resolve) => (this.#gone = resolve));

  constructor(stream: ByteStream, id: string, { remote, clock }: StreamLinkOptions) {
    this.id = id;
    if (remote !== undefined) this.remote = remote;
    this.#stream = stream;
    this.#clock = clock;
    this.#joiner = new FrameJoiner((bytes) => this.#write(bytes));
    stream.on('error', (error) => this.#fail(new SansfilError('LINK_FAILED', error.message, { cause: error })));
    stream.on('close', () => this.#streamClosed());
  }

  attach(handler: LinkHandler): void {
    assert(!this.#handler, 'a link has one owner');
    this.#handler = handler;
    if (this.#closed) {
      void Promise.resolve().then(() => handler.closed(this.#why));
      return;
    }
    this.#stream.on('end', () => this.#streamEnded());
    this.#stream.on('data', (bytes) => this.#read(bytes));
    if (this.#paused) this.#stream.pause();
  }

  /** Copies the frame: it may leave later than this call, and the caller may use its buffer again at once. */
  send(frame: Uint8Array): boolean {
    assert(frame.length >= 1 && frame.length <= FRAME_BYTES_MAX, `a frame of ${frame.length} bytes`);
    if (this.#closing || this.#closed) return true;
    this.#unsent += this.#joiner.add(frame);
    this.#full ||= this.#unsent >= LINK_UNSENT_BYTES_HIGH;
    return !this.#full;
  }

  sendBodies(head: Uint8Array, bodies: readonly Uint8Array[], taken: () => void): boolean {
    // Before the first of them is written: half of what was to go in one piece must not be on its way.
    assert(bodies.length > 0, 'there are bodies to send');
    for (const { length } of bodies) assert(length >= 1 && head.length + length <= FRAME_BYTES_MAX, `a body of ${length} bytes`);
    if (this.#closing || this.#closed) {
      taken();
      return true;
    }
    this.#joiner.flush();
    let total = 0;
    for (const body of bodies) total += FRAME_LENGTH_BYTES + head.length + body.length;
    this.#unsent += total;
    this.#full ||= this.#unsent >= LINK_UNSENT_BYTES_HIGH;
    this.#stream.cork?.();
    for (const [i, body] of bodies.entries()) {
      this.#stream.write(concat(frameHeader(head.length + body.length), head), nothing);
      const last = i === bodies.length - 1;
      this.#stream.write(body, last ? (error) => this.#left(total, taken, error) : nothing);
    }
    this.#stream.uncork?.();
    return !this.#full;
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#deliver();
    if (!this.#paused && !this.#closed) this.#stream.resume();
  }

  close(): Promise<void> {
    if (!this.#closing && !this.#closed) {
      this.#closing = true;
      this.#held = [];
      this.#end();
      // What still comes is dropped but must be read: closing on unread bytes makes TCP reset, and the peer lose our last frames.
      if (!this.#handler) this.#stream.on('data', () => undefined);
      this.#stream.resume();
    }
    return this.#whenGone;
  }

  #end(): void {
    if (this.#destroyed) return;
    this.#joiner.flush();
    this.#stream.end();
    this.#deadline = this.#clock?.setTimeout(() => this.#stream.destroy(), LINK_CLOSE_MS_MAX);
  }

  #write(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#stream.write(bytes, (error) => this.#left(bytes.length, nothing, error));
  }

  #left(bytes: number, taken: () => void, error?: Error | null): void {
    taken();
    // An error comes as the stream's own event too; here only the count matters.
    if (error) return;
    this.#unsent -= bytes;
    if (!this.#full || this.#unsent > LINK_UNSENT_BYTES_LOW) return;
    this.#full = false;
    if (!this.#closing && !this.#closed) this.#call((handler) => handler.drained());
  }

  #read(bytes: Uint8Array): void {
    if (this.#closing || this.#closed) return;
    let broken: unknown;
    this.#delivering = true;
    try {
      this.#decoder.push(bytes, (frame) => this.#arrived(frame));
    } catch (error) {
      broken = error;
    }
    this.#delivering = false;
    this.#deliver();
    if (broken !== undefined) this.#fail(SansfilError.from(broken));
  }

  /** Straight to the owner, or, when it does not want more now, kept for it. */
  #arrived(frame: Uint8Array): void {
    if (this.#closing || this.#closed) return;
    if (this.#paused || this.#held.length > 0) this.#held.push(frame.slice());
    else this.#call((handler) => handler.frame(frame));
  }

  /** Hands over what is held, as far as the owner wants it; may be entered again from `resume` within a frame. */
  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    let next = 0;
    for (; next < this.#held.length && !this.#paused && !this.#closing && !this.#closed; next++) {
      const frame = this.#held[next];
      if (frame) this.#call((handler) => handler.frame(frame));
    }
    this.#held = this.#held.slice(next);
    this.#delivering = false;
    if (this.#ended && this.#held.length === 0) this.#finishEnd();
  }

  #streamEnded(): void {
    this.#ended = true;
    if (this.#held.length === 0 || this.#closing) this.#finishEnd();
  }

  #finishEnd(): void {
    if (this.#closed) return;
    const cut = this.#decoder.pending > 0 && !this.#closing;
    if (!this.#closing) this.#end();
    this.#finish(cut ? new SansfilError('FRAME_TRUNCATED', `the stream ended with ${this.#decoder.pending} bytes of a frame`) : undefined);
  }

  #streamClosed(): void {
    this.#destroyed = true;
    this.#clock?.clearTimeout(this.#deadline);
    this.#gone();
    if (this.#ended && this.#held.length > 0 && !this.#closing) return;
    this.#finish(this.#closing || this.#ended ? undefined : new SansfilError('LINK_CLOSED'));
  }

  #fail(why: Error): void {
    this.#finish(this.#closing ? undefined : why);
    this.#stream.destroy();
  }

  #finish(why: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#why = why;
    this.#held = [];
    this.#handler?.closed(why);
  }

  /** What the owner throws ends this link, not the process. */
  #call(tell: (handler: LinkHandler) => void): void {
    if (!this.#handler) return;
    try {
      tell(this.#handler);
    } catch (error) {
      this.#fail(SansfilError.from(error));
    }
  }
}

const nothing = (): void => undefined;
