import { clusters, toTerminal } from '../../../../core/index.js';
import { clipLine } from '../../lines/layout.js';
import { span, type Ink, type Line } from '../../lines/Line.js';
import type { TextField } from '../../state/TextField.js';

export interface DrawnField {
  readonly line: Line;
  /** Column of the cursor in the line. */
  readonly caret: number;
}

export interface FieldLook {
  readonly ink?: Ink;
  /** Shown while nothing is written. */
  readonly placeholder?: string;
}

const MORE = '…';

/** A field in so many columns; of a long text the part around the cursor, with `…` where there is more. */
export function fieldLine({ text, cursor }: TextField, columns: number, { ink = 'plain', placeholder = '' }: FieldLook = {}): DrawnField {
  if (text === '') return { line: clipLine([span(placeholder, 'faint')], columns), caret: 0 };
  // Each side apart, so that what is shown in place of a control character moves the cursor as well.
  const left = clusters(toTerminal(text.slice(0, cursor)));
  const right = toTerminal(text.slice(cursor));
  const room = Math.max(1, columns - 1);
  const wide = left.reduce((sum, cluster) => sum + cluster.columns, 0);
  let from = 0;
  let taken = wide;
  while (from < left.length && taken + (from > 0 ? 1 : 0) > room) taken -= left[from++]?.columns ?? 0;
  const head = from > 0 ? MORE : '';
  const shown =
    head +
    left
      .slice(from)
      .map((cluster) => cluster.text)
      .join('');
  return { line: clipLine([span(shown + right, ink)], columns), caret: Math.min(columns - 1, taken + head.length) };
}
