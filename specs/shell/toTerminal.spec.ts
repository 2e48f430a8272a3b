import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf, toJson, toTerminal } from '../../core/shell/toTerminal.js';

/** What no terminal may receive: C0, DEL and C1 with ESC among them, and what turns or hides text. */
function dangerous(text: string): string[] {
  return Array.from(text).filter((character) => {
    const point = character.codePointAt(0) ?? 0;
    const control = point < 0x20 || (point >= 0x7f && point <= 0x9f);
    const hidden = [0x61c, 0x200b, 0x200e, 0x200f, 0xfeff].includes(point) || (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x2069);
    return control || hidden || (point >= 0xd800 && point <= 0xdfff);
  });
}

const hostile: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a window title (OSC 0)', '\u001b]0;owned\u0007', '\\u{1b}]0;owned\\u{7}'],
  ['a link (OSC 8)', '\u001b]8;;http://x\u001b\\click', '\\u{1b}]8;;http://x\\u{1b}\\click'],
  ['the clipboard (OSC 52)', '\u001b]52;c;ZXZpbA==\u0007', '\\u{1b}]52;c;ZXZpbA==\\u{7}'],
  ['a cleared screen (CSI)', '\u001b[2J\u001b[H', '\\u{1b}[2J\\u{1b}[H'],
  ['colours (SGR)', '\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
  ['a device request (DCS)', '\u001bP$qm\u001b\\', '\\u{1b}P$qm\\u{1b}\\'],
  ['a one-byte CSI (C1)', '\u009b31m', '\\u{9b}31m'],
  ['a one-byte OSC (C1)', '\u009d0;owned\u009c', '\\u{9d}0;owned\\u{9c}'],
  ['a backspace', 'rm\b\bls', 'rm\\u{8}\\u{8}ls'],
  ['an overwritten line', 'safe\revil', 'safe\\u{d}evil'],
  ['a second line', 'a\nERROR fake', 'a\\u{a}ERROR fake'],
  ['a tab', 'a\tb', 'a\\u{9}b'],
  ['NUL and DEL', '\u0000\u007f', '\\u{0}\\u{7f}'],
  ['a bidi override', 'photo\u202egpj.exe', 'photo\\u{202e}gpj.exe'],
  ['bidi isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
  ['direction marks', '\u200e\u200f\u061c', '\\u{200e}\\u{200f}\\u{61c}'],
  ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
  ['invisible characters', 'a\u200bb\u2060c\ufeff', 'a\\u{200b}b\\u{2060}c\\u{feff}'],
  ['letters nobody sees', 'Bob\u3164 Bob\u115f\u1160\uffa0\u00ad\u034f', 'Bob\\u{3164} Bob\\u{115f}\\u{1160}\\u{ffa0}\\u{ad}\\u{34f}'],
  ['half a surrogate pair', 'a\ud83db\udc4d', 'a\\u{d83d}b\\u{dc4d}'],
];

describe('text on a terminal', () => {
  test.each(hostile)('shows %s instead of sending it', (_, text, shown) => {
    expect(toTerminal(text)).toBe(shown);
  });

  test.each(['Élève nº 3', '教室', '👍🏽 👩‍🚀', 'سلام', 'e\u0301', 'C:\\temp {1}'])('leaves %s as it is', (text) => {
    expect(toTerminal(text)).toBe(text);
  });

  test('never holds a dangerous character, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => dangerous(toTerminal(text)).length === 0));
  });
});

describe('JSON on a terminal', () => {
  test.each(hostile)('holds %s escaped, and is the same document', (_, text) => {
    expect(dangerous(toJson({ text }))).toEqual([]);
    expect(JSON.parse(toJson({ text }))).toEqual({ text });
  });
});

test('a text of several lines is split at every kind of line end', () => {
  expect(linesOf('a\nb\r\nc\rd')).toEqual(['a', 'b', 'c', 'd']);
});
