import type { ShareView } from '../../../../core/index.js';
import { bar, clipLine, clipStart, widthOf, wrapText } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import type { Scene } from '../../state/Scene.js';
import type { Hint, Panel } from '../Dialog.js';
import { emptyLines, failureLines, fieldRow, listLines, placeOf, spread } from '../parts.js';
import { shownPath } from '../paths/absolutePath.js';
import { entryAtCursor, shownEntries, type PathField } from '../paths/PathField.js';
import { pathLines } from '../paths/pathLines.js';
import { shareAt, type SharesState } from './SharesState.js';
import type { Size } from '../../state/Input.js';

const BAR_COLUMNS = 10;

export function drawShares(state: SharesState, scene: Scene, room: Size): Panel {
  const { title } = scene.language.fileDialogs.shares;
  return { title, ...(state.adding ? drawAdding(state.adding, scene, room) : drawList(state, scene, room)) };
}

function drawAdding(path: PathField, scene: Scene, { rows, columns }: Size): Omit<Panel, 'title'> {
  const { hints, paths, shares } = scene.language.fileDialogs;
  const row = fieldRow(paths.path, path.field, { labelColumns: paths.path.length + 2, columns, active: true, choose: 'path' });
  const list = pathLines(path, scene, { rows: Math.max(1, rows - 4), columns });
  const isFolder = entryAtCursor(path)?.folder === true;
  return {
    lines: [clipLine([span(shares.everybody, 'faint')], columns), row.line, [], ...list, spread([], placeOf(path.index, shownEntries(path).length), columns)],
    caret: { row: 1, column: row.caret },
    hints: [
      { key: 'tab', text: hints.complete },
      { key: 'enter', text: isFolder ? hints.open : hints.share, choose: 'enter' },
      ...(isFolder ? [{ key: 'ctrl-s', text: hints.share, choose: 'add' }] : []),
      { key: 'esc', text: hints.back, choose: 'back' },
    ],
  };
}

function drawList(state: SharesState, scene: Scene, { rows, columns }: Size): Omit<Panel, 'title'> {
  const { view, language } = scene;
  const words = language.fileDialogs.shares;
  const removing = view.shares.find(({ id }) => id === state.removing);
  const failed = state.failure ? failureLines(state.failure, scene, columns) : [];
  const share = shareAt(state.index, scene);
  const question = removing ? wrapText(words.sure(removing.name), columns, 'warning') : [];
  const below = [[], ...(removing ? question : share ? aboutShare(share, scene, columns) : []), ...failed];
  const index = Math.max(0, Math.min(state.index, view.shares.length - 1));
  const listRows = Math.max(1, rows - below.length);
  const list =
    view.shares.length > 0
      ? listLines(view.shares.length, index, { rows: Math.min(listRows, Math.max(6, view.shares.length)), columns }, (row, wide) =>
          shareLine(view.shares[row], scene, wide),
        )
      : [...wrapText(words.nothing, columns, 'faint'), ...emptyLines(4)];
  return { lines: [...list, ...below], hints: listHints(state, scene) };
}

function shareLine(share: ShareView | undefined, { language }: Scene, columns: number): Line {
  if (!share) return [];
  const { name, folder, state, bytes, waiting, items, refused } = share;
  const words = language.fileDialogs;
  const total = bytes + waiting.bytes;
  const progress = state === 'hashing' ? [...bar(total === 0 ? 0 : bytes / total, BAR_COLUMNS), span(' ')] : [];
  const ink = state === 'failed' ? 'bad' : state === 'hashing' ? 'warning' : 'good';
  const refusals = refused > 0 ? [span(`, ${words.shares.refused(refused)}`, 'warning')] : [];
  const right = [...progress, span(language.states.share[state], ink), ...refusals, span(`  ${words.files(items)}, ${language.bytes(bytes)}`, 'faint')];
  return spread(clipLine([span(folder ? `${name}/` : name, folder ? 'accent' : 'plain')], Math.max(8, columns - widthOf(right) - 1)), right, columns);
}

/** Where it is on this device, and why some of it is not shared. */
function aboutShare({ path, code, problems }: ShareView, { language, home }: Scene, columns: number): Line[] {
  const [problem] = problems;
  return [
    [span(clipStart(shownPath(path, home), columns), 'faint')],
    ...(code === undefined ? [] : wrapText(language.failure(code), columns, 'bad')),
    ...(problem ? wrapText(`${problem.name}: ${language.failure(problem.code)}`, columns, 'warning').slice(0, 3) : []),
  ];
}

function listHints({ removing }: SharesState, { language, view }: Scene): readonly Hint[] {
  const { hints } = language.fileDialogs;
  if (removing !== undefined) {
    return [
      { key: 'y', text: hints.remove, choose: 'remove' },
      { key: 'n', text: hints.keep, choose: 'keep' },
    ];
  }
  const ofOne = [
    { key: 'x', text: hints.remove, choose: 'x' },
    { key: 'r', text: hints.again, choose: 'r' },
  ];
  return [{ key: 'a', text: hints.add, choose: 'a' }, ...(view.shares.length > 0 ? ofOne : []), { key: 'esc', text: hints.close, choose: 'close' }];
}
