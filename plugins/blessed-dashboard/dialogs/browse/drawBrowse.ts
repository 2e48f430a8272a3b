import { clipLine, clipMiddle, clipStart, widthOf } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { emptyLines, failureLines, fieldRow, listLines, nameLine, placeOf, spread } from '../parts.js';
import { rowsOf, type BrowseRow, type BrowseState } from './BrowseState.js';
import type { Size } from '../../state/Input.js';

export function drawBrowse(state: BrowseState, scene: Scene, room: Size): Panel {
  const { rows, columns } = room;
  const words = scene.language.fileDialogs;
  const all = rowsOf(state);
  const where = state.share ? state.folder : words.browse.allShares;
  const head: Line[] = [spread(nameLine(scene, state.name), placeOf(state.index, all.length), columns), [span(clipStart(where, columns), 'faint')]];
  const filter = filterRow(state, scene, columns);
  const failed = state.failure ? failureLines(state.failure, scene, columns) : [];
  const below = [...failed, statusLine(state, all, scene), ...(filter ? [filter.line] : [])];
  const listRows = Math.max(1, rows - head.length - below.length);
  const list =
    all.length > 0
      ? listLines(all.length, state.index, { rows: listRows, columns }, (row, wide) => rowLine(all[row], state, scene, wide))
      : emptyList(state, scene, listRows, columns);
  const lines = [...head, ...list, ...below];
  return {
    title: words.browse.title(state.name),
    lines,
    ...(filter && state.filtering ? { caret: { row: lines.length - 1, column: filter.caret } } : {}),
    hints: hintsOf(state, all, scene),
  };
}

/** A list with nothing in it says why, and what to do. */
function emptyList(state: BrowseState, { language }: Scene, rows: number, columns: number): Line[] {
  const words = language.fileDialogs;
  const why = (): string => {
    if (state.loading) return words.browse.loading(state.name);
    if (state.failure) return '';
    if (state.filter.text !== '') return words.nothingFound;
    return state.share ? words.browse.emptyShare : words.browse.noShares(state.name);
  };
  return [clipLine([span(why(), 'faint')], columns), ...emptyLines(rows - 1)];
}

function rowLine(row: BrowseRow | undefined, { marked }: BrowseState, { language }: Scene, columns: number): Line {
  if (!row) return [];
  const words = language.fileDialogs;
  const isMarked = marked.has(row.key);
  const count = row.folder ? `${words.files(row.items)}, ` : '';
  const size = [...(row.unfinished ? [span(`${words.browse.unfinished} `, 'warning')] : []), span(`${count}${language.bytes(row.bytes)}`, 'faint')];
  const mark = span(isMarked ? '[x] ' : '[ ] ', isMarked ? 'accent' : 'faint');
  const room = Math.max(8, columns - widthOf(size) - 1) - widthOf([mark]);
  return spread([mark, span(clipMiddle(row.folder ? `${row.name}/` : row.name, room), row.folder ? 'accent' : 'plain')], size, columns);
}

function statusLine(state: BrowseState, all: readonly BrowseRow[], { language }: Scene): Line {
  const words = language.fileDialogs;
  const marked = all.filter(({ key }) => state.marked.has(key));
  if (marked.length > 0) return [span(words.marked(marked.length, language.bytes(marked.reduce((sum, { bytes }) => sum + bytes, 0))), 'accent')];
  if (state.loading && all.length > 0) return [span(words.browse.loadingMore, 'faint')];
  return state.cut ? [span(words.browse.cut(state.files.length), 'warning')] : [];
}

function filterRow(state: BrowseState, { language }: Scene, columns: number): ReturnType<typeof fieldRow> | undefined {
  if (!state.filtering && state.filter.text === '') return undefined;
  return fieldRow('/', state.filter, { labelColumns: 2, columns, active: state.filtering, choose: '/', placeholder: language.fileDialogs.hints.filter });
}

function hintsOf(state: BrowseState, all: readonly BrowseRow[], { language }: Scene): readonly Hint[] {
  const { hints } = language.fileDialogs;
  const close: Hint = state.share ? { key: 'backspace', text: hints.up, choose: 'backspace' } : { key: 'esc', text: hints.close, choose: 'esc' };
  if (state.filtering)
    return [
      { key: 'enter', text: hints.next },
      { key: 'esc', text: hints.close },
    ];
  const opens = state.marked.size === 0 && all[state.index]?.folder === true;
  return [
    { key: 'enter', text: opens ? hints.open : hints.fetch, choose: 'enter' },
    ...(opens ? [{ key: 'f', text: hints.fetch, choose: 'f' }] : []),
    { key: 'space', text: hints.mark, choose: 'space' },
    { key: '/', text: hints.filter, choose: '/' },
    { key: 'r', text: hints.again, choose: 'r' },
    close,
  ];
}
