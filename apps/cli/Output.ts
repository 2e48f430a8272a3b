import { toJson, toTerminal } from '../shared/terminal.js';
import type { CliIo } from './io.js';

/** Where everything a verb says goes through: results to stdout, remarks to stderr, no control character to either. */
export class Output {
  constructor(
    readonly io: CliIo,
    readonly json: boolean,
  ) {}

  /** What was asked for: one document with --json, lines for people else. */
  result(document: unknown, lines: readonly string[]): void {
    if (this.json) this.io.out(`${toJson(document)}\n`);
    else for (const line of lines) this.io.out(`${toTerminal(line)}\n`);
  }

  /** One of a stream of results. */
  item(document: unknown, line: string | undefined): void {
    if (this.json) this.io.out(`${toJson(document)}\n`);
    else if (line !== undefined) this.io.out(`${toTerminal(line)}\n`);
  }

  /** A remark for people; scripts have the document. */
  note(text: string): void {
    if (!this.json) this.io.err(`${toTerminal(text)}\n`);
  }

  /** Drawn again and again in one place; only where somebody looks. */
  progress(text: string): void {
    if (!this.json && this.io.errIsTerminal) this.io.err(`\r\u001b[K${toTerminal(text)}`);
  }

  endProgress(): void {
    if (!this.json && this.io.errIsTerminal) this.io.err('\r\u001b[K');
  }
}
