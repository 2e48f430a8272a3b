import { ERRORS, type ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { formatsIn, type Formats } from './formats.js';
import type { LanguageCode } from './words/bilingual.js';
import { sectionsIn, type Sections } from './words/sections.js';

/** One language: the words every shell says, and how its readers write sizes, times and durations. */
export interface Language extends Formats, Sections {
  readonly code: LanguageCode;
  /** What the code means, and what to do next. */
  sentence(code: ErrorCode): string;
  /** The same with what is known besides, and the code at its end: `The database is damaged; … (detail) [STORE_CORRUPT]` */
  failure(code: ErrorCode, detail?: string): string;
  /** A fact as a line for people; undefined for what happens too often or says nothing to them. */
  fact(event: DomainEvent, nameOf: (peer: string) => string): string | undefined;
}

function languageIn(code: LanguageCode): Language {
  const sentence = (error: ErrorCode): string => ERRORS[error].sentence;
  return {
    code,
    ...formatsIn(code),
    ...sectionsIn(code),
    sentence,
    failure: (error, detail) => `${sentence(error)}${detail === undefined ? '' : ` (${detail})`} [${error}]`,
    fact: () => undefined,
  };
}

export const LANGUAGES: Readonly<Record<LanguageCode, Language>> = { en: languageIn('en'), fr: languageIn('fr') };
