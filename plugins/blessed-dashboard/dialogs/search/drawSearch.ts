import type { MessageView } from '../../../../core/index.js';
import { clipLine, padLine } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { emptyLines, failureLines, fieldRow, listLines, placeOf, spread } from '../parts.js';
import { excerpt } from './excerpt.js';
import { isAnswered, type SearchState } from './SearchState.js';
import type { Size } from '../../state/Input.js';

const DATE_COLUMNS = 14;
const WHO_COLUMNS = 14;

export function drawSearch(state: SearchState, scene: Scene, room: Size): Panel {
  const { rows, columns } = room;
  const { search: words, hints } = scene.language.fileDialogs;
  const row = fieldRow(words.label, state.field, { labelColumns: words.label.length + 2, columns, active: true, choose: 'field' });
  const where = state.everybody || state.here === undefined ? words.everybody : words.only(state.here);
  const failed = state.failure ? failureLines(state.failure, scene, columns) : [];
  const listRows = Math.max(1, rows - 3 - failed.length);
  const list =
    state.found.length > 0
      ? listLines(state.found.length, state.index, { rows: listRows, columns }, (at, wide) => foundLine(state.found[at], state, scene, wide))
      : [clipLine([span(emptyText(state, scene), 'faint')], columns), ...emptyLines(listRows - 1)];
  return {
    title: words.title,
    lines: [row.line, spread([span(where, 'faint')], placeOf(state.index, state.found.length), columns), [], ...list, ...failed],
    caret: { row: 0, column: row.caret },
    hints: [
      isAnswered(state) && state.found.length > 0 ? { key: 'enter', text: hints.go, choose: 'enter' } : { key: 'enter', text: hints.find, choose: 'enter' },
      ...(state.here === undefined ? [] : [{ key: 'tab', text: state.everybody ? hints.hereOnly : hints.everybody, choose: 'scope' } satisfies Hint]),
      { key: 'esc', text: hints.close, choose: 'close' },
    ],
  };
}

function emptyText(state: SearchState, { language }: Scene): string {
  const { search: words, waiting } = language.fileDialogs;
  if (state.sought === '') return words.how;
  if (state.waiting > 0) return waiting;
  return words.nothing(state.sought);
}

function foundLine(message: MessageView | undefined, { sought }: SearchState, { language, nowMs }: Scene, columns: number): Line {
  if (!message) return [];
  const who = message.direction === 'out' ? language.fileDialogs.search.youTo(message.with) : message.with;
  return clipLine(
    [
      ...padLine([span(language.date(message.storedMs, nowMs), 'faint')], DATE_COLUMNS),
      span(' '),
      ...padLine([span(who, 'strong')], WHO_COLUMNS),
      span(' '),
      ...excerpt(message.text, sought),
    ],
    columns,
  );
}
