import type { Line } from '../lines/Line.js';

/** What one pane shows within its border. */
export interface Pane {
  readonly title: Line;
  /** At the other end of the title: what is to be known about the whole of it. */
  readonly aside?: Line;
  /** At most as many as there is room for; each is filled to the width of the pane. */
  readonly lines: readonly Line[];
  /** Rows of it with a line of the border across. */
  readonly rules?: readonly Rule[];
  readonly caret?: { readonly row: number; readonly column: number };
}

export interface Rule {
  readonly row: number;
  readonly aside?: Line;
}
