import type { DiagramLine, LineKind } from '../../core/testing.js';
import { toJson, toTerminal } from '../../core/shell/toTerminal.js';
import type { SimulatorIo } from './io.js';

const COLOURS: { readonly [K in LineKind | 'bad' | 'good' | 'plain']: string } = {
  names: '1',
  frame: '',
  lost: '31',
  fact: '',
  trouble: '33',
  command: '36',
  world: '35',
  pause: '2',
  bad: '1;31',
  good: '32',
  plain: '',
};

/** A rewritten line this often at most; where nobody looks, a line of its own now and then. */
const REDRAW_MS = 250;
const LINE_MS = 10_000;

/** Results to stdout, the line of progress and remarks to stderr; neither gets a control character of anybody else. */
export class Console {
  readonly #colour: boolean;
  #progressMs: number;
  #drawn = false;

  constructor(
    private readonly io: SimulatorIo,
    readonly json: boolean,
  ) {
    this.#colour = io.outIsTerminal && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb';
    this.#progressMs = io.nowMs();
  }

  /** For programs: one document on one line. */
  document(value: unknown): void {
    if (this.json) this.io.out(`${toJson(value)}\n`);
  }

  /** For people. */
  say(text: string, kind: keyof typeof COLOURS = 'plain'): void {
    if (this.json) return;
    this.clear();
    const colour = this.#colour ? COLOURS[kind] : '';
    const line = toTerminal(text);
    this.io.out(colour === '' ? `${line}\n` : `\u001b[${colour}m${line}\u001b[0m\n`);
  }

  diagram(lines: readonly DiagramLine[]): void {
    for (const { kind, text } of lines) this.say(text, kind);
  }

  remark(text: string): void {
    this.clear();
    this.io.err(`${toTerminal(text)}\n`);
  }

  /** Whether it is time for another line of progress. */
  progressIsDue(): boolean {
    return this.io.nowMs() - this.#progressMs >= (this.io.errIsTerminal ? REDRAW_MS : LINE_MS);
  }

  progress(text: string): void {
    this.#progressMs = this.io.nowMs();
    this.io.err(this.io.errIsTerminal ? `\r\u001b[K${toTerminal(text)}` : `${toTerminal(text)}\n`);
    this.#drawn = this.io.errIsTerminal;
  }

  /** Takes the line of progress away. */
  clear(): void {
    if (this.#drawn) this.io.err('\r\u001b[K');
    this.#drawn = false;
  }
}
