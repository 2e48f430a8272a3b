import { expect, test } from '@jest/globals';
import { LANGUAGES } from '../../core/shell/Language.js';
import { parseBytes } from '../../core/shell/parseBytes.js';

test.each([
  ['300', 300],
  ['2GB', 2e9],
  ['2 Go', 2e9],
  ['1.5 MiB', 1.5 * 2 ** 20],
  ['1,5 Mio', 1.5 * 2 ** 20],
  ['1o', 1],
  ['0', undefined],
  ['-1', undefined],
  ['1.5.5', undefined],
  ['9999999 TB', undefined],
  ['much', undefined],
  ['', undefined],
])('%p is %p bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(Object.values(LANGUAGES))('what is shown can be typed again', ({ bytes }) => {
  for (const size of [1, 512 * 2 ** 10, 3 * 2 ** 30]) expect(parseBytes(bytes(size))).toBe(size);
});
