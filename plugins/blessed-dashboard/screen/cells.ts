import { clusters, type Cluster } from '../../../core/index.js';
import type { Ink, Line } from '../lines/Line.js';
import { CELL_CHARS_MAX } from '../limits.js';

/** One character on the screen. A cell of two columns stands in both of its places. */
export interface Cell {
  readonly text: string;
  readonly columns: number;
  readonly ink: Ink;
}

/** Do terminals agree on the columns of a character? `roomy`: some take one more. `disputed`: anything between none and all its code points. */
export type Agreement = 'agreed' | 'roomy' | 'disputed';

const AGREED = /^(?:[ -~]|[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3])$/;
/** One code point that stands alone: East Asian terminals draw some of them wider. */
const ROOMY = /^(?:[\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u22ff\u2500-\u25ff])$/;

export function agreementOn({ text }: Cell): Agreement {
  if (AGREED.test(text)) return 'agreed';
  return ROOMY.test(text) ? 'roomy' : 'disputed';
}

/** The cells of one row, exactly so many. */
export function cellsOf(line: Line, columns: number): Cell[] {
  const cells: Cell[] = [];
  for (const { text, ink } of line) {
    for (const cluster of clusters(text)) {
      if (cluster.columns === 0) continue;
      if (cells.length + cluster.columns > columns) return filled(cells, columns);
      const cell = { text: bounded(cluster), columns: cluster.columns, ink };
      for (let part = 0; part < cluster.columns; part += 1) cells.push(cell);
    }
  }
  return filled(cells, columns);
}

/** Neither a heap of marks nor a joiner that reaches for the next cell. */
function bounded({ text }: Cluster): string {
  if (text.length === 1) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > CELL_CHARS_MAX) break;
    kept += character;
  }
  return kept.replace(/\u200d+$/, '');
}

function filled(cells: Cell[], columns: number): Cell[] {
  while (cells.length < columns) cells.push(BLANK);
  return cells;
}

const BLANK: Cell = { text: ' ', columns: 1, ink: 'plain' };

export const sameCell = (a: Cell | undefined, b: Cell | undefined): boolean =>
  a === b || (a?.text === b?.text && a?.ink === b?.ink && a?.columns === b?.columns);
