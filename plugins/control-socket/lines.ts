/** A line was longer than the decoder takes. The stream cannot be followed any further. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

const NEWLINE = 0x0a;

/** Splits a byte stream into lines ended by LF, of at most `maxBytes` without the LF. Holds one unfinished line, bounded. */
export class LineDecoder {
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(readonly maxBytes: number) {}

  /** @throws LineTooLong, after the lines before it were handed over. */
  push(chunk: Uint8Array, onLine: (line: Uint8Array) => void): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at));
      onLine(this.#release());
      from = at + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  #hold(part: Uint8Array): void {
    if (this.#heldBytes + part.length > this.maxBytes) {
      this.#release();
      throw new LineTooLong(`a line is longer than ${this.maxBytes} bytes`);
    }
    this.#held.push(part);
    this.#heldBytes += part.length;
  }

  #release(): Uint8Array {
    const line = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }
}
