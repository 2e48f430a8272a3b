import { padLine } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import { windowOf } from '../../state/choice.js';
import type { Hit } from '../../state/Hit.js';

export interface ChoiceRow {
  readonly line: Line;
  /** What a click on it sends to the dialog. */
  readonly choose: string;
}

/** Before the row with the cursor, so that it is found without colours. */
const CURSOR = '» ';
const NO_CURSOR = '  ';

/** Choices below each other, one of them with the cursor; of many those around it. Each line is as wide as there is room. */
export function choiceLines(rows: readonly ChoiceRow[], index: number, room: { readonly rows: number; readonly columns: number }): Line[] {
  const first = windowOf(rows.length, index, room.rows);
  return rows.slice(first, first + Math.max(0, room.rows)).map(({ line, choose }, i) => {
    const hit: Hit = { choose };
    if (first + i !== index) return padLine([span(NO_CURSOR, 'plain', hit), ...line.map((part) => span(part.text, part.ink, hit))], room.columns);
    return padLine([span(CURSOR, 'cursor', hit), ...line.map((part) => span(part.text, 'cursor', hit))], room.columns, 'cursor');
  });
}
