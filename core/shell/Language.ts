import { ERRORS, type ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { describeFact } from './describeFact.js';
import { formatsIn, type Formats } from './formats.js';
import type { LanguageCode } from './words/bilingual.js';
import { FRENCH_SENTENCES } from './words/errors.js';
import { sectionsIn, type Sections } from './words/sections.js';

/** One language: the words every shell says, and how its readers write sizes, times and durations. */
export interface Language extends Formats, Sections {
  readonly code: LanguageCode;
  /** What the code means, and what to do next. */
  sentence(code: ErrorCode): string;
  /** The same with what is known besides: `The database is damaged; … (detail)` */
  explain(code: ErrorCode, detail?: string): string;
  /** All of that and the code at its end: `The database is damaged; … (detail) [STORE_CORRUPT]` */
  failure(code: ErrorCode, detail?: string): string;
  /** A fact as a line for people; undefined for what happens too often or says nothing to them. */
  fact(event: DomainEvent, nameOf: (peer: string) => string): string | undefined;
}

function languageIn(code: LanguageCode): Language {
  const language: Language = {
    code,
    ...formatsIn(code),
    ...sectionsIn(code),
    sentence: (error) => sentenceIn(code, error),
    explain: (error, detail) => {
      // An error without a detail of its own says what its code means.
      const isSaid = detail === undefined || detail === '' || detail === ERRORS[error].sentence;
      return `${sentenceIn(code, error)}${isSaid ? '' : ` (${detail})`}`;
    },
    failure: (error, detail) => `${language.explain(error, detail)} [${error}]`,
    fact: (event, nameOf) => describeFact(language, event, nameOf),
  };
  return language;
}

const sentenceIn = (code: LanguageCode, error: ErrorCode): string => (code === 'fr' ? FRENCH_SENTENCES[error] : ERRORS[error].sentence);

export const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en: languageIn('en'), fr: languageIn('fr') };
