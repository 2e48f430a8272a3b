import { clipLine, widthOf } from '../../lines/layout.js';
import { span, type Line } from '../../lines/Line.js';
import { windowOf } from '../../state/choice.js';
import type { Hit } from '../../state/Hit.js';
import type { Size } from '../../state/Input.js';

export interface ChoiceRow {
  readonly line: Line;
  /** What a click on it sends to the dialog. */
  readonly choose: string;
}

/** Before the row with the cursor, so that it is found without colours. */
const CURSOR = '» ';
const NO_CURSOR = '  ';

/** Choices below each other, one of them with the cursor; of many those around it. Each line is as wide as there is room. */
export function choiceLines(rows: readonly ChoiceRow[], index: number, room: Size): Line[] {
  const first = windowOf(rows.length, index, room.rows);
  return rows.slice(first, first + Math.max(0, room.rows)).map(({ line, choose }, i) => {
    const hit: Hit = { choose };
    const cursor = first + i === index;
    const sign = span(cursor ? CURSOR : NO_CURSOR, cursor ? 'cursor' : 'plain', hit);
    const drawn = clipLine([sign, ...line.map(({ text, ink }) => span(text, cursor ? 'cursor' : ink, hit))], room.columns);
    const missing = room.columns - widthOf(drawn);
    return missing > 0 ? [...drawn, span(' '.repeat(missing), cursor ? 'cursor' : 'plain', hit)] : drawn;
  });
}
