import { clipLine, padLine, widthOf } from '../lines/layout.js';
import { span, type Ink, type Line } from '../lines/Line.js';
import type { Hit } from '../state/Hit.js';

export const BLANK = span(' ');

/** A line with something at its end, which is kept whole before its beginning is. */
export function spread(left: Line, right: Line, columns: number): Line {
  const end = clipLine(right, columns);
  const room = columns - widthOf(end);
  return [...padLine(left, room), ...end];
}

/** The same in the colours of the cursor. */
export const underCursor = (line: Line): Line => line.map(({ text, hit }) => span(text, 'cursor', hit));

/** The same, all of it of one meaning. */
export const inked = (line: Line, ink: Ink): Line => line.map(({ text, hit }) => span(text, ink, hit));

/** A click anywhere on it means this, except where it means something else already. */
export const hitting = (line: Line, hit: Hit): Line => line.map((part) => (part.hit ? part : { text: part.text, ink: part.ink, hit }));

/** Pieces with something between them; empty ones leave nothing behind. */
export const joined = (pieces: readonly Line[], between = span(' · ', 'faint')): Line =>
  pieces.filter((piece) => piece.length > 0).flatMap((piece, index) => (index === 0 ? piece : [between, ...piece]));

/** As many of the pieces as fit, the first of them before the others. */
export function fitting(pieces: readonly Line[], columns: number, between = span('  ')): Line {
  let line: Line = [];
  for (const piece of pieces) {
    const longer = line.length === 0 ? piece : [...line, between, ...piece];
    if (widthOf(longer) > columns) continue;
    line = longer;
  }
  return line;
}

/** Lines below each other, each begun with its own start: what follows never begins at the left edge. */
export const hanging = (lines: readonly Line[], first: Line, rest: Line): Line[] => lines.map((line, index) => [...(index === 0 ? first : rest), ...line]);
