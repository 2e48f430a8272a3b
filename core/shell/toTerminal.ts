/*
 * What a terminal would obey or a reader would not see: control characters (C0, DEL, C1), line and paragraph separators,
 * marks and overrides of the writing direction, invisible spaces and letters, and halves of a surrogate pair.
 */
const OBEYED = /[\u0000-\u001f\u007f-\u009f]/;
const UNSEEN = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/;
const HALVES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const UNSAFE = new RegExp(`${OBEYED.source}|${UNSEEN.source}|${HALVES.source}`, 'g');

/** A text in which a terminal finds nothing to obey. */
export type SafeText = string & { readonly __safe: true };

/** The one sink for text on a terminal: one line, every dangerous character shown as `\u{…}` instead of sent. */
export function toTerminal(text: string): SafeText {
  return text.replace(UNSAFE, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`) as SafeText;
}

/** The same for JSON, which stays the same document: JSON.stringify escapes C0 only, and a terminal also obeys C1. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Lines of a text that may have several. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);
