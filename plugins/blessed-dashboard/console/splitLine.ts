/** One word of a line, and where it stands in it. */
export interface Word {
  /** Without its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A quote was opened before its end and never closed. */
  readonly open?: '"' | "'";
}

const BLANK = /\s/;
/** What a backslash takes the meaning from inside double quotes; before anything else it stands for itself there. */
const ESCAPED = new Set(['"', '\\']);

/** The words of a line, as a shell splits them: blanks part them, quotes and backslashes keep blanks. There is nothing else to expand. */
export function splitLine(line: string): readonly Word[] {
  const words: Word[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const word = readWord(line, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

function readWord(line: string, start: number): Word {
  let text = '';
  let quote: '"' | "'" | undefined;
  let at = start;
  for (; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote === undefined && BLANK.test(character)) break;
    if (character === quote) quote = undefined;
    else if (quote === undefined && (character === '"' || character === "'")) quote = character;
    else if (character === '\\' && next !== '' && (quote === undefined || (quote === '"' && ESCAPED.has(next)))) {
      text += next;
      at++;
    } else text += character;
  }
  return { text, start, end: at, ...(quote === undefined ? {} : { open: quote }) };
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && BLANK.test(line.charAt(at))) at++;
  return at;
}

/**
 * What stands in a line from `start` on, as somebody writes a text: an apostrophe is an apostrophe. Only quotes around all of
 * it are taken off.
 */
export function textFrom(line: string, start: number): string {
  const text = line.slice(start).trim();
  const [only, second] = splitLine(text);
  const isQuoted = only !== undefined && second === undefined && only.open === undefined && /^(["']).*\1$/s.test(text);
  return isQuoted ? only.text : text;
}

/** A word so that splitLine gives it back. */
export function quoted(text: string): string {
  if (text !== '' && !/[\s"'\\]/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
