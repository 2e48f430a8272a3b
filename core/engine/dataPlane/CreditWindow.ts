interface Waiter {
  readonly bytes: number;
  readonly resolve: (granted: boolean) => void;
}

/** Bytes that may be on their way unconfirmed. First come, first served; a chunk larger than all of it goes alone. */
export class CreditWindow {
  #taken = 0;
  #closed = false;
  readonly #waiters: Waiter[] = [];

  constructor(readonly capacity: number) {}

  get taken(): number {
    return this.#taken;
  }

  /** Resolves to true when the bytes are granted, to false when the window was closed. */
  take(bytes: number): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#waiters.length === 0 && this.#fits(bytes)) {
      this.#taken += bytes;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => this.#waiters.push({ bytes, resolve }));
  }

  release(bytes: number): void {
    this.#taken -= bytes;
    for (let first = this.#waiters[0]; first && this.#fits(first.bytes); first = this.#waiters[0]) {
      this.#waiters.shift();
      this.#taken += first.bytes;
      first.resolve(true);
    }
  }

  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(false);
  }

  #fits(bytes: number): boolean {
    return this.#taken === 0 || this.#taken + bytes <= this.capacity;
  }
}
