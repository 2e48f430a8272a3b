import type { LanguageCode } from './words/bilingual.js';

/** The language for a locale as POSIX or BCP 47 writes it: `fr_FR.UTF-8`, `fr-CA`, `C`; English where it says nothing we speak. */
export const languageOf = (locale: string | undefined): LanguageCode => (/^fr(?![a-z])/i.test(locale ?? '') ? 'fr' : 'en');
