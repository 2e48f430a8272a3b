import type { Line } from '../lines/Line.js';

export interface Blocks {
  readonly count: number;
  /** Which one is to be seen, and which of its lines. */
  readonly at: number;
  readonly line?: number;
  /** Only asked for those that may be seen. */
  readonly blockOf: (index: number) => readonly Line[];
}

/** As many lines as there are rows, so that the cursor is seen, in the middle where there is more on both sides. */
export function windowOfBlocks({ count, at, line = 0, blockOf }: Blocks, rows: number): readonly Line[] {
  if (count === 0 || rows <= 0) return [];
  const middle = blockOf(at);
  const above: (readonly Line[])[] = [];
  let rowsAbove = line;
  for (let index = at - 1; index >= 0 && rowsAbove < rows; index--) {
    const block = blockOf(index);
    above.unshift(block);
    rowsAbove += block.length;
  }
  const below: (readonly Line[])[] = [];
  let rowsBelow = middle.length - line;
  for (let index = at + 1; index < count && rowsBelow < rows; index++) {
    const block = blockOf(index);
    below.push(block);
    rowsBelow += block.length;
  }
  const lines = [...above.flat(), ...middle, ...below.flat()];
  const cursorRows = line === 0 ? Math.min(middle.length, rows) : 1;
  const wanted = rowsAbove - Math.floor((rows - cursorRows) / 2);
  const first = Math.max(0, Math.min(wanted, lines.length - rows));
  return lines.slice(first, first + rows);
}
