import { textWidth } from '../../base/textWidth.js';

/** What plain ASCII has instead of the characters for drawing. */
const ASCII: ReadonlyMap<string, string> = new Map([
  ['│', '|'],
  ['─', '-'],
  ['┼', '+'],
  ['═', '='],
  ['▶', '>'],
  ['◀', '<'],
  ['╮', '.'],
  ['╯', "'"],
  ['╭', ','],
  ['╰', '`'],
  ['╳', 'X'],
  ['●', '*'],
  ['▲', '!'],
  ['·', '.'],
  ['×', 'x'],
  ['…', '~'],
  ['→', '->'],
  ['✂', '%'],
  ['⚡', '!'],
  ['♥', '+'],
  ['↑', '^'],
  ['↻', '@'],
]);

const DRAWING = new RegExp(`[${[...ASCII.keys()].join('')}]`, 'gu');
export const toAscii = (drawing: string): string => drawing.replace(DRAWING, (character) => ASCII.get(character) ?? character);

/** One line, a cell for each column of the terminal; a wide character takes two. */
export class Canvas {
  readonly #cells: string[];

  constructor(readonly width: number) {
    this.#cells = new Array<string>(width).fill(' ');
  }

  /** What does not fit any more is left out. */
  put(column: number, text: string): this {
    let at = column;
    for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
      const takes = textWidth(segment);
      if (at < 0 || at + takes > this.width) break;
      this.#cells[at] = segment;
      for (let i = 1; i < takes; i++) this.#cells[at + i] = '';
      at += takes;
    }
    return this;
  }

  /** From one column to another, both included. */
  fill(from: number, to: number, character: string): this {
    for (let at = Math.max(0, from); at <= to && at < this.width; at++) this.#cells[at] = character;
    return this;
  }

  toString(): string {
    return this.#cells.join('').trimEnd();
  }
}
