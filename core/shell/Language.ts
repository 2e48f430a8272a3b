import { actionWords } from './words/actions.js';
import type { LanguageCode } from './words/bilingual.js';
import { dashboardWords } from './words/dashboard.js';

/** One language: the words every shell says, and how its readers write sizes, times and durations. */
export interface Language {
  readonly code: LanguageCode;
  readonly actions: (typeof actionWords)['en'];
  readonly dashboard: (typeof dashboardWords)['en'];
}

const languageFor = (code: LanguageCode): Language => ({ code, actions: actionWords[code], dashboard: dashboardWords[code] });

export const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en: languageFor('en'), fr: languageFor('fr') };
