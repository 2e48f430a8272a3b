import { expect, test } from '@jest/globals';
import { languageOf } from '../../core/shell/languageOf.js';

test.each(['fr_FR.UTF-8', 'fr_BE@euro', 'fr', 'fr-CA', 'FR'])('French is spoken where the locale is %s', (locale) => {
  expect(languageOf(locale)).toBe('fr');
});

test.each(['C', 'POSIX', 'C.UTF-8', 'en_GB.UTF-8', 'de_DE', 'fry_NL', 'frr_DE', '', undefined])('English is spoken where it is %p', (locale) => {
  expect(languageOf(locale)).toBe('en');
});
