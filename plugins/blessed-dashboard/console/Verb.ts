import type { Commands, Language } from '../../../core/index.js';
import type { Failure } from '../state/Effect.js';

/** What the commands have of the world they run in. */
export interface Tools {
  readonly commands: Commands;
  readonly language: Language;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Of the person: what `~` stands for. */
  readonly home: string;
  /** Where relative paths begin. Absolute. */
  readonly folder: string;
  readonly quit: () => void;
}

/** What came of a line. Texts of others are in it: it is for `span` and `toTerminal`. */
export interface Told {
  readonly lines: readonly string[];
  /** It was refused; the lines say why, and what to do. */
  readonly failure?: Failure;
}

export type VerbName = keyof Language['console']['about'];
export type ArgKind = Exclude<keyof Language['console']['args'], 'folder' | 'size'>;
export type FlagKind = 'alone' | 'folder' | 'size' | 'text';

export interface Arg {
  readonly kind: ArgKind;
  /** May be left out, as all after it. */
  readonly optional?: boolean;
  /** The last one, once or more. */
  readonly many?: boolean;
}

/** What was written behind a verb, checked against its usage. */
export interface Given {
  /** One for each argument that was given, and more for one of many. */
  readonly args: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
}

export interface Verb {
  readonly args: readonly Arg[];
  /** By name, without the dashes. */
  readonly flags?: Readonly<Record<string, FlagKind>>;
  /** @throws (rejects) SansfilError, or what the Commands reject with */
  run(given: Given, tools: Tools): Promise<readonly string[]>;
}
