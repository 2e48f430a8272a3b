import { clipLine, padLine, wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import { FILTER_CHARS_MAX } from '../limits.js';
import { keyText } from '../panes/keyText.js';
import { actionText } from '../state/actionText.js';
import type { ActionName } from '../state/actionNames.js';
import { keysOf } from '../state/Keymap.js';
import type { Scene } from '../state/Scene.js';
import { EMPTY_FIELD, type TextField } from '../state/TextField.js';
import { ACTION_GROUPS, type GroupName } from './actionGroups.js';
import type { Dialog, Panel } from './Dialog.js';
import { fuzzyFilter } from './fuzzy.js';
import { emptyLines, findingRow, inRoom, listLines, movedIndex, placeOf, rowChosen, spread } from './parts.js';
import { keyOf } from './widgets/pressed.js';
import { writeOneLine } from './widgets/writeOneLine.js';
import type { Size } from '../state/Input.js';

/** Everything one can do, with its keys; narrowed by what is written. */
export interface HelpState {
  readonly field: TextField;
  /** Of the actions that are listed. */
  readonly index: number;
}

const KEYS_SHOWN = 2;
const KEYS_COLUMNS = 16;
/** Below the list: all that is said about the action under the cursor. */
const ABOUT_ROWS = 2;
const NAME_COLUMNS = 18;

type Row = { readonly heading: GroupName } | { readonly action: ActionName; readonly at: number };

export const helpDialog: Dialog<HelpState> = {
  kind: 'help',
  open: () => ({ state: { field: EMPTY_FIELD, index: 0 } }),
  draw: inRoom(drawHelp),
  step(state, input, scene) {
    const rows = rowsOf(state, scene);
    const actions = rows.flatMap((row) => ('action' in row ? [row] : []));
    const run = (at: number): ReturnType<typeof helpDialog.step> => {
      const row = actions[at];
      return row && { close: true, action: { name: row.action } };
    };
    const clicked = rowChosen(input);
    if (clicked !== undefined) {
      const row = rows[clicked];
      if (!row || 'heading' in row) return { state };
      return row.at === state.index ? run(row.at) : { state: { ...state, index: row.at } };
    }
    const index = movedIndex(input, state.index, actions.length, false);
    if (index !== undefined) return { state: { ...state, index } };
    const name = keyOf(input);
    if (name === 'enter') return run(state.index);
    if (name === 'close' || name === 'f1') return { close: true };
    const field = writeOneLine(state.field, input, FILTER_CHARS_MAX);
    return field && { state: { field, index: 0 } };
  },
};

/** Without anything written: all of it in groups. Else what matches, best first. */
function rowsOf({ field }: HelpState, scene: Scene): readonly Row[] {
  if (field.text.trim() === '') {
    let at = 0;
    return ACTION_GROUPS.flatMap(({ group, actions }): Row[] => [{ heading: group }, ...actions.map((action) => ({ action, at: at++ }))]);
  }
  const all = ACTION_GROUPS.flatMap(({ actions }) => actions);
  return fuzzyFilter(field.text, all, (action) => textOf(action, scene)).map((action, at) => ({ action, at }));
}

function textOf(action: ActionName, { language, keymap }: Scene): string {
  const { name, about } = actionText(language, action);
  return `${name} ${about} ${keysOf(keymap, action).join(' ')}`;
}

function drawHelp(state: HelpState, scene: Scene, room: Size): Panel {
  const { rows, columns } = room;
  const { help: words, hints, nothingFound } = scene.language.fileDialogs;
  const all = rowsOf(state, scene);
  const count = all.filter((row) => 'action' in row).length;
  const cursor = all.findIndex((row) => 'action' in row && row.at === state.index);
  const listRows = Math.max(1, rows - 3 - ABOUT_ROWS);
  const row = all[cursor];
  const about = row && 'action' in row ? wrapText(actionText(scene.language, row.action).about, columns).slice(0, ABOUT_ROWS) : [];
  const field = findingRow(words, state.field, columns);
  const list =
    count === 0
      ? [[span(nothingFound, 'faint')], ...emptyLines(listRows - 1)]
      : listLines(all.length, Math.max(0, cursor), { rows: listRows, columns }, (row, wide) => rowLine(all[row], scene, wide));
  return {
    title: words.title,
    lines: [spread(field.line, placeOf(state.index, count), columns), [], ...list, [], ...about],
    caret: { row: 0, column: field.caret },
    hints: [
      { key: 'enter', text: hints.doIt, choose: 'enter' },
      { key: 'esc', text: hints.close, choose: 'close' },
    ],
  };
}

function rowLine(row: Row | undefined, scene: Scene, columns: number): Line {
  if (!row) return [];
  const { language, keymap } = scene;
  if ('heading' in row) return [span(language.fileDialogs.help.groups[row.heading], 'heading')];
  const { name, about } = actionText(language, row.action);
  const keys = [...new Set(keysOf(keymap, row.action))]
    .slice(0, KEYS_SHOWN)
    .map((key) => keyText(key, language))
    .join(', ');
  const line = [...padLine([span(keys, 'key')], KEYS_COLUMNS), span(' '), ...padLine([span(name, 'strong')], NAME_COLUMNS), span(' '), span(about, 'faint')];
  return clipLine(line, columns);
}
