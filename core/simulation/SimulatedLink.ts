import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import { FRAME_BYTES_MAX, LINK_CLOSE_MS_MAX, LINK_UNSENT_BYTES_HIGH, LINK_UNSENT_BYTES_LOW } from '../base/limits.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Link, LinkHandler } from '../ports/transport.js';

/** The connection as one end sees it. */
export interface Wire {
  /** Puts a frame, or the end of the stream, on its way; the frame is the wire's from now on. */
  carry(cargo: Uint8Array | 'end'): void;
  /** The owner here took so many bytes of the other end's. */
  took(bytes: number): void;
  /** This end is over. */
  ended(why: Error | undefined): void;
}

/** One end of a simulated connection: the behaviour of a TCP stream with frames, in memory and on the network's clock. */
export class SimulatedLink implements Link {
  readonly remote: string;
  /** Bytes that left here and were not yet taken by the owner at the other end. */
  unread = 0;
  #handler: LinkHandler | undefined;
  #inbox: Uint8Array[] = [];
  #peerEnded = false;
  #paused = false;
  #full = false;
  #closing = false;
  #closed = false;
  #why: Error | undefined;
  #deadline: Timer;
  /** The end that is on its way already. */
  #doom: Timer;
  #whenGone: Promise<void> | undefined;
  #gone: (() => void) | undefined;

  constructor(
    readonly id: string,
    readonly host: string,
    remote: string,
    private readonly clock: Clock,
    private readonly wire: Wire,
  ) {
    this.remote = remote;
  }

  get open(): boolean {
    return !this.#closed;
  }

  get attached(): boolean {
    return this.#handler !== undefined;
  }

  attach(handler: LinkHandler): void {
    assert(!this.#handler, 'a link has one owner');
    this.#handler = handler;
    this.clock.setTimeout(() => (this.#closed ? handler.closed(this.#why) : this.#deliver()), 0);
  }

  send(frame: Uint8Array): boolean {
    assert(frame.length >= 1 && frame.length <= FRAME_BYTES_MAX, `a frame of ${frame.length} bytes`);
    // After the end of the other side nobody is there to read.
    if (this.#closing || this.#closed || this.#peerEnded) return true;
    this.unread += frame.length;
    this.#full ||= this.unread >= LINK_UNSENT_BYTES_HIGH;
    this.wire.carry(frame.slice());
    return !this.#full;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.clock.setTimeout(() => this.#deliver(), 0);
  }

  close(): Promise<void> {
    if (!this.#closing && !this.#closed) {
      this.#closing = true;
      this.#inbox = [];
      if (!this.#peerEnded) this.wire.carry('end');
      this.#deadline = this.clock.setTimeout(() => this.finish(undefined), this.#peerEnded ? 0 : LINK_CLOSE_MS_MAX);
    }
    this.#whenGone ??= this.#closed ? Promise.resolve() : new Promise((resolve) => (this.#gone = resolve));
    return this.#whenGone;
  }

  /** The network hands over what travelled. */
  arrive(cargo: Uint8Array | 'end'): void {
    if (this.#closed) return;
    if (cargo !== 'end') {
      if (!this.#closing) this.#inbox.push(cargo);
      else this.wire.took(cargo.length);
      this.#deliver();
      return;
    }
    this.#peerEnded = true;
    // The stack answers an end by itself, whether or not the owner reads.
    if (this.#closing) this.finish(undefined);
    else {
      this.wire.carry('end');
      this.#deliver();
    }
  }

  /** The owner at the other end took so many of our bytes. */
  taken(bytes: number): void {
    this.unread -= bytes;
    if (!this.#full || this.unread > LINK_UNSENT_BYTES_LOW) return;
    this.#full = false;
    this.clock.setTimeout(() => {
      if (!this.#closing && !this.#closed) this.#call((handler) => handler.drained());
    }, 0);
  }

  /** The end, once: of both directions, for whatever reason. */
  finish(why: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#why = this.#closing ? undefined : why;
    this.#inbox = [];
    this.clock.clearTimeout(this.#deadline);
    this.clock.clearTimeout(this.#doom);
    this.#gone?.();
    this.#handler?.closed(this.#why);
    this.wire.ended(this.#why);
  }

  /** The end that this side will hear of then, if it is not over before. The first such news counts. */
  finishIn(ms: number, why: Error): void {
    if (!this.#closed) this.#doom ??= this.clock.setTimeout(() => this.finish(why), ms);
  }

  /** The process at this end is gone: nothing is told to anybody here. */
  vanish(): void {
    this.#handler = undefined;
    this.finish(undefined);
  }

  #deliver(): void {
    while (this.#handler && !this.#paused && !this.#closing && !this.#closed) {
      const frame = this.#inbox.shift();
      if (!frame) break;
      this.wire.took(frame.length);
      this.#call((handler) => handler.frame(frame));
    }
    if (this.#handler && !this.#paused && this.#peerEnded && this.#inbox.length === 0) this.finish(undefined);
  }

  /** What the owner throws ends this link, not the simulation. */
  #call(tell: (handler: LinkHandler) => void): void {
    if (!this.#handler) return;
    try {
      tell(this.#handler);
    } catch (error) {
      this.finish(SansfilError.from(error));
      this.wire.carry('end');
    }
  }
}
