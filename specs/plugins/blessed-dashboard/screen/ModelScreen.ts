import { clusters } from '../../../../core/base/textWidth.js';

const SEQUENCE = /^\u001b\[(?:(?<place>\d+;\d+)H|(?<sgr>0(?:;(?:[1247]|3[0-7]|47|107))*)m|\?(?<mode>\d+)(?<set>[hl])|(?<home>H)|(?<clear>2J))/;
const MODES = new Set(['25', '2026', '7', '2004', '1049', '1000', '1006', '12']);
/** Beside letters of all kinds nothing else may be sent. */
const OBEYED = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]');

interface ModelCell {
  readonly text: string;
  readonly sgr: string;
}

/** How a terminal cuts text into what takes columns. */
export type Measure = (text: string) => readonly { readonly text: string; readonly columns: number }[];

/** Each code point by itself: what old terminals make of emoji and joined letters. */
export const byCodePoint =
  (columns: (character: string) => number): Measure =>
  (text) =>
    Array.from(text, (character) => ({ text: character, columns: columns(character) }));

/** A small terminal that knows only what the dashboard may send, and throws at anything else. */
export class ModelScreen {
  readonly #columns: number;
  readonly #measure: Measure;
  readonly #cells: (ModelCell | undefined)[][];
  readonly modes = new Set<string>();
  caret = { row: 0, column: 0 };
  #sgr = '0';

  constructor(rows: number, columns: number, measure: Measure = clusters) {
    this.#columns = columns;
    this.#measure = measure;
    this.#cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ({ text: '?', sgr: '0' })));
  }

  /** Text and attributes of every cell. */
  get picture(): string[] {
    return this.#cells.map((row) => row.map((cell) => (cell ? `${cell.text}<${cell.sgr}>` : '')).join(''));
  }

  get text(): string[] {
    return this.#cells.map((row) => row.map((cell) => cell?.text ?? '').join(''));
  }

  write(sent: string): void {
    if (/\p{Cs}/u.test(sent)) throw new Error('half of a character was sent');
    for (let rest = sent; rest;) {
      const sequence = SEQUENCE.exec(rest);
      if (sequence) this.#obey(sequence.groups ?? {});
      const length = sequence?.[0].length ?? (rest.indexOf('\u001b') < 0 ? rest.length : rest.indexOf('\u001b'));
      if (!sequence) this.#print(rest.slice(0, length));
      if (length === 0) throw new Error(`not ours: ${JSON.stringify(rest.slice(0, 20))}`);
      rest = rest.slice(length);
    }
  }

  #obey(groups: Record<string, string | undefined>): void {
    if (groups.place) {
      const [row = 0, column = 0] = groups.place.split(';').map(Number);
      if (row < 1 || row > this.#cells.length || column < 1 || column > this.#columns) throw new Error(`placed outside: ${groups.place}`);
      this.caret = { row: row - 1, column: column - 1 };
    } else if (groups.home) this.caret = { row: 0, column: 0 };
    else if (groups.clear) this.#cells.forEach((row) => row.fill({ text: ' ', sgr: this.#sgr }));
    else if (groups.sgr) this.#sgr = groups.sgr;
    else if (groups.mode && MODES.has(groups.mode)) this.modes[groups.set === 'h' ? 'add' : 'delete'](groups.mode);
    else throw new Error(`not ours: mode ${groups.mode ?? ''}`);
  }

  #print(text: string): void {
    if (OBEYED.test(text)) throw new Error(`not text: ${JSON.stringify(text)}`);
    for (const { text: letter, columns } of this.#measure(text)) this.#put(letter, columns);
  }

  #put(text: string, columns: number): void {
    const { row, column } = this.caret;
    const cells = this.#cells[row] ?? [];
    if (columns === 0) {
      const before = cells.findLastIndex((cell, index) => index < column && cell !== undefined);
      if (cells[before]) cells[before] = { text: (cells[before]?.text ?? '') + text, sgr: this.#sgr };
      return;
    }
    if (column + columns > this.#columns) return;
    this.#erase(cells, column);
    this.#erase(cells, column + columns - 1);
    cells.fill(undefined, column, column + columns);
    cells[column] = { text, sgr: this.#sgr };
    this.caret = { row, column: column + columns };
  }

  /** What is written on one half of a wide character takes the other half away. */
  #erase(cells: (ModelCell | undefined)[], column: number): void {
    let head = column;
    while (head > 0 && !cells[head]) head -= 1;
    const sgr = cells[head]?.sgr ?? '0';
    let end = head + 1;
    while (end < this.#columns && !cells[end]) end += 1;
    if (end - head > 1) cells.fill({ text: ' ', sgr }, head, end);
  }
}
