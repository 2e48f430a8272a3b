import { ERRORS, type ErrorCode } from '../base/errors.js';
import type { BasicLanguage } from './BasicLanguage.js';
import { describeFact } from './describeFact.js';
import { formatsIn } from './formats.js';
import { linesOf } from './toTerminal.js';
import type { LanguageCode } from './words/bilingual.js';
import { FRENCH_SENTENCES } from './words/errors.js';
import { SECTIONS, sectionsIn } from './words/sections.js';

function basicLanguageIn(code: LanguageCode): BasicLanguage {
  const language: BasicLanguage = {
    code,
    ...formatsIn(code),
    ...sectionsIn(SECTIONS, code),
    sentence: (error) => sentenceIn(code, error),
    explain: (error, detail) => {
      // An error without a detail of its own says what its code means.
      const isSaid = detail === undefined || detail === '' || detail === ERRORS[error].sentence;
      return `${sentenceIn(code, error)}${isSaid ? '' : ` (${linesOf(detail).join(' ')})`}`;
    },
    failure: (error, detail) => `${language.explain(error, detail)} [${error}]`,
    fact: (event, nameOf) => describeFact(language, event, nameOf),
  };
  return language;
}

const sentenceIn = (code: LanguageCode, error: ErrorCode): string => (code === 'fr' ? FRENCH_SENTENCES[error] : ERRORS[error].sentence);

export const BASIC_LANGUAGES: Readonly<Record<LanguageCode, BasicLanguage>> = { en: basicLanguageIn('en'), fr: basicLanguageIn('fr') };
