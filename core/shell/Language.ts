import type { BasicLanguage } from './BasicLanguage.js';
import { BASIC_LANGUAGES } from './basicLanguages.js';
import type { LanguageCode } from './words/bilingual.js';
import { SCREEN_SECTIONS, type ScreenSections } from './words/screenSections.js';
import { sectionsIn } from './words/sections.js';

/** One language with all that a shell says. */
export interface Language extends BasicLanguage, ScreenSections {}

const languageIn = (code: LanguageCode): Language => ({ ...BASIC_LANGUAGES[code], ...sectionsIn(SCREEN_SECTIONS, code) });

export const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en: languageIn('en'), fr: languageIn('fr') };
