import { clipLine, wrapText } from '../../lines/layout.js';
import { span, type Ink, type Line } from '../../lines/Line.js';
import { PROSE_COLUMNS_MAX } from '../../limits.js';
import type { Failure } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';
import type { Size } from '../../state/Input.js';

/** How wide a dialog is that is read rather than listed. */
export const proseColumns = ({ columns }: { readonly columns: number }): number => Math.min(columns, PROSE_COLUMNS_MAX);

/** No more lines and columns than there is room for. */
export const fitted = (lines: readonly Line[], { rows, columns }: Size): Line[] => lines.slice(0, rows).map((line) => clipLine(line, columns));

export const heading = (text: string): Line => [span(text, 'heading')];

/** What went wrong, what to do about it, and the code. */
export const failureProse = ({ code }: Failure, { language }: Scene, columns: number): Line[] => wrapText(language.failure(code), columns, 'bad');

export const INDENT = '  ';

export const indented = (lines: readonly Line[]): Line[] => lines.map((line) => (line.length > 0 ? [span(INDENT), ...line] : line));

/** Groups of a number or fingerprint, so many on each line. */
export function groups(text: string, separator: string, perLine: number, ink: Ink = 'strong'): Line[] {
  const parts = text.split(separator);
  const lines = Array.from({ length: Math.ceil(parts.length / perLine) }, (_, i) => parts.slice(i * perLine, (i + 1) * perLine));
  return lines.map((line) => [span(line.join(' '), ink)]);
}

/** Of seven characters each, four on a line. */
export const fingerprintGroups = (fingerprint: string): Line[] => groups(fingerprint, '-', 4);
