import type { LinkHandler } from '../../core/ports/transport.js';

/** A link handler that keeps what it hears, and promises of what is still to come. */
export class RecordingHandler implements LinkHandler {
  readonly frames: Uint8Array[] = [];
  drains = 0;
  ends: (Error | undefined)[] = [];
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];
  /** Called for every frame, before it is noted. */
  onFrame: (frame: Uint8Array) => void = () => undefined;

  frame(bytes: Uint8Array): void {
    this.onFrame(bytes);
    this.frames.push(Uint8Array.from(bytes));
    this.#changed();
  }

  drained(): void {
    this.drains++;
    this.#changed();
  }

  closed(why: Error | undefined): void {
    this.ends.push(why);
    this.#changed();
  }

  /** Resolves when `count` frames have come. */
  received(count: number): Promise<void> {
    return this.#when(() => this.frames.length >= count);
  }

  get whenDrained(): Promise<void> {
    return this.#when(() => this.drains > 0);
  }

  get whenClosed(): Promise<void> {
    return this.#when(() => this.ends.length > 0);
  }

  #when(until: () => boolean): Promise<void> {
    if (until()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ until, resolve }));
  }

  #changed(): void {
    const due = this.#waiting.filter(({ until }) => until());
    this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    for (const { resolve } of due) resolve();
  }
}
