import { clusters } from '../../../core/index.js';
import { span, type Line, type Span } from '../lines/Line.js';
import { widthOf } from '../lines/layout.js';

/** The columns of a line from one to before another; half a wide character is a space. */
function columnsOf(line: Line, from: number, to: number): Line {
  const kept: Span[] = [];
  let column = 0;
  for (const { text, ink, hit } of line) {
    let piece = '';
    for (const cluster of clusters(text)) {
      const end = column + cluster.columns;
      if (column >= from && end <= to) piece += cluster.text;
      else piece += ' '.repeat(Math.max(0, Math.min(end, to) - Math.max(column, from)));
      column = end;
    }
    if (piece !== '') kept.push(span(piece, ink, hit));
  }
  return kept;
}

/** Rows with others laid over a part of them. */
export function overlay(rows: readonly Line[], over: readonly Line[], at: { readonly row: number; readonly column: number }): Line[] {
  return rows.map((row, index) => {
    const top = over[index - at.row];
    if (!top) return row;
    const end = at.column + widthOf(top);
    return [...columnsOf(row, 0, at.column), ...top, ...columnsOf(row, end, Math.max(end, widthOf(row)))];
  });
}
