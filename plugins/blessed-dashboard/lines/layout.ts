import { clusters, linesOf, textWidth, toTerminal, type Cluster } from '../../../core/index.js';
import { EMPTY_LINE, span, type Ink, type Line, type Span } from './Line.js';

const MORE = '…';
const TAB_COLUMNS = 4;

/** Columns of a line. */
export function widthOf(line: Line): number {
  return line.reduce((columns, { text }) => columns + textWidth(text), 0);
}

/** At most so many columns wide; what does not fit ends in `…`. */
export function clipLine(line: Line, columns: number): Line {
  if (widthOf(line) <= columns) return line;
  if (columns <= 0) return EMPTY_LINE;
  const kept: Span[] = [];
  let room = columns - 1;
  for (const part of line) {
    const text = startOf(part.text, room);
    if (text) kept.push(span(text, part.ink, part.hit));
    room -= textWidth(text);
    if (text.length < part.text.length) return [...kept, span(MORE, part.ink, part.hit)];
  }
  return kept;
}

/** Exactly so many columns wide: clipped, or filled with spaces of an ink. */
export function padLine(line: Line, columns: number, ink: Ink = 'plain'): Line {
  const fitting = clipLine(line, columns);
  const missing = columns - widthOf(fitting);
  return missing > 0 ? [...fitting, span(' '.repeat(missing), ink)] : fitting;
}

/** The end of a text that is too wide, such as a path, after `…`. */
export function clipStart(path: string, columns: number): string {
  const text = toTerminal(path);
  if (textWidth(text) <= columns) return text;
  if (columns <= 0) return '';
  const parts = clusters(text);
  let room = columns - 1;
  let from = parts.length;
  for (; from > 0; from -= 1) {
    room -= parts[from - 1]?.columns ?? 0;
    if (room < 0) break;
  }
  return MORE + joined(parts.slice(from));
}

/** The start and the end of a text that is too wide, with `…` between: the end of a file name says what kind of file it is. */
export function clipMiddle(name: string, columns: number): string {
  const text = toTerminal(name);
  if (textWidth(text) <= columns) return text;
  const end = clipStart(text, Math.ceil(columns / 2));
  return startOf(text, columns - textWidth(end)) + end;
}

/** Lines of at most so many columns, broken between words, and inside those that are wider than a line. */
export function wrapText(text: string, columns: number, ink: Ink = 'plain'): Line[] {
  const rows = linesOf(text).flatMap((line) => wrapLine(toTerminal(expandTabs(line)), Math.max(1, columns)));
  return rows.map((row) => (row ? [span(row, ink)] : EMPTY_LINE));
}

/** How much is done of something, as a bar. */
export function bar(share: number, columns: number): Line {
  const full = Math.floor(Math.min(1, Math.max(0, share || 0)) * columns);
  const done = span('█'.repeat(full), 'accent');
  const left = span('░'.repeat(Math.max(0, columns - full)), 'faint');
  return [done, left].filter((part) => part.text.length > 0);
}

function wrapLine(line: string, columns: number): string[] {
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const word of line.split(/(?<= )(?=[^ ])/)) {
    const wordWidth = textWidth(word.trimEnd());
    if (width > 0 && width + wordWidth > columns) {
      if (row.trim()) rows.push(row.trimEnd());
      row = '';
      width = 0;
    }
    if (wordWidth <= columns) row += word;
    else {
      const cut = cutWord(word.trimEnd(), columns);
      rows.push(...cut.slice(0, -1));
      row = (cut.at(-1) ?? '') + word.slice(word.trimEnd().length);
    }
    width = textWidth(row);
  }
  return [...rows, row.trimEnd()];
}

/** A word wider than a line, in pieces of a line; a character wider than that is shown as `…`. */
function cutWord(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const cluster of clusters(word)) {
    const { text, columns: taken } = cluster.columns > columns ? { text: MORE, columns: 1 } : cluster;
    if (width + taken > columns) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += text;
    width += taken;
  }
  return [...pieces, piece];
}

/** The longest start of a text that fits. */
function startOf(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const parts = clusters(text);
  let room = columns;
  const end = parts.findIndex((cluster) => (room -= cluster.columns) < 0);
  return joined(end < 0 ? parts : parts.slice(0, end));
}

const joined = (parts: readonly Cluster[]): string => parts.map(({ text }) => text).join('');

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line;
  return line.split('\t').reduce((before, part) => before + ' '.repeat(TAB_COLUMNS - (textWidth(before) % TAB_COLUMNS)) + part);
}
