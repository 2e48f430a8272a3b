import type { Bilingual, LanguageCode } from './bilingual.js';
import { consoleWords } from './console.js';
import { factWords } from './facts.js';
import { listingWords } from './listings.js';
import { stateWords } from './states.js';

/** What is said in lines, on the command line as in every shell: each section is a field of `BasicLanguage` of that name. */
export const SECTIONS = {
  console: consoleWords,
  facts: factWords,
  listings: listingWords,
  states: stateWords,
} as const;

export type In<T extends Readonly<Record<string, Bilingual<unknown>>>> = { readonly [S in keyof T]: T[S]['en'] };
export type Sections = In<typeof SECTIONS>;

/** Sections in one language. */
export const sectionsIn = <T extends Readonly<Record<string, Bilingual<unknown>>>>(sections: T, code: LanguageCode): In<T> =>
  Object.fromEntries(Object.entries(sections).map(([name, section]) => [name, section[code]])) as In<T>;
