import { clipLine, padLine, widthOf } from '../lines/layout.js';
import { span, type Line, type Span } from '../lines/Line.js';
import type { Hit } from '../state/Hit.js';
import type { Size } from '../state/Input.js';
import type { Pane } from './Pane.js';
import { hitting } from './rows.js';

/** A place on the screen, its border included; neighbours share the border between them. */
export interface Rect {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Box {
  readonly place: Rect;
  readonly pane: Pane;
  readonly focused: boolean;
  /** What a click on its border and on empty places of it means. */
  readonly hit: Hit;
}

const [UP, RIGHT, DOWN, LEFT] = [1, 2, 4, 8];
/** By the sum of the arms a piece of the border has. */
const GLYPHS = ' │─└││┌├─┘─┴┐┤┬┼';
/** Goes before the title of what has the keys: ink alone would not be seen by everybody. */
const FOCUS_MARK = '»';

/** What is beside a title is cut to what is left, but not to less than this. */
const ASIDE_COLUMNS_MIN = 6;

interface Placed {
  readonly column: number;
  readonly line: Line;
}

/** Boxes that fill a part of the screen, with their borders joined. */
export function drawGrid(size: Size, boxes: readonly Box[]): Line[] {
  const arms = new Uint8Array(size.rows * size.columns);
  const focus = new Uint8Array(size.rows * size.columns);
  const placed: Placed[][] = Array.from({ length: size.rows }, () => []);
  const put = (row: number, column: number, line: Line): void => {
    if (line.length > 0) placed[row]?.push({ column, line });
  };
  for (const box of boxes) {
    border(box, (row, column, arm) => {
      const at = row * size.columns + column;
      arms[at] = (arms[at] ?? 0) | arm;
      if (box.focused) focus[at] = 1;
    });
    contents(box, put);
  }
  return placed.map((pieces, row) => {
    const from = row * size.columns;
    return drawRow(pieces, arms.subarray(from, from + size.columns), focus.subarray(from, from + size.columns));
  });
}

/** Names every piece of the border once for each arm it has. */
function border({ place, pane }: Box, arm: (row: number, column: number, arm: number) => void): void {
  const { row, column } = place;
  const bottom = row + place.rows - 1;
  const right = column + place.columns - 1;
  const across = [row, bottom, ...(pane.rules ?? []).map((rule) => row + 1 + rule.row)];
  for (const at of across) {
    for (let c = column; c < right; c++) {
      arm(at, c, RIGHT);
      arm(at, c + 1, LEFT);
    }
  }
  for (const at of [column, right]) {
    for (let r = row; r < bottom; r++) {
      arm(r, at, DOWN);
      arm(r + 1, at, UP);
    }
  }
}

function contents({ place, pane, focused, hit }: Box, put: (row: number, column: number, line: Line) => void): void {
  const inner = place.columns - 2;
  const ink = focused ? 'borderFocused' : 'border';
  const mark = span(focused ? `${FOCUS_MARK} ` : '─ ', ink, hit);
  const aside = pane.aside && pane.aside.length > 0 ? clipLine([span(' '), ...pane.aside, span(' '), span('─', ink)], inner) : [];
  const title = clipLine([mark, ...hitting(pane.title, hit), span(' ', 'plain', hit)], inner);
  put(place.row, place.column + 1, title);
  const left = inner - widthOf(title);
  const end = left < ASIDE_COLUMNS_MIN ? [] : clipLine(aside, left);
  put(place.row, place.column + 1 + inner - widthOf(end), end);
  const rules = new Map((pane.rules ?? []).map((rule) => [rule.row, rule]));
  for (let row = 0; row < place.rows - 2; row++) {
    const rule = rules.get(row);
    const line = rule ? asideOf(rule.aside, inner) : hitting(padLine(pane.lines[row] ?? [], inner), hit);
    put(place.row + 1 + row, place.column + 1 + (rule ? inner - widthOf(line) : 0), line);
  }
}

const asideOf = (aside: Line | undefined, columns: number): Line =>
  aside && aside.length > 0 ? clipLine([span(' '), ...aside, span(' '), span('─', 'border')], columns) : [];

function drawRow(pieces: readonly Placed[], arms: Uint8Array, focus: Uint8Array): Line {
  const line: Span[] = [];
  let column = 0;
  const borderTo = (end: number): void => {
    while (column < end) {
      const focused = focus[column];
      let text = '';
      for (; column < end && focus[column] === focused; column++) text += GLYPHS[arms[column] ?? 0] ?? ' ';
      line.push(span(text, focused ? 'borderFocused' : 'border'));
    }
  };
  for (const { column: at, line: piece } of pieces.toSorted((a, b) => a.column - b.column)) {
    borderTo(at);
    line.push(...piece);
    column += widthOf(piece);
  }
  borderTo(arms.length);
  return line;
}
