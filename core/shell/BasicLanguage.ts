import type { ErrorCode } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Formats } from './formats.js';
import type { LanguageCode } from './words/bilingual.js';
import type { Sections } from './words/sections.js';

/** One language: what is said in lines, and how its readers write sizes, times and durations. */
export interface BasicLanguage extends Formats, Sections {
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
