import { actionWords } from './actions.js';
import type { LanguageCode } from './bilingual.js';
import { consoleWords } from './console.js';
import { dashboardWords } from './dashboard.js';
import { factWords } from './facts.js';
import { listingWords } from './listings.js';
import { paneWords } from './panes.js';
import { peopleDialogWords } from './peopleDialogs.js';
import { fileDialogWords } from './fileDialogs.js';
import { safetyNumberWords } from './safetyNumber.js';
import { stateWords } from './states.js';

/** The catalogue: each section is a field of `Language` of that name. */
export const SECTIONS = {
  actions: actionWords,
  console: consoleWords,
  dashboard: dashboardWords,
  facts: factWords,
  listings: listingWords,
  panes: paneWords,
  peopleDialogs: peopleDialogWords,
  fileDialogs: fileDialogWords,
  safetyNumber: safetyNumberWords,
  states: stateWords,
} as const;

export type Sections = { readonly [S in keyof typeof SECTIONS]: (typeof SECTIONS)[S]['en'] };

export const sectionsIn = (code: LanguageCode): Sections =>
  Object.fromEntries(Object.entries(SECTIONS).map(([name, section]) => [name, section[code]])) as unknown as Sections;
