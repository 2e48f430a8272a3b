import { isQuestion, type TransferView } from '../../../core/index.js';
import { padLine, widthOf } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import type { Size } from '../state/Input.js';
import { isOpen, listedTransfers } from '../state/lists.js';
import type { Scene } from '../state/Scene.js';
import { filterAside, filterEmpty } from './filterLines.js';
import { keyFor } from './keyText.js';
import type { Pane } from './Pane.js';
import { BLANK, hitting, inked, joined, underCursor } from './rows.js';
import { CURSOR } from './signs.js';
import { answerLine, itemNames, reasonLines, stateLine, waySign } from './transferLines.js';
import { windowOfBlocks } from './windowOfBlocks.js';

/** From so many columns on a transfer is one line. */
const WIDE_COLUMNS = 74;
const MARK = '*';
const INDENT = '    ';

export function transfersPane(scene: Scene, room: Size, focused: boolean): Pane {
  const { view, ui, language } = scene;
  const transfers = listedTransfers(scene);
  const words = language.panes.transfers;
  const title = [span(language.dashboard.panes.transfers, focused ? 'heading' : 'plain')];
  if (transfers.length === 0) return { title, aside: filterAside(scene, 'transfers', 0), lines: nothing(scene, room) };
  const at = Math.max(
    0,
    transfers.findIndex(({ id }) => id === ui.cursor.transfers),
  );
  const blockOf = (index: number): readonly Line[] => {
    const transfer = transfers[index];
    return transfer ? transferBlock(scene, transfer, room.columns, focused && index === at) : [];
  };
  const marked = view.transfers.filter(({ id }) => ui.marked.has(id)).length;
  const aside = joined([marked > 0 ? [span(words.marked(marked), 'accent')] : [], filterAside(scene, 'transfers', transfers.length)]);
  return { title, aside, lines: windowOfBlocks({ count: transfers.length, at, blockOf }, room.rows) };
}

/** Rows that what is not over takes, up to so many. */
export function openTransferRows(scene: Scene, columns: number, rowsMax: number): number {
  let rows = 0;
  for (const transfer of listedTransfers(scene)) {
    if (!isOpen(transfer) || rows >= rowsMax) break;
    rows += transferBlock(scene, transfer, columns, false).length;
  }
  return Math.min(rows, rowsMax);
}

function nothing(scene: Scene, { columns }: Size): readonly Line[] {
  const empty = filterEmpty(scene, 'transfers', columns);
  if (empty) return empty;
  const { transfers } = scene.language.panes;
  const key = keyFor(scene, 'send-file');
  const hint = key === undefined ? [] : [span(` ${transfers.send(key)}`, 'faint', { action: 'send-file' })];
  return [[span(` ${transfers.none}`, 'faint'), ...hint]];
}

function transferBlock(scene: Scene, transfer: TransferView, columns: number, cursor: boolean): readonly Line[] {
  const { language, ui } = scene;
  const marked = ui.marked.has(transfer.id);
  const over = !isOpen(transfer);
  const start = [span(cursor ? CURSOR : ' ', 'accent'), span(marked ? MARK : ' ', 'accent'), span(`${waySign(transfer)} `, over ? 'faint' : 'accent')];
  const { from, to } = language.panes.transfers;
  const whom = [span(transfer.direction === 'in' ? from(transfer.with) : to(transfer.with), over ? 'faint' : 'plain')];
  const lines = columns >= WIDE_COLUMNS ? wideLines(scene, transfer, start, whom, columns) : narrowLines(scene, transfer, start, whom, columns);
  const reasons = reasonLines(transfer, language, columns - INDENT.length - 1).map((line) => [span(INDENT), ...line]);
  return [...lines, ...reasons].map((line, index) => {
    const full = padLine(over && !cursor && index > 0 ? inked(line, 'faint') : line, columns);
    return hitting(cursor && index === 0 ? underCursor(full) : full, { go: 'transfers', to: transfer.id });
  });
}

const nameInk = (transfer: TransferView) => (isOpen(transfer) ? 'strong' : 'faint');

/** One line: names, whom with, how it stands. Columns begin at the same place in every row. */
function wideLines(scene: Scene, transfer: TransferView, start: Line, whom: Line, columns: number): readonly Line[] {
  const names = Math.floor(columns * 0.26);
  const who = Math.min(24, Math.floor(columns * 0.18));
  const used = widthOf(start) + names + 1 + who + 1;
  const room = columns - used - 1;
  const state = stateLine(transfer, scene.language, scene.nowMs, room);
  const head = [...start, ...padLine(itemNames(transfer, scene.language, names, nameInk(transfer)), names), BLANK, ...padLine(whom, who), BLANK];
  if (!isQuestion(transfer)) return [[...head, ...state]];
  const answer = answerLine(scene, transfer, 'transfers');
  const together = joined([state, answer], span('  '));
  if (widthOf(together) <= room) return [[...head, ...together]];
  return [
    [...head, ...state],
    [span(' '.repeat(used)), ...answer],
  ];
}

/** Two lines: names and whom with; below, how it stands. */
function narrowLines(scene: Scene, transfer: TransferView, start: Line, whom: Line, columns: number): readonly Line[] {
  const who = padLine(whom, Math.min(widthOf(whom), Math.floor(columns / 3)));
  const names = itemNames(transfer, scene.language, Math.max(1, columns - widthOf(start) - widthOf(who) - 3), nameInk(transfer));
  const state = stateLine(transfer, scene.language, scene.nowMs, columns - INDENT.length - 1);
  const first = [...start, ...names, span('  '), ...who];
  if (!isQuestion(transfer)) return [first, [span(INDENT), ...state]];
  const answer = answerLine(scene, transfer, 'transfers');
  const together = joined([state, answer], span('  '));
  if (widthOf(together) <= columns - INDENT.length) return [first, [span(INDENT), ...together]];
  return [first, [span(INDENT), ...state], [span(INDENT), ...answer]];
}
