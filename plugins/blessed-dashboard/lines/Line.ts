import { toTerminal, type SafeText } from '../../../core/index.js';
import type { Hit } from '../state/Hit.js';

/** What a piece of text means; the theme says how that looks. Never the only carrier of a meaning. */
export type Ink =
  | 'plain'
  | 'faint'
  | 'strong'
  | 'heading'
  | 'accent'
  | 'good'
  | 'warning'
  | 'bad'
  /** The row or the choice the cursor is on. */
  | 'cursor'
  | 'border'
  | 'borderFocused'
  /** The name of a key, in hints. */
  | 'key'
  /** A QR code: black on white whatever the colours of the terminal. */
  | 'paper';

export interface Span {
  readonly text: SafeText;
  readonly ink: Ink;
  /** What a click on it does. */
  readonly hit?: Hit;
}

/** One row of the screen, or of a part of it. */
export type Line = readonly Span[];

/** The only way to make a piece of text for the screen: nothing in it is obeyed by a terminal. */
export function span(text: string, ink: Ink = 'plain', hit?: Hit): Span {
  return hit ? { text: toTerminal(text), ink, hit } : { text: toTerminal(text), ink };
}

export const EMPTY_LINE: Line = [];
