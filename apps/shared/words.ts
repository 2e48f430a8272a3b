import type { BasicLanguage } from '../../core/shell/BasicLanguage.js';
import { BASIC_LANGUAGES } from '../../core/shell/basicLanguages.js';
import type { LanguageCode } from '../../core/shell/words/bilingual.js';
import { deviceWords } from './words/device.js';
import { fileWords } from './words/files.js';
import { helpWords } from './words/help.js';
import { openpgpWords } from './words/openpgp.js';
import { optionWords } from './words/options.js';
import { peopleWords } from './words/people.js';

/** Every sentence of the command line. */
const wordsIn = (code: LanguageCode) => ({
  ...helpWords[code],
  ...optionWords[code],
  ...deviceWords[code],
  ...peopleWords[code],
  ...fileWords[code],
  ...openpgpWords[code],
});

/** The language of this process; English until `speak` says otherwise. */
export let language: BasicLanguage = BASIC_LANGUAGES.en;
export let words: ReturnType<typeof wordsIn> = wordsIn('en');

/** Chosen once, before anything is said. */
export function speak(code: LanguageCode): void {
  language = BASIC_LANGUAGES[code];
  words = wordsIn(code);
}
