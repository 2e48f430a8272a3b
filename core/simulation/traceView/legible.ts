import { textWidth } from '../../base/textWidth.js';

/** Controls, marks of writing direction, halves of pairs, what no font has, line ends: shown as `\u{…}`, never sent to a terminal. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
const NOT_ASCII = /[^\u0020-\u007e]/gu;

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** A text of anybody, as one line that a terminal shows and does not obey. */
export const legible = (text: string, ascii = false): string => text.replace(ascii ? NOT_ASCII : UNSEEN, escaped);

/** At most so many columns, a mark at the end where something was left out; never cut between a letter and its accents. */
export function fit(text: string, columns: number, mark = '…'): string {
  if (textWidth(text) <= columns) return text;
  const room = columns - textWidth(mark);
  let kept = '';
  let width = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    width += textWidth(segment);
    if (width > room) break;
    kept += segment;
  }
  return kept + mark;
}
