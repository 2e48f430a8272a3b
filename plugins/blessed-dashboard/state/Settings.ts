import type { LanguageCode } from '../../../core/index.js';

/** What a person chose for this shell; kept in `dashboard.json` of the data folder. */
export interface Settings {
  readonly language: LanguageCode;
  readonly mouse: boolean;
  /** Rings the terminal's bell for a message or a file that comes while its conversation is not open. */
  readonly bell: boolean;
}
