import { padLine, widthOf, wrapText } from '../lines/layout.js';
import { EMPTY_LINE, type Line } from '../lines/Line.js';
import type { Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import { conversationPane } from './conversationPane.js';
import { drawDialog } from './drawDialog.js';
import { drawGrid, type Box } from './drawGrid.js';
import { eventsPane } from './eventsPane.js';
import type { Frame } from './Frame.js';
import { hintLine, noticeLines } from './hintLine.js';
import { paneArea, SCREEN_MIN } from './layOut.js';
import { overlay } from './overlay.js';
import type { Pane } from './Pane.js';
import { peoplePane } from './peoplePane.js';
import { placesOf } from './placesOf.js';
import { titleLine } from './titleLine.js';
import { transfersPane } from './transfersPane.js';
import { PANES, type PaneName } from '../state/paneNames.js';

const DRAW: Readonly<Record<PaneName, (scene: Scene, room: Size, focused: boolean) => Pane>> = {
  people: peoplePane,
  conversation: conversationPane,
  transfers: transfersPane,
  events: eventsPane,
};

/** The whole screen as it is to be seen now. */
export function drawFrame(scene: Scene): Frame {
  const { size } = scene;
  if (size.rows < SCREEN_MIN.rows || size.columns < SCREEN_MIN.columns) return tooSmall(scene);
  const below = panes(scene);
  const dialog = drawDialog(scene);
  const drawn = dialog ? overlay(below.rows, dialog.lines, dialog) : below.rows;
  const notice = noticeLines(scene);
  // The filter that is being written stays in sight.
  const end = scene.ui.filtering && !dialog ? size.rows - 1 : size.rows;
  const rows = [...drawn.slice(0, end - notice.length), ...notice, ...drawn.slice(end)];
  const wanted = scene.ui.dialogs.length > 0 ? dialog?.caret : below.caret;
  const caret = wanted && (wanted.row < end - notice.length || wanted.row >= end) ? wanted : undefined;
  return { rows: rows.map((row) => exactly(row, size.columns)), ...(caret ? { caret } : {}) };
}

function panes(scene: Scene): Frame {
  const { size, ui } = scene;
  const area = paneArea(size);
  const places = placesOf(scene);
  let caret: Frame['caret'];
  const boxes = PANES.flatMap((name): Box[] => {
    const place = places[name];
    if (!place) return [];
    const focused = ui.focus === name;
    const pane = DRAW[name](scene, { rows: place.rows - 2, columns: place.columns - 2 }, focused);
    if (pane.caret) caret = { row: place.row + 1 + pane.caret.row, column: place.column + 1 + pane.caret.column };
    return [{ place: { ...place, row: place.row - area.row }, pane, focused, hit: { go: name } }];
  });
  const foot = hintLine(scene);
  if (foot.caret !== undefined) caret = { row: size.rows - 1, column: foot.caret };
  const rows = [titleLine(scene), ...drawGrid({ rows: area.rows, columns: size.columns }, boxes), foot.line];
  return { rows, ...(caret ? { caret } : {}) };
}

function tooSmall({ language, size }: Scene): Frame {
  const lines = wrapText(language.panes.tooSmall, size.columns);
  return { rows: Array.from({ length: size.rows }, (_, row): Line => padLine(lines[row] ?? EMPTY_LINE, size.columns)) };
}

/** Whatever happens in a pane, a row is never wider or narrower than the screen. */
const exactly = (row: Line, columns: number): Line => (widthOf(row) === columns ? row : padLine(row, columns));
