import type { Size } from './TmuxScreen.js';

/** What our own screen may send beside text: place, attributes, modes, clearing. */
const PLACE = /^\u001b\[(\d{1,4});(\d{1,4})H/;
const ATTRIBUTES = /^\u001b\[(?:0(?:;(?:1|2|4|7|3[0-7]|47|107))*)?m/;
const HOME_AND_CLEAR = /^\u001b\[(?:H|2J)/;
/** Wrapping, caret (and whether it blinks), clicks, alternate screen, pastes, pictures at once. */
const MODES = /^\u001b\[\?(?:7|12|25|1000|1006|1049|2004|2026)[hl]/;
/** How the caret of a Linux console looks. */
const CARET = /^\u001b\[\?[01]c/;
/** Of these a reader sees something else than what is there. */
const UNSEEN: readonly (readonly [from: number, to: number])[] = [
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffd],
];

const isControl = (point: number): boolean => point < 0x20 || (point >= 0x7f && point <= 0x9f);
const isUnseen = (point: number): boolean => UNSEEN.some(([from, to]) => point >= from && point <= to);

/** An escape sequence as far as a terminal would read it, or one character. */
const anything = (rest: string): string =>
  /^\u001b(?:[\]PX^_][^\u0007\u001b]{0,60}|\[[0-?]{0,30}[ -/]{0,5}[@-~]?|[^]?)/.exec(rest)?.[0] ?? Array.from(rest.slice(0, 2))[0] ?? '';

export interface Allowed {
  /** Places beyond it are foreign too. */
  readonly size: Size;
  /** Line ends, for what is written line by line. */
  readonly lines?: boolean;
}

/**
 * A strict little terminal that knows only what our own screen may send; everything else that a terminal would obey, or a
 * reader would not see, is named as it came. Bytes that are no UTF-8 are U+FFFD, and named too.
 */
export function foreignIn(raw: Uint8Array, { size, lines = false }: Allowed): string[] {
  const foreign: string[] = [];
  for (let rest = new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw); rest !== '';) {
    const text = /^[ -~]+/.exec(rest)?.[0];
    const ours = text ?? ownSequence(rest, size) ?? (lines ? /^\r?\n/.exec(rest)?.[0] : undefined) ?? letter(rest);
    const length = ours?.length ?? anything(rest).length;
    if (ours === undefined) foreign.push(JSON.stringify(rest.slice(0, length)));
    rest = rest.slice(length);
  }
  return foreign;
}

function ownSequence(rest: string, { rows, columns }: Size): string | undefined {
  const place = PLACE.exec(rest);
  if (place) {
    const [row, column] = [Number(place[1]), Number(place[2])];
    return row >= 1 && row <= rows && column >= 1 && column <= columns ? place[0] : undefined;
  }
  return (ATTRIBUTES.exec(rest) ?? HOME_AND_CLEAR.exec(rest) ?? MODES.exec(rest) ?? CARET.exec(rest))?.[0];
}

function letter(rest: string): string | undefined {
  const point = rest.codePointAt(0) ?? 0;
  return isControl(point) || isUnseen(point) ? undefined : String.fromCodePoint(point);
}
