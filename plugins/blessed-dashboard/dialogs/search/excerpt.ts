import { clusters, linesOf, searchKey, textWidth, toTerminal } from '../../../../core/index.js';
import { span, type Line } from '../../lines/Line.js';

/** Columns shown before what was found, when there are more. */
const BEFORE_COLUMNS = 12;

/** A message as one line that begins shortly before the place where the text was found, which stands out. */
export function excerpt(text: string, sought: string): Line {
  const flat = linesOf(text).join(' ');
  const parts = clusters(flat).map((cluster) => cluster.text);
  const place = placeOf(parts, searchKey(sought));
  if (!place) return [span(flat)];
  let from = place.start;
  for (let room = BEFORE_COLUMNS; from > 0; from--) {
    room -= textWidth(toTerminal(parts[from - 1] ?? ''));
    if (room < 0) break;
  }
  const piece = (start: number, end?: number): string => parts.slice(start, end).join('');
  return [span((from > 0 ? '…' : '') + piece(from, place.start)), span(piece(place.start, place.end), 'accent'), span(piece(place.end))].filter(
    (part) => part.text !== '',
  );
}

/** Which clusters a folded text begins and ends in; folding can make them longer or shorter. */
function placeOf(parts: readonly string[], key: string): { readonly start: number; readonly end: number } | undefined {
  const keys = parts.map(searchKey);
  const at = keys.join('').indexOf(key);
  if (at < 0 || key === '') return undefined;
  let passed = 0;
  let start = 0;
  for (let i = 0; i < keys.length; i++) {
    if (passed <= at) start = i;
    passed += keys[i]?.length ?? 0;
    if (passed >= at + key.length) return { start, end: i + 1 };
  }
  return undefined;
}
