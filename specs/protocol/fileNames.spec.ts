import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { posix, win32 } from 'node:path';
import { utf8 } from '../../core/base/bytes.js';
import { SansfilError } from '../../core/base/errors.js';
import { FILE_NAME_BYTES_MAX, FILE_PATH_BYTES_MAX, FILE_PATH_DEPTH_MAX } from '../../core/base/limits.js';
import { foldedName, numberedName, refuseClashes, safeRelativeName } from '../../core/protocol/fileNames.js';

const refused = (name: string): boolean => {
  try {
    safeRelativeName(name);
    return false;
  } catch (error) {
    if (SansfilError.is(error) && error.code === 'FILE_NAME_UNSAFE') return true;
    throw error;
  }
};
const from = (start: number, end: number): string[] => Array.from({ length: end - start + 1 }, (_, i) => String.fromCodePoint(start + i));

const TRAVERSALS = [
  '..',
  '.',
  '../a',
  'a/..',
  'a/../b',
  'a/./b',
  '/a',
  '//a',
  'a//b',
  'a/',
  '',
  '/',
  'a/b/../../../c',
  '..\\a',
  '\\a',
  'a\\b',
  '\\\\server\\share',
  'C:',
  'C:\\a',
  'C:a',
  'c:/a',
  'file:stream',
  'a::$DATA',
  '%2e%2e\\x',
  '....\\\\a',
  '...',
  '.. ',
  '..\u00a0',
];
const CONTROLS = [...from(0, 0x1f), ...from(0x7f, 0x9f)];
const INVISIBLE = [
  '\u00ad',
  '\u061c',
  '\u180e',
  ...from(0x200b, 0x200f),
  ...from(0x2028, 0x202e),
  ...from(0x2060, 0x206f),
  '\ufeff',
  ...from(0xfff9, 0xfffb),
  '\u{e0001}',
  '\u{e0041}',
  '\ud800',
  '\udfff',
];
const SPECIALS = [...'<>:"\\|?*'];
const DEVICES = ['con', 'prn', 'aux', 'nul', 'conin$', 'conout$', ...['com', 'lpt'].flatMap((port) => [...'0123456789¹²³'].map((digit) => port + digit))];

const HOSTILE = [
  ...TRAVERSALS,
  ...[...CONTROLS, ...INVISIBLE, ...SPECIALS].flatMap((c) => [`${c}a`, `a${c}b.txt`, `photo${c}`, `folder/${c}x`, `fol${c}der/x`, `a/${c}/b`]),
  ...DEVICES.flatMap((name) => [
    name,
    name.toUpperCase(),
    `${name}.txt`,
    `${name}.tar.gz`,
    `${name} .txt`,
    `folder/${name}`,
    `${name}/x`,
    `folder/${name}.jpg`,
    `${name}  .x`,
  ]),
  ...['a.', 'a ', 'a. .', 'a.txt ', 'a\u3000', 'dir./x', 'dir /x', ' ', '\t'],
  'x'.repeat(FILE_NAME_BYTES_MAX + 1),
  'é'.repeat(FILE_NAME_BYTES_MAX / 2 + 1),
  `${'ab/'.repeat(FILE_PATH_DEPTH_MAX)}c`,
  Array.from({ length: 6 }, () => 'x'.repeat(200)).join('/'),
];

const GOOD = [
  'a',
  'photo.jpg',
  'Été à la plage.jpg',
  'письмо.txt',
  '写真.png',
  '😀.png',
  'a b.c',
  '.hidden',
  '.config/x',
  '-rf',
  '~x',
  '$HOME',
  '`id`.sh',
  "it's",
  'a;b',
  'a&b',
  '(1)',
  'console.log',
  'com10.txt',
  'auxiliary',
  'nullable.md',
  'lpt',
  'common/prune.txt',
  '..a',
  'a..b',
  '...a',
  'x'.repeat(FILE_NAME_BYTES_MAX),
  `${'ab/'.repeat(FILE_PATH_DEPTH_MAX - 1)}c`,
  ' leading',
  '❤️.png',
];

describe('[P-6.3] received names', () => {
  test('there are more than a thousand hostile ones, and every one of them is refused', () => {
    expect(HOSTILE.length).toBeGreaterThan(1000);
    expect(HOSTILE.filter((name) => !refused(name))).toEqual([]);
  });

  test('ordinary ones of any language pass as they are', () => {
    expect(GOOD.filter((name) => refused(name) || safeRelativeName(name) !== name)).toEqual([]);
  });

  test('decomposed letters become composed ones', () => {
    expect(safeRelativeName('E\u0301te\u0301.txt')).toBe('\u00c9t\u00e9.txt');
  });

  test('what passes stays inside the folder on every system, is one file, and passes again unchanged', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE, ...GOOD) },
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('/'));
    fc.assert(
      fc.property(
        fc.oneof(
          name,
          fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join('')),
        ),
        (received) => {
          if (refused(received)) return;
          const safe = safeRelativeName(received);
          expect(safeRelativeName(safe)).toBe(safe);
          expect(utf8(safe).length).toBeLessThanOrEqual(FILE_PATH_BYTES_MAX);
          expect(posix.join('/r', safe)).toBe(`/r/${safe}`);
          expect(win32.join('C:\\r', safe)).toBe(`C:\\r\\${safe.replaceAll('/', '\\')}`);
          expect(win32.isAbsolute(safe)).toBe(false);
        },
      ),
      { numRuns: 3000, seed: 11 },
    );
  });

  test('the name itself never stands in the error', () => {
    expect(() => safeRelativeName('secret\u001b[2J.txt')).toThrow(/^the file name is not safe: [a-z ]+$/);
  });
});

describe('[P-6.3] names of one transfer', () => {
  test.each([
    ['equal', ['a', 'b', 'a']],
    ['equal but for case', ['README', 'readme']],
    ['equal but for composition', ['\u00e9', 'E\u0301']],
    ['a sharp s and its capitals', ['stra\u00dfe', 'STRASSE']],
    ['a file that is also a folder', ['a/b', 'A']],
    ['a folder deep down that is also a file', ['x/y', 'x/Y/z']],
  ])('are refused when they clash: %s', (_what, names) => {
    expect(() => refuseClashes(names)).toThrow(SansfilError);
  });

  test('pass when they do not', () => {
    expect(() => refuseClashes(['a/b', 'a/c', 'ab', 'a b', 'b/a'])).not.toThrow();
    expect(foldedName('É')).toBe(foldedName('e\u0301'));
  });
});

describe('a name that is taken', () => {
  test.each([
    ['photo.jpg', 1, 'photo.jpg'],
    ['photo.jpg', 2, 'photo (2).jpg'],
    ['notes.tar.gz', 3, 'notes.tar (3).gz'],
    ['.bashrc', 2, '.bashrc (2)'],
    ['Makefile', 10, 'Makefile (10)'],
  ])('%s becomes for %i %s', (name, n, expected) => {
    expect(numberedName(name, n)).toBe(expected);
  });

  test('gives way to the number when it is as long as a name may be', () => {
    const long = `${'é'.repeat(125)}.jpeg`;
    expect(utf8(long).length).toBe(FILE_NAME_BYTES_MAX);
    expect(utf8(numberedName(long, 12)).length).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX);
    expect(numberedName(long, 12)).toMatch(/^é+ \(12\)\.jpeg$/);
    expect(safeRelativeName(numberedName(long, 12))).toBe(numberedName(long, 12));
  });
});
