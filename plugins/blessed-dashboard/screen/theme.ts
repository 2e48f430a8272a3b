import type { Ink } from '../lines/Line.js';

/** Parameters of an SGR sequence. */
export type Attributes = string;

/*
 * The terminal's own palette, so that it can be read on black and on white: mostly its own colour, bold, dim and reverse.
 * No blue (unreadable on black) and no yellow (unreadable on white).
 */
const COLOURED: Readonly<Record<Ink, Attributes>> = {
  plain: '',
  faint: '2',
  strong: '1',
  heading: '1',
  accent: '36',
  good: '32',
  warning: '35',
  bad: '1;31',
  cursor: '7',
  border: '2',
  borderFocused: '1;36',
  key: '1',
  /** Bright white is no colour of every terminal; those that do not know it keep the white before it. */
  paper: '30;47;107',
};

const COLOURLESS: Readonly<Record<Ink, Attributes>> = {
  ...COLOURED,
  accent: '1',
  good: '',
  warning: '1',
  bad: '1;4',
  borderFocused: '1',
  paper: '7',
};

export const themeOf = (colours: boolean): Readonly<Record<Ink, Attributes>> => (colours ? COLOURED : COLOURLESS);
