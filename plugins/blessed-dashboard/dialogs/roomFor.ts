import { DIALOG_COLUMNS_MAX, DIALOG_ROWS_MAX } from '../limits.js';
import type { Size } from '../state/Input.js';

/** Free around a dialog where the screen has room for it. */
const MARGIN_COLUMNS = 4;
const MARGIN_ROWS = 2;
/** Smaller than this a dialog takes all of the screen. */
const WHOLE_COLUMNS = 60;
const WHOLE_ROWS = 18;
/** Its frame, and a space at each side. */
const FRAME = { rows: 2, columns: 4 } as const;

/** The room within the frame of a dialog. `whole`: it takes all of the screen. */
export function roomFor({ rows, columns }: Size): Size & { readonly whole: boolean } {
  const whole = columns < WHOLE_COLUMNS || rows < WHOLE_ROWS;
  return {
    whole,
    rows: whole ? rows - FRAME.rows : Math.min(rows - 2 * MARGIN_ROWS - FRAME.rows, DIALOG_ROWS_MAX),
    columns: whole ? columns - FRAME.columns : Math.min(columns - 2 * MARGIN_COLUMNS - FRAME.columns, DIALOG_COLUMNS_MAX),
  };
}
