import { graphemes } from '../../../core/index.js';
import type { Key } from './Input.js';
import type { TextField } from './TextField.js';

const wordsOf = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Where clusters begin, and the end of the text. */
function edges(text: string): number[] {
  const places = [0];
  let place = 0;
  for (const grapheme of graphemes(text)) places.push((place += grapheme.length));
  return places;
}

const before = (places: readonly number[], cursor: number): number => places.findLast((place) => place < cursor) ?? 0;
const after = (places: readonly number[], cursor: number, end: number): number => places.find((place) => place > cursor) ?? end;

/** Where the word before the cursor begins: blanks and signs between are passed over. */
function wordBefore({ text, cursor }: TextField): number {
  const words = Array.from(wordsOf.segment(text)).filter(({ isWordLike, index }) => isWordLike === true && index < cursor);
  return words.at(-1)?.index ?? 0;
}

function wordAfter({ text, cursor }: TextField): number {
  const words = Array.from(wordsOf.segment(text)).filter(({ isWordLike, index, segment }) => isWordLike === true && index + segment.length > cursor);
  const [next] = words;
  return next ? next.index + next.segment.length : text.length;
}

const lineStart = ({ text, cursor }: TextField): number => text.lastIndexOf('\n', cursor - 1) + 1;

function lineEnd({ text, cursor }: TextField): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

const cut = ({ text }: TextField, from: number, to: number): TextField => ({ text: text.slice(0, from) + text.slice(to), cursor: from });

const at = ({ text }: TextField, cursor: number): TextField => ({ text, cursor });

/** The text with a piece written at the cursor; a cluster it becomes part of stays whole. */
export function insertText({ text, cursor }: TextField, piece: string): TextField {
  const whole = text.slice(0, cursor) + piece + text.slice(cursor);
  const places = edges(whole);
  const end = cursor + piece.length;
  return { text: whole, cursor: places.find((place) => place >= end) ?? whole.length };
}

const EDITS: ReadonlyMap<string, (field: TextField) => TextField> = new Map<string, (field: TextField) => TextField>([
  ['left', (field) => at(field, before(edges(field.text), field.cursor))],
  ['right', (field) => at(field, after(edges(field.text), field.cursor, field.text.length))],
  ['home', (field) => at(field, lineStart(field))],
  ['end', (field) => at(field, lineEnd(field))],
  ['ctrl-a', (field) => at(field, lineStart(field))],
  ['ctrl-e', (field) => at(field, lineEnd(field))],
  ['ctrl-left', (field) => at(field, wordBefore(field))],
  ['alt-left', (field) => at(field, wordBefore(field))],
  ['ctrl-right', (field) => at(field, wordAfter(field))],
  ['alt-right', (field) => at(field, wordAfter(field))],
  ['backspace', (field) => cut(field, before(edges(field.text), field.cursor), field.cursor)],
  ['delete', (field) => cut(field, field.cursor, after(edges(field.text), field.cursor, field.text.length))],
  ['ctrl-w', (field) => cut(field, wordBefore(field), field.cursor)],
  ['alt-backspace', (field) => cut(field, wordBefore(field), field.cursor)],
  ['ctrl-u', (field) => cut(field, lineStart(field), field.cursor)],
]);

/** The field after a key; undefined: the key neither writes nor edits. */
export function editField(field: TextField, key: Key): TextField | undefined {
  const edit = EDITS.get(key.name);
  if (edit) return edit(field);
  return key.text === undefined ? undefined : insertText(field, key.text);
}

/** The cursor one line up or down, as near to its column as that line goes; undefined: there is no such line. */
export function moveLine(field: TextField, by: -1 | 1): TextField | undefined {
  const start = lineStart(field);
  const column = field.cursor - start;
  if (by < 0 && start === 0) return undefined;
  if (by > 0 && lineEnd(field) === field.text.length) return undefined;
  const other = by < 0 ? lineStart(at(field, start - 1)) : lineEnd(field) + 1;
  const last = lineEnd(at(field, other));
  const places = edges(field.text);
  const wanted = Math.min(other + column, last);
  return at(field, places.findLast((place) => place <= wanted) ?? wanted);
}
