import { expect, test } from '@jest/globals';
import { localeOf } from '../../../apps/shared/locale.js';

test('the locale is what POSIX says it is', () => {
  expect(localeOf({ LC_ALL: 'fr_FR', LC_MESSAGES: 'en_GB', LANG: 'de_DE' })).toBe('fr_FR');
  expect(localeOf({ LC_ALL: '', LC_MESSAGES: 'en_GB', LANG: 'de_DE' })).toBe('en_GB');
  expect(localeOf({ LANG: 'de_DE', LC_TIME: 'fr_FR' })).toBe('de_DE');
  expect(localeOf({ LANG: '' })).toBeUndefined();
  expect(localeOf({})).toBeUndefined();
});
