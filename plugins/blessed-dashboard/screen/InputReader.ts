import { StringDecoder } from 'node:string_decoder';
import { clusters, type Clock, type Timer } from '../../../core/index.js';
import type { Input } from '../state/Input.js';
import { ESC_MS, PASTE_CHARS_MAX, PASTE_MS_MAX, SEQUENCE_CHARS_MAX, SEQUENCE_MS_MAX } from '../limits.js';
import { controlKey, textKey } from './keys.js';

const ESC = '\u001b';
const ESCS = /^\u001b{1,2}$/;
const PASTE_BEGIN = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;

/** At the beginning of what came: characters, of which C1 controls and broken UTF-8 are nobody's. */
const TEXT = /^[^\u0000-\u001f\u007f-\u009f\ufffd]+/;
const NOBODYS = /^[\u0080-\u009f\ufffd]+/;
const MOUSE = /^\u001b\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])$/;
/** Whole sequences: of the Linux console, of old mice, of rxvt, CSI, SS3, and answers of the terminal (OSC, DCS). */
const SEQUENCE =
  /^\u001b(?:\[\[[A-E]|\[M[^\u0000-\u001f\ud800-\udfff]{3}|\[\d+\$|\[(?!\[|M)[0-?]*[ -/]*[@-~]|O\d*[A-Za-z]|[\]P][^\u0007\u001b]+(?:\u0007|\u001b\\))/;
/** May become one. */
const CUT = /^\u001b(?:\[\[?|\[M[^\u0000-\u001f\ud800-\udfff]{0,2}|\[[0-?]*[ -/]*|O\d*|[\]P][^\u0007\u001b]*\u001b?)?$/;
/** Was to become one, and did not. */
const BROKEN = /^\u001b(?:\[M?[0-?]*[ -/]*|[\]P][^\u001b]*)/;
/** What a paste has no use for. */
const PASTED_CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd]/g;

export interface InputReaderPorts {
  readonly clock: Clock;
  readonly tell: (input: Input) => void;
  /** Gets sequences of keys that are more than one character. */
  readonly sequence: (sequence: string, alt: boolean) => void;
}

/**
 * Cuts what comes from a terminal, in whatever pieces, into keys, pastes and clicks. What is none of these is dropped:
 * nothing that was not typed gets into a field.
 */
export class InputReader {
  readonly #ports: InputReaderPorts;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  /** What came of a paste that has not ended. */
  #paste: string | undefined;
  #timer: Timer;

  constructor(ports: InputReaderPorts) {
    this.#ports = ports;
  }

  read(bytes: Uint8Array): void {
    this.#wait(undefined);
    this.#rest += this.#decoder.write(Buffer.from(bytes));
    while (this.#rest && this.#step());
    if (this.#paste !== undefined) this.#wait(PASTE_MS_MAX);
    else if (this.#rest) this.#wait(ESCS.test(this.#rest) ? ESC_MS : SEQUENCE_MS_MAX);
  }

  stop(): void {
    this.#wait(undefined);
    this.#rest = '';
    this.#paste = undefined;
  }

  #wait(ms: number | undefined): void {
    const { clock } = this.#ports;
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer);
    this.#timer = ms === undefined ? undefined : clock.setTimeout(() => this.#late(), ms);
  }

  /** Nothing more came. */
  #late(): void {
    this.#timer = undefined;
    const rest = this.#rest;
    this.#rest = '';
    if (this.#paste !== undefined) this.#endPaste(rest);
    else if (ESCS.test(rest)) for (const esc of rest) this.#ports.tell(controlKey(esc, false));
    else if (rest.length === 2) this.#ports.tell(textKey(rest.slice(1), true));
  }

  /** Takes one thing off the front; false: more must come first. */
  #step(): boolean {
    if (this.#paste !== undefined) return this.#stepPaste();
    const text = TEXT.exec(this.#rest)?.[0];
    if (text !== undefined) {
      this.#take(text.length);
      for (const cluster of clusters(text)) this.#ports.tell(textKey(cluster.text, false));
      return true;
    }
    const dropped = NOBODYS.exec(this.#rest)?.[0];
    if (dropped !== undefined) return this.#take(dropped.length);
    const [first = ''] = this.#rest;
    if (first !== ESC) {
      this.#take(1);
      this.#ports.tell(controlKey(first, false));
      return true;
    }
    return this.#stepEscape();
  }

  #stepEscape(): boolean {
    if (this.#rest.startsWith(PASTE_BEGIN)) {
      this.#paste = '';
      return this.#take(PASTE_BEGIN.length);
    }
    // Some terminals send Alt as one more Esc.
    const alt = this.#rest.startsWith(`${ESC}${ESC}[`) || this.#rest.startsWith(`${ESC}${ESC}O`);
    const from = alt ? this.#rest.slice(1) : this.#rest;
    const sequence = SEQUENCE.exec(from)?.[0];
    if (sequence !== undefined) {
      this.#take(sequence.length + (alt ? 1 : 0));
      this.#tellSequence(sequence, alt);
      return true;
    }
    if (CUT.test(from) || from === `${ESC}${ESC}`) {
      if (from.length <= SEQUENCE_CHARS_MAX) return false;
      return this.#take(this.#rest.length);
    }
    return this.#stepAlt();
  }

  /** Esc and a character are that character with Alt; Esc and the beginning of something else are Esc. */
  #stepAlt(): boolean {
    const [, next = ''] = Array.from(this.#rest.slice(0, 3));
    if (next === ESC) {
      this.#take(1);
      this.#ports.tell(controlKey(ESC, false));
      return true;
    }
    const broken = BROKEN.exec(this.#rest)?.[0];
    if (broken !== undefined) return this.#take(broken.length);
    this.#take(1 + next.length);
    if (NOBODYS.test(next)) return true;
    this.#ports.tell(TEXT.test(next) ? textKey(next, true) : controlKey(next, true));
    return true;
  }

  #stepPaste(): boolean {
    const end = this.#rest.indexOf(PASTE_END);
    if (end >= 0) {
      const text = this.#rest.slice(0, end);
      this.#take(end + PASTE_END.length);
      this.#endPaste(text);
      return true;
    }
    // The mark of the end may have been cut.
    const kept = this.#rest.slice(-(PASTE_END.length - 1));
    const begun = kept.lastIndexOf(ESC);
    const length = begun < 0 ? this.#rest.length : this.#rest.length - kept.length + begun;
    const before = this.#paste ?? '';
    if (before.length <= PASTE_CHARS_MAX) this.#paste = before + this.#rest.slice(0, length);
    this.#take(length);
    return false;
  }

  #endPaste(last: string): void {
    const text = ((this.#paste ?? '') + last).replaceAll(/\r\n?/g, '\n').replaceAll(PASTED_CONTROLS, '');
    this.#paste = undefined;
    if (text.length > PASTE_CHARS_MAX) this.#ports.tell({ type: 'paste', text: '', tooLong: true });
    else if (text) this.#ports.tell({ type: 'paste', text });
  }

  #tellSequence(sequence: string, alt: boolean): void {
    const [, code, column, row, pressed] = MOUSE.exec(sequence) ?? [];
    if (code === undefined) {
      this.#ports.sequence(sequence, alt);
      return;
    }
    // Shift, Alt and Ctrl do not matter; moves are not asked for.
    const button = BUTTONS.get(Number(code) & ~0b11100);
    if (button && pressed === 'M') this.#ports.tell({ type: 'mouse', row: Number(row) - 1, column: Number(column) - 1, button });
  }

  #take(length: number): true {
    this.#rest = this.#rest.slice(length);
    return true;
  }
}

const BUTTONS: ReadonlyMap<number, 'left' | 'wheel-up' | 'wheel-down'> = new Map([
  [0, 'left'],
  [64, 'wheel-up'],
  [65, 'wheel-down'],
]);
