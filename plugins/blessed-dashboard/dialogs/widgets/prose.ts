import { wrapText } from '../../lines/layout.js';
import { span, type Ink, type Line } from '../../lines/Line.js';
import { PROSE_COLUMNS_MAX } from '../../limits.js';
import type { Failure } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';

/** How wide a dialog is that is read rather than listed. */
export const proseColumns = ({ columns }: { readonly columns: number }): number => Math.min(columns, PROSE_COLUMNS_MAX);

export const heading = (text: string): Line => [span(text, 'heading')];

/** What went wrong, what to do about it, and the code. */
export const failureProse = ({ code }: Failure, { language }: Scene, columns: number): Line[] => wrapText(language.failure(code), columns, 'bad');

/** A longer text below its name, both indented the same. */
export function named(name: string, text: string, columns: number, ink: Ink = 'plain'): Line[] {
  return [heading(name), ...wrapText(text, columns, ink)];
}

/** Groups of a number or fingerprint, so many on each line. */
export function groups(text: string, separator: string, perLine: number, ink: Ink = 'strong'): Line[] {
  const parts = text.split(separator);
  const lines = Array.from({ length: Math.ceil(parts.length / perLine) }, (_, i) => parts.slice(i * perLine, (i + 1) * perLine));
  return lines.map((line) => [span(line.join(' '), ink)]);
}
