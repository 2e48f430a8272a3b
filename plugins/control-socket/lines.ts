/** A line was longer than the decoder takes. The stream cannot be followed any further. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

const NEWLINE = 0x0a;

/**
 * Splits a byte stream into lines ended by LF, of at most `maxBytes` without the LF. Holds one unfinished line in one piece,
 * so that it takes as much memory as it has bytes, in however many pieces they come.
 */
export class LineDecoder {
  #held = new Uint8Array(0);
  #heldBytes = 0;

  constructor(readonly maxBytes: number) {}

  /** @throws LineTooLong, after the lines before it were handed over. */
  push(chunk: Uint8Array, onLine: (line: Uint8Array) => void): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk, from, at);
      onLine(this.#release());
      from = at + 1;
    }
    if (from < chunk.length) this.#hold(chunk, from, chunk.length);
  }

  #hold(chunk: Uint8Array, from: number, to: number): void {
    const bytes = this.#heldBytes + to - from;
    if (bytes > this.maxBytes) {
      this.#release();
      throw new LineTooLong(`a line is longer than ${this.maxBytes} bytes`);
    }
    if (bytes > this.#held.length) {
      const larger = new Uint8Array(Math.max(bytes, Math.min(2 * this.#held.length, this.maxBytes)));
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    this.#held.set(to - from === chunk.length ? chunk : chunk.subarray(from, to), this.#heldBytes);
    this.#heldBytes = bytes;
  }

  #release(): Uint8Array {
    const line = this.#held.subarray(0, this.#heldBytes);
    this.#held = new Uint8Array(0);
    this.#heldBytes = 0;
    return line;
  }
}
