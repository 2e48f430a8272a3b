import type { Ink, Line } from '../lines/Line.js';
import type { Frame } from '../panes/Frame.js';
import type { Size } from '../state/Input.js';
import { agreementOn, cellsOf, sameCell, type Agreement, type Cell } from './cells.js';
import { attributes, HIDE_CARET, HOLD, place, RELEASE, SHOW_CARET } from './sequences.js';
import type { Attributes } from './theme.js';

interface Row {
  readonly line: Line;
  readonly cells: readonly Cell[];
}

/** Knows what is on the screen, and says what to send so that another frame is. Touches no terminal. */
export class Painter {
  readonly #theme: Readonly<Record<Ink, Attributes>>;
  #size: Size = { rows: 0, columns: 0 };
  /** A row that is not there is not known. */
  #rows: Row[] = [];
  #caret: Frame['caret'] | 'unknown' = 'unknown';

  constructor(theme: Readonly<Record<Ink, Attributes>>) {
    this.#theme = theme;
  }

  /** What is on the screen is not known any more. */
  forget(size: Size): void {
    this.#size = size;
    this.#rows = [];
    this.#caret = 'unknown';
  }

  /** What to send; '' when the frame is on the screen already. */
  paint(frame: Frame): string {
    let text = '';
    for (let row = 0; row < this.#size.rows; row += 1) text += this.#paintRow(row, frame.rows[row] ?? []);
    const caret = this.#onScreen(frame.caret);
    const before = this.#caret;
    const stays = before !== 'unknown' && before?.row === caret?.row && before?.column === caret?.column;
    if (!text && stays) return '';
    this.#caret = caret;
    const shown = caret ? place(caret.row, caret.column) + SHOW_CARET : '';
    return text ? HOLD + HIDE_CARET + text + attributes('') + shown + RELEASE : caret ? shown : HIDE_CARET;
  }

  #onScreen(caret: Frame['caret']): Frame['caret'] {
    const { rows, columns } = this.#size;
    return caret && caret.row >= 0 && caret.row < rows && caret.column >= 0 && caret.column < columns ? caret : undefined;
  }

  #paintRow(row: number, line: Line): string {
    const before = this.#rows[row];
    if (before && sameLine(before.line, line)) return '';
    const cells = cellsOf(line, this.#size.columns);
    this.#rows[row] = { line, cells };
    const old = before?.cells ?? [];
    const first = cells.findIndex((cell, column) => !sameCell(cell, old[column]));
    if (first < 0) return '';
    return this.#paintCells(
      row,
      cells,
      first,
      cells.findLastIndex((cell, column) => !sameCell(cell, old[column])),
    );
  }

  #paintCells(row: number, cells: readonly Cell[], first: number, last: number): string {
    let text = '';
    let ink: Ink | undefined;
    /** Where the caret was placed last; a terminal that draws wider than we do may have moved on from there by twice as much. */
    let placed = first;
    /** What was written last when the terminal may have moved on by another number of columns than we. */
    let doubtful: string | undefined = '';
    let end = last;
    for (let column = first; column <= end;) {
      const cell = cells[column];
      if (!cell) break;
      const agreement = agreementOn(cell);
      // A line of box drawing is written in one piece, whatever its width.
      const goesOn = doubtful === undefined || (agreement === 'roomy' && cell.text === doubtful);
      // What a narrower drawing would leave uncovered is cleared first.
      const cleared = agreement === 'disputed' || (agreement === 'roomy' && reach(cell, agreement, column, goesOn ? placed : column) > cells.length);
      if (!goesOn || (cleared && doubtful !== undefined)) text += place(row, (placed = column));
      if (cell.ink !== ink) text += attributes(this.#theme[(ink = cell.ink)]);
      if (cleared) text += ' '.repeat(cell.columns) + place(row, (placed = column));
      text += cell.text;
      doubtful = agreement === 'agreed' ? undefined : cell.text;
      // What a wider drawing may have covered is drawn again.
      end = Math.max(end, reach(cell, agreement, column, placed) - 1);
      column += cell.columns;
    }
    return text;
  }
}

/** The column at which the widest drawing of a cell ends. */
function reach(cell: Cell, agreement: Agreement, column: number, placed: number): number {
  if (agreement === 'agreed') return column + cell.columns;
  if (agreement === 'roomy') return placed + 2 * (column - placed + 1);
  return column + Math.max(cell.columns, 2 * Array.from(cell.text).length);
}

function sameLine(a: Line, b: Line): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((part, index) => part.text === b[index]?.text && part.ink === b[index]?.ink);
}
