import type { Size } from '../state/Input.js';
import type { Rect } from './drawGrid.js';
import type { PaneName } from '../state/paneNames.js';

export type Places = Partial<Readonly<Record<PaneName, Rect>>>;

/** Smaller than this nothing can be shown that would be of use. */
export const SCREEN_MIN: Size = { rows: 8, columns: 30 };
/** Smaller than this there is only the pane with the keys. */
const ALL_PANES_MIN: Size = { rows: 15, columns: 60 };
const WIDE_COLUMNS = 100;
const THREE_COLUMNS: Size = { rows: 24, columns: 140 };
/** Beside the conversation where it is narrow. */
const PEOPLE_COLUMNS: readonly [least: number, most: number] = [22, 24];
/** Transfers and events grow to so many rows while they have the keys. */
const FOCUSED_ROWS = 8;

const between = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));

/** The title and the hints, around the panes. */
export const paneArea = ({ rows, columns }: Size): Rect => ({ row: 1, column: 0, rows: rows - 2, columns });

/** Where each pane is. `openRows`: how many rows of so many columns the transfers that are not over take. */
export function layOut(size: Size, focus: PaneName, openRows: (columns: number) => number): Places {
  const area = paneArea(size);
  if (size.rows < ALL_PANES_MIN.rows || size.columns < ALL_PANES_MIN.columns) return { [focus]: area };
  if (size.columns < WIDE_COLUMNS) return stacked(area, focus, openRows);
  if (size.columns >= THREE_COLUMNS.columns && size.rows >= THREE_COLUMNS.rows) return threeColumns(area);
  return peopleBeside(area, focus, openRows);
}

function stacked(area: Rect, focus: PaneName, openRows: (columns: number) => number): Places {
  const { transfers, events } = lowerRows(area, focus, openRows(area.columns - 2), 3);
  const top = area.rows - transfers - events - 2;
  const people = between(Math.round(area.columns * 0.3), ...PEOPLE_COLUMNS);
  return {
    people: { row: area.row, column: 0, rows: top, columns: people },
    conversation: { row: area.row, column: people - 1, rows: top, columns: area.columns - people + 1 },
    ...below(area, area.row + top - 1, transfers, events),
  };
}

function peopleBeside(area: Rect, focus: PaneName, openRows: (columns: number) => number): Places {
  const people = between(Math.round(area.columns * 0.24), 24, 36);
  const right = { row: area.row, column: people - 1, rows: area.rows, columns: area.columns - people + 1 };
  const { transfers, events } = lowerRows(right, focus, openRows(right.columns - 2), 5);
  const top = right.rows - transfers - events - 2;
  return {
    people: { row: area.row, column: 0, rows: area.rows, columns: people },
    conversation: { ...right, rows: top },
    ...below(right, right.row + top - 1, transfers, events),
  };
}

function threeColumns(area: Rect): Places {
  const people = between(Math.round(area.columns * 0.18), 28, 36);
  const right = between(Math.round(area.columns * 0.3), 46, 64);
  const from = area.columns - right;
  const transfers = Math.ceil((area.rows + 1) * 0.55);
  return {
    people: { row: area.row, column: 0, rows: area.rows, columns: people },
    conversation: { row: area.row, column: people - 1, rows: area.rows, columns: from - people + 2 },
    transfers: { row: area.row, column: from, rows: transfers, columns: right },
    events: { row: area.row + transfers - 1, column: from, rows: area.rows - transfers + 1, columns: right },
  };
}

/** Rows inside the panes below the conversation, which keeps most of the height. */
function lowerRows(area: Rect, focus: PaneName, open: number, eventsMax: number): { readonly transfers: number; readonly events: number } {
  const room = area.rows - 4;
  const most = Math.max(1, Math.floor(room / 3));
  const events = focus === 'events' ? FOCUSED_ROWS : Math.floor(area.rows / 8);
  const transfers = focus === 'transfers' ? FOCUSED_ROWS : open;
  return {
    transfers: between(transfers, open === 0 ? 1 : 2, Math.min(most, focus === 'transfers' ? FOCUSED_ROWS : 5)),
    events: between(events, 1, Math.min(most, focus === 'events' ? FOCUSED_ROWS : eventsMax)),
  };
}

/** Two panes over each other from a row of the border on, as wide as the area. */
function below({ column, columns }: Rect, row: number, transfers: number, events: number): Places {
  return {
    transfers: { row, column, rows: transfers + 2, columns },
    events: { row: row + transfers + 1, column, rows: events + 2, columns },
  };
}
