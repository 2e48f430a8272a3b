import type { Panel, Hint } from '../dialogs/Dialog.js';
import { DIALOGS } from '../dialogs/registry.js';
import { roomFor } from '../dialogs/roomFor.js';
import { clipLine, padLine, widthOf } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { Scene } from '../state/Scene.js';
import { keyText } from './keyText.js';
import { fitting } from './rows.js';

/** A dialog that says little is not made narrower than this. */
const COLUMNS_MIN = 44;

export interface DrawnDialog {
  readonly lines: readonly Line[];
  readonly row: number;
  readonly column: number;
  readonly caret?: { readonly row: number; readonly column: number };
}

/** The dialog that has the keys, in its frame, in the middle of the screen. */
export function drawDialog(scene: Scene): DrawnDialog | undefined {
  const open = scene.ui.dialogs.at(-1);
  const dialog = open && DIALOGS[open.kind];
  if (!dialog) return undefined;
  const { size } = scene;
  const { whole, ...room } = roomFor(size);
  const panel = withKeyTexts(dialog.draw(open.state, scene, room), scene);
  const inner = whole ? room.columns : Math.min(room.columns, Math.max(COLUMNS_MIN, widest(panel)));
  const shown = panel.lines.slice(0, room.rows);
  const height = whole ? room.rows : shown.length;
  const lines = framed(panel, shown, inner, height);
  const row = Math.floor((size.rows - lines.length) / 2);
  const column = Math.floor((size.columns - inner - 4) / 2);
  const { caret } = panel;
  const seen = caret && caret.row < height && caret.column < inner;
  return { lines, row, column, ...(seen ? { caret: { row: row + 1 + caret.row, column: column + 2 + caret.column } } : {}) };
}

/** Keys as they are written on keyboards. */
const withKeyTexts = (panel: Panel, { language }: Scene): Panel => ({
  ...panel,
  hints: panel.hints.map((hint) => ({ ...hint, key: keyText(hint.key, language) })),
});

const hintText = ({ key, text, choose }: Hint): Line => {
  const hit = choose === undefined ? undefined : { choose };
  return [span(key, 'key', hit), span(` ${text}`, 'plain', hit)];
};

const hintsOf = ({ hints }: Panel, columns: number): Line => fitting(hints.map(hintText), columns);

const widest = (panel: Panel): number => Math.max(widthOf([span(panel.title)]) + 2, widthOf(hintsOf(panel, Infinity)) + 2, ...panel.lines.map(widthOf));

function framed(panel: Panel, lines: readonly Line[], inner: number, rows: number): readonly Line[] {
  const side = span('│', 'borderFocused');
  const body = Array.from({ length: rows }, (_, row): Line => [side, span(' '), ...padLine(lines[row] ?? [], inner), span(' '), side]);
  const title = clipLine([span(' '), span(panel.title, 'heading'), span(' ')], inner);
  return [edge('┌', panel.title === '' ? [] : title, '┐', inner), ...body, edge('└', footOf(panel, inner), '┘', inner)];
}

function footOf(panel: Panel, inner: number): Line {
  const hints = hintsOf(panel, inner - 2);
  return hints.length === 0 ? [] : [span(' '), ...hints, span(' ')];
}

function edge(left: string, text: Line, right: string, inner: number): Line {
  const rest = '─'.repeat(Math.max(0, inner + 1 - widthOf(text)));
  return [span(`${left}─`, 'borderFocused'), ...text, span(`${rest}${right}`, 'borderFocused')];
}
