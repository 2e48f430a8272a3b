import { toJson, toTerminal } from '../../core/shell/toTerminal.js';
import type { CliIo } from './io.js';
import { clip } from './layout.js';

/** Where everything a verb says goes through: results to stdout, remarks to stderr, no control character to either. */
export class Output {
  /** Lines that are drawn again and again in one place, below everything else; as they were drawn last. */
  #live: readonly string[] = [];

  constructor(
    readonly io: CliIo,
    readonly json: boolean,
  ) {}

  /** Somebody looks at what is drawn again and again. */
  get isWatched(): boolean {
    return !this.json && this.io.errIsTerminal;
  }

  /** What was asked for: one document with --json, lines for people else. */
  result(document: unknown, lines: readonly string[]): void {
    if (this.json) this.io.out(`${toJson(document)}\n`);
    else this.#above(() => lines.forEach((line) => this.io.out(`${toTerminal(line)}\n`)));
  }

  /** One of a stream of results. */
  item(document: unknown, line: string | undefined): void {
    if (this.json) this.io.out(`${toJson(document)}\n`);
    else if (line !== undefined) this.#above(() => this.io.out(`${toTerminal(line)}\n`));
  }

  /** A remark for people; scripts have the document. */
  note(text: string): void {
    if (!this.json) this.#above(() => this.io.err(`${toTerminal(text)}\n`));
  }

  /** Lines in the place of those drawn so before; only where somebody looks. What is too wide or too high is cut. */
  live(lines: readonly string[]): void {
    if (!this.isWatched) return;
    const { columns, rows } = this.io;
    // What scrolls off the screen cannot be drawn again.
    const drawn = lines.slice(0, Math.max(1, rows - 1)).map((line) => clip(toTerminal(line), columns - 1));
    // Each line is cleared behind its text, and what is left of more lines below it: nothing flickers.
    this.io.err(`${this.#home()}${drawn.map((line) => `${line}\u001b[K`).join('\n')}\u001b[J`);
    this.#live = drawn;
  }

  /** What was drawn in one place is gone. */
  endLive(): void {
    if (this.#live.length === 0) return;
    this.io.err(`${this.#home()}\u001b[J`);
    this.#live = [];
  }

  #above(say: () => void): void {
    const live = this.#live;
    this.endLive();
    say();
    if (live.length > 0) this.live(live);
  }

  /** To where the first of the lines begins. */
  #home(): string {
    return this.#live.length > 1 ? `\r\u001b[${this.#live.length - 1}A` : '\r';
  }
}
