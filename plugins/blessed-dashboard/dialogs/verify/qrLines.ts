import { span, type Line } from '../../lines/Line.js';
import { QR_QUIET_MODULES } from '../../limits.js';

/** Two modules above each other in one character, which is about twice as high as wide: ink is dark, paper is light. */
const HALVES = { both: '█', upper: '▀', lower: '▄', none: ' ' } as const;

/** Columns and rows a QR code of so many modules takes, with the light margin a reader needs around it. */
export function qrSize(modules: number): { readonly columns: number; readonly rows: number } {
  const side = modules + 2 * QR_QUIET_MODULES;
  return { columns: side, rows: Math.ceil(side / 2) };
}

/** A QR code of half blocks, black on white, with its margin. True is dark. */
export function qrLines(modules: readonly (readonly boolean[])[]): Line[] {
  const { columns, rows } = qrSize(modules.length);
  const dark = (row: number, column: number): boolean => modules[row - QR_QUIET_MODULES]?.[column - QR_QUIET_MODULES] === true;
  return Array.from({ length: rows }, (_, row) => {
    const halves = Array.from({ length: columns }, (_unused, column) => half(dark(2 * row, column), dark(2 * row + 1, column)));
    return [span(halves.join(''), 'paper')];
  });
}

function half(upper: boolean, lower: boolean): string {
  if (upper && lower) return HALVES.both;
  if (upper) return HALVES.upper;
  return lower ? HALVES.lower : HALVES.none;
}
