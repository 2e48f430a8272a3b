import type { Link, LinkHandler } from '../../core/ports/transport.js';

/** A link whose other end is the spec: frames are delivered at once, and what is sent is kept. */
export class HandLink implements Link {
  readonly sent: Uint8Array[] = [];
  closed = false;
  #handler: LinkHandler | undefined;
  #paused = false;
  #waiting: Uint8Array[] = [];

  constructor(
    readonly id: string,
    readonly remote: string,
  ) {}

  attach(handler: LinkHandler): void {
    this.#handler = handler;
    this.#flush();
  }

  send(frame: Uint8Array): boolean {
    if (!this.closed) this.sent.push(frame.slice());
    return true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#flush();
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    this.#waiting = [];
    return Promise.resolve().then(() => this.#handler?.closed(undefined));
  }

  deliver(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.#flush();
  }

  /** The other end goes away. */
  hangUp(): void {
    if (this.closed) return;
    this.closed = true;
    this.#handler?.closed(undefined);
  }

  /** What was sent since the last call. */
  take(): readonly Uint8Array[] {
    return this.sent.splice(0);
  }

  #flush(): void {
    while (this.#handler && !this.#paused && !this.closed && this.#waiting.length > 0) {
      const frame = this.#waiting.shift();
      if (frame) this.#handler.frame(frame);
    }
  }
}
