import { clusters, graphemes, textWidth, toTerminal } from '../../../core/index.js';
import { remembered } from '../remembered.js';
import type { TextField } from '../state/TextField.js';

export interface WrappedField {
  readonly rows: readonly string[];
  readonly caret: { readonly row: number; readonly column: number };
}

interface Piece {
  readonly shown: string;
  readonly columns: number;
  readonly from: number;
}

const TAB = '    ';
/** A text that is being written, in rows of at most so many columns; nothing of it is left out, and the caret has a place in it. */
export const wrapField = remembered((field: TextField, columns: number): WrappedField => wrapAnew(field, Math.max(2, columns)));

function wrapAnew({ text, cursor }: TextField, columns: number): WrappedField {
  const rows: (readonly Piece[])[] = [];
  let at = 0;
  for (const line of text.split('\n')) {
    rows.push(...wrapLine(piecesOf(line, at), columns, at));
    at += line.length + 1;
  }
  const starts = rows.map((row) => row[0]?.from ?? 0);
  const row = Math.max(
    0,
    starts.findLastIndex((start) => start <= cursor),
  );
  const before = (rows[row] ?? []).filter(({ from }) => from < cursor).reduce((sum, piece) => sum + piece.columns, 0);
  // Behind a full row the caret is at the beginning of the next one.
  return before >= columns
    ? { rows: [...rows.map(shownOf).slice(0, row + 1), '', ...rows.map(shownOf).slice(row + 1)], caret: { row: row + 1, column: 0 } }
    : { rows: rows.map(shownOf), caret: { row, column: before } };
}

const shownOf = (row: readonly Piece[]): string => row.map(({ shown }) => shown).join('');

/** Characters as they are shown; what is dangerous takes several columns. */
function piecesOf(line: string, at: number): readonly Piece[] {
  let from = at;
  return graphemes(line).flatMap((grapheme): readonly Piece[] => {
    const start = from;
    from += grapheme.length;
    const shown = grapheme === '\t' ? TAB : toTerminal(grapheme);
    if (shown === grapheme) return [{ shown, columns: textWidth(shown), from: start }];
    return clusters(shown).map(({ text, columns }) => ({ shown: text, columns, from: start }));
  });
}

/** Rows of one line: broken behind a space where there is one. An empty line is a row as well. */
function wrapLine(pieces: readonly Piece[], columns: number, at: number): (readonly Piece[])[] {
  const rows: (readonly Piece[])[] = [];
  let row: Piece[] = [];
  let width = 0;
  for (const piece of pieces) {
    if (width + piece.columns > columns) {
      const space = row.findLastIndex(({ shown }) => shown === ' ');
      const kept = space < 0 ? row : row.slice(0, space + 1);
      rows.push(kept);
      row = row.slice(kept.length);
      width = row.reduce((sum, one) => sum + one.columns, 0);
    }
    row.push(piece);
    width += piece.columns;
  }
  return [...rows, row.length > 0 ? row : [{ shown: '', columns: 0, from: at }]];
}
