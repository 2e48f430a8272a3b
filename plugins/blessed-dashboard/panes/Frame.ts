import { widthOf } from '../lines/layout.js';
import type { Line } from '../lines/Line.js';
import type { Hit } from '../state/Hit.js';

/** A picture of the whole screen: exactly as many rows as it has, each exactly as wide as it is. */
export interface Frame {
  readonly rows: readonly Line[];
  /** Where text is written. */
  readonly caret?: { readonly row: number; readonly column: number };
}

/** What a click there means. */
export function hitAt(frame: Frame, row: number, column: number): Hit | undefined {
  let end = 0;
  for (const part of frame.rows[row] ?? []) {
    end += widthOf([part]);
    if (column < end) return part.hit;
  }
  return undefined;
}
