import { SansfilError } from '../../core/base/errors.js';
import type { Link, LinkHandler, Listening, Transport } from '../../core/ports/transport.js';
import type { VirtualClock } from '../../core/simulation/VirtualClock.js';

/** The end that dialled, or the one that was called. */
export type End = 'caller' | 'called';

/** One connection as the spec sees it; a spec may change what passes. */
export class Wire {
  readonly caller: SimLink;
  readonly called: SimLink;
  readonly sent: { readonly from: End; readonly frame: Uint8Array }[] = [];
  /** What arrives instead of a frame; the default is the frame itself. */
  intercept: (frame: Uint8Array, from: End, index: number) => readonly Uint8Array[] = (frame) => [frame];
  /** Nothing arrives any more in either direction, and nobody is told. */
  silent = false;
  /** The link of that end takes no more: `send` says false. */
  readonly stalled = { caller: false, called: false };
  latencyMs: () => number;
  #dueMs = { caller: 0, called: 0 };

  constructor(
    readonly clock: VirtualClock,
    readonly id: string,
    latencyMs: () => number,
    remote: string | undefined,
  ) {
    this.latencyMs = latencyMs;
    this.caller = new SimLink(this, 'caller', undefined);
    this.called = new SimLink(this, 'called', remote);
  }

  end(which: End): SimLink {
    return which === 'caller' ? this.caller : this.called;
  }

  /** Takes room again at that end. */
  drain(which: End): void {
    this.stalled[which] = false;
    this.end(which).handler?.drained();
  }

  /** The connection breaks for both at once. */
  cut(): void {
    this.caller.finish(new SansfilError('LINK_FAILED', 'cut'));
    this.called.finish(new SansfilError('LINK_FAILED', 'cut'));
  }

  /** Puts a frame into the stream towards the other end, after what is on its way. */
  carry(from: End, frame: Uint8Array): void {
    const index = this.sent.filter((one) => one.from === from).length;
    this.sent.push({ from, frame });
    for (const arriving of this.intercept(frame, from, index)) this.#later(from, () => this.#other(from).deliver(arriving));
  }

  carryEnd(from: End): void {
    this.#later(from, () => this.#other(from).finish(undefined));
  }

  #other(from: End): SimLink {
    return this.end(from === 'caller' ? 'called' : 'caller');
  }

  /** In order, whatever the latencies. */
  #later(from: End, arrive: () => void): void {
    const dueMs = Math.max(this.#dueMs[from], this.clock.monotonic() + this.latencyMs());
    this.#dueMs[from] = dueMs;
    this.clock.setTimeout(() => !this.silent && arrive(), dueMs - this.clock.monotonic());
  }
}

export class SimLink implements Link {
  readonly id: string;
  readonly remote?: string;
  handler: LinkHandler | undefined;
  ended = false;
  paused = false;
  #waiting: Uint8Array[] = [];
  #end: { readonly why: Error | undefined } | undefined;

  constructor(
    private readonly wire: Wire,
    readonly which: End,
    remote: string | undefined,
  ) {
    this.id = `${wire.id}-${which}`;
    if (remote !== undefined) this.remote = remote;
  }

  attach(handler: LinkHandler): void {
    this.handler = handler;
    this.#flush();
  }

  send(frame: Uint8Array): boolean {
    if (!this.ended) this.wire.carry(this.which, frame.slice());
    return !this.wire.stalled[this.which];
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#flush();
  }

  close(): Promise<void> {
    if (!this.ended) {
      this.wire.carryEnd(this.which);
      this.ended = true;
      this.#waiting = [];
      this.wire.clock.setTimeout(() => this.handler?.closed(undefined), 0);
    }
    return Promise.resolve();
  }

  deliver(frame: Uint8Array): void {
    if (this.ended) return;
    this.#waiting.push(frame);
    this.#flush();
  }

  finish(why: Error | undefined): void {
    if (this.ended) return;
    this.#end ??= { why };
    if (why) this.#waiting = [];
    this.#flush();
  }

  #flush(): void {
    while (this.handler && !this.paused && !this.ended && this.#waiting.length > 0) {
      const frame = this.#waiting.shift();
      if (frame) this.handler.frame(frame);
    }
    if (!this.handler || !this.#end || this.ended || this.#waiting.length > 0) return;
    this.ended = true;
    this.handler.closed(this.#end.why);
  }
}

/** Connects callers to whoever listens, by name. */
export class SimNet {
  readonly wires: Wire[] = [];
  readonly #listeners = new Map<string, (link: Link) => void>();
  latencyMs: () => number = () => 1;
  onWire: (wire: Wire) => void = () => undefined;

  constructor(readonly clock: VirtualClock) {}

  get last(): Wire {
    const wire = this.wires.at(-1);
    if (!wire) throw new Error('nobody dialled yet');
    return wire;
  }

  /** The transport of one host; `remote` is how others see it. */
  transport(remote: string | undefined): Transport {
    return {
      scheme: 'sim',
      dial: (address, { signal }) => this.#dial(address, remote, signal),
      listen: (address, onLink): Promise<Listening> => {
        this.#listeners.set(address, onLink);
        return Promise.resolve({ address, [Symbol.asyncDispose]: () => Promise.resolve(void this.#listeners.delete(address)) });
      },
    };
  }

  /** A connection that a stranger opens by hand. */
  connect(address: string, remote?: string): Wire {
    const onLink = this.#listeners.get(address);
    if (!onLink) throw new SansfilError('LINK_FAILED', `nobody listens at ${address}`);
    const wire = new Wire(this.clock, `w${this.wires.length}`, this.latencyMs, remote);
    this.wires.push(wire);
    this.onWire(wire);
    onLink(wire.called);
    return wire;
  }

  #dial(address: string, remote: string | undefined, signal: AbortSignal): Promise<Link> {
    return new Promise((resolve, reject) => {
      this.clock.setTimeout(() => {
        if (signal.aborted) return reject(new SansfilError('LINK_FAILED', 'aborted'));
        try {
          resolve(this.connect(address, remote).caller);
        } catch (error) {
          reject(SansfilError.from(error));
        }
      }, this.latencyMs());
    });
  }
}
