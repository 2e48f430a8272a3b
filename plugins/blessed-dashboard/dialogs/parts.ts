import { clusters, personOf, type AccountName } from '../../../core/index.js';
import { padLine, widthOf, clipLine, wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import { DIALOG_COLUMNS_MAX, DIALOG_PAGE_ROWS, DIALOG_ROWS_MAX } from '../limits.js';
import { moveIndex, moveOf, windowOf } from '../state/choice.js';
import type { Failure } from '../state/Effect.js';
import type { Input, Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import type { TextField } from '../state/TextField.js';
import type { ActionName } from '../state/actionNames.js';
import type { Dialog } from './Dialog.js';
import { choiceLines } from './widgets/choiceLines.js';
import { fieldLine } from './widgets/fieldLine.js';

/** Draws in no more room than is comfortable to read; what does not fit is left out, but never the row that is written in. */
export const inRoom =
  <S>(draw: Dialog<S>['draw']): Dialog<S>['draw'] =>
  (state, scene, room) => {
    const rows = Math.min(room.rows, DIALOG_ROWS_MAX);
    const columns = Math.min(room.columns, DIALOG_COLUMNS_MAX);
    const { caret, ...panel } = draw(state, scene, { rows, columns });
    const from = caret ? Math.max(0, caret.row - rows + 1) : 0;
    const lines = panel.lines.slice(from, from + rows).map((line) => clipLine(line, columns));
    return { ...panel, lines, ...(caret ? { caret: { row: caret.row - from, column: Math.min(caret.column, columns - 1) } } : {}) };
  };

const ROW = 'row:';

/** The rows of a long list around the cursor, exactly as many lines as there are rows. `focused`: the keys are about it. */
export function listLines(count: number, index: number, { rows, columns }: Size, draw: (row: number, columns: number) => Line, focused = true): Line[] {
  const first = windowOf(count, index, rows);
  const shown = Array.from({ length: Math.max(0, Math.min(rows, count - first)) }, (_, i) => ({
    line: draw(first + i, columns - 2),
    choose: `${ROW}${first + i}`,
  }));
  const lines = choiceLines(shown, focused ? index - first : -1, { rows, columns });
  return [...lines, ...emptyLines(rows - lines.length)];
}

export const emptyLines = (count: number): Line[] => Array.from({ length: Math.max(0, count) }, () => []);

/** The row a click is on; undefined: it is on something else. */
export function rowChosen(input: Input): number | undefined {
  return input.type === 'chosen' && input.choice.startsWith(ROW) ? Number(input.choice.slice(ROW.length)) : undefined;
}

const LETTERS: ReadonlyMap<string, ActionName> = new Map<string, ActionName>([
  ['j', 'down'],
  ['k', 'up'],
  ['g', 'first'],
  ['G', 'last'],
  ['home', 'first'],
  ['end', 'last'],
]);

/** Where the cursor of a list goes; undefined: the input does not move it. `letters`: nothing is written with them. */
export function movedIndex(input: Input, index: number, count: number, letters: boolean): number | undefined {
  const action = movement(input, letters);
  return action && Math.max(0, moveIndex(index, count, action, DIALOG_PAGE_ROWS));
}

function movement(input: Input, letters: boolean): ActionName | undefined {
  if (input.type === 'mouse') return input.button === 'wheel-up' ? 'up' : input.button === 'wheel-down' ? 'down' : undefined;
  if (input.type !== 'key') return undefined;
  return moveOf(input.name) ?? (letters ? LETTERS.get(input.name) : undefined);
}

/** Text at both ends of a line; the left one is clipped for the right one. */
export function spread(left: Line, right: Line, columns: number): Line {
  const room = Math.max(0, columns - widthOf(right));
  return clipLine([...padLine(clipLine(left, room - 1), room), ...right], columns);
}

export const failureLines = ({ code, detail }: Failure, { language }: Scene, columns: number): Line[] =>
  wrapText(language.failure(code, detail), columns, 'bad');

export interface FieldRowLook {
  /** Of the label, without the cursor sign before it. */
  readonly labelColumns: number;
  readonly columns: number;
  /** The keys write into it. */
  readonly active: boolean;
  readonly choose: string;
  readonly placeholder?: string;
}

/** A field with its label before it; `caret` is the column of its cursor in the line. */
export function fieldRow(
  label: string,
  field: TextField,
  { labelColumns, columns, active, choose, placeholder }: FieldRowLook,
): { readonly line: Line; readonly caret: number } {
  const hit = { choose };
  const head = [span(active ? '» ' : '  ', active ? 'strong' : 'faint', hit), ...padLine([span(label, active ? 'strong' : 'faint', hit)], labelColumns)];
  const start = widthOf(head);
  const drawn = fieldLine(field, Math.max(1, columns - start), placeholder === undefined ? {} : { placeholder });
  return { line: [...head, ...drawn.line.map(({ text, ink }) => span(text, ink, hit))], caret: start + drawn.caret };
}

/** The field one finds something with, above the list of what is found; room is left for where the cursor is in it. */
export const findingRow = (words: { readonly label: string; readonly how: string }, field: TextField, columns: number): ReturnType<typeof fieldRow> =>
  fieldRow(words.label, field, { labelColumns: words.label.length + 2, columns: columns - 8, active: true, choose: 'field', placeholder: words.how });

/** A field nobody may read over a shoulder. */
export function hiddenField({ text, cursor }: TextField): TextField {
  const stars = (part: string): string => '*'.repeat(clusters(part).length);
  return { text: stars(text), cursor: stars(text.slice(0, cursor)).length };
}

/** Where a list of so many stands, `12/340`. */
export const placeOf = (index: number, count: number): Line => (count > 0 ? [span(`${index + 1}/${count}`, 'faint')] : []);

/** Somebody by name, with how sure it is who that is. */
export function nameLine({ view, language }: Scene, name: AccountName): Line {
  const person = personOf(view, name);
  const words = language.fileDialogs;
  const sure =
    person?.keyChanged === true
      ? span(`! ${words.keyChanged}`, 'bad')
      : person?.verified === true
        ? span(`√ ${words.verified}`, 'good')
        : span(words.notVerified, 'warning');
  return [span(name, 'strong'), span(' '), sure];
}
