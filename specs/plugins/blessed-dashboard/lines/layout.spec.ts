import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bar, clipLine, clipMiddle, clipStart, padLine, widthOf, wrapText } from '../../../../plugins/blessed-dashboard/lines/layout.js';
import { span, type Line } from '../../../../plugins/blessed-dashboard/lines/Line.js';

const textOf = (line: Line): string => line.map(({ text }) => text).join('');
const texts = (lines: readonly Line[]): string[] => lines.map(textOf);
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', ' ', 'é', 'e\u0301', '漢', '👩🏽‍🏫', '🇫🇷', '\n', '\t', 'क्षि', '\u202e', '\ud83d') }),
);
const anyLine = fc.array(anyText, { maxLength: 4 }).map((parts) => parts.map((part) => span(part)));

describe('a line in a given room', () => {
  test('is clipped with an ellipsis and keeps inks and hits', () => {
    const line = [span('abc', 'strong', { choose: 'x' }), span('defg', 'faint')];
    expect(clipLine(line, 7)).toBe(line);
    expect(clipLine(line, 5)).toEqual([span('abc', 'strong', { choose: 'x' }), span('d', 'faint'), span('…', 'faint')]);
    expect(textOf(clipLine(line, 3))).toBe('ab…');
    expect(textOf(clipLine([span('漢字')], 3))).toBe('漢…');
    expect(textOf(clipLine([span('漢字')], 2))).toBe('…');
    expect(clipLine(line, 0)).toEqual([]);
  });

  test('is filled up with spaces of an ink', () => {
    expect(padLine([span('ab')], 4, 'cursor')).toEqual([span('ab'), span('  ', 'cursor')]);
    expect(textOf(padLine([span('漢漢')], 4))).toBe('漢漢');
    expect(textOf(padLine([span('漢漢')], 3))).toBe('漢…');
  });

  test('is never wider than its room and, padded, never narrower', () => {
    fc.assert(
      fc.property(anyLine, fc.nat(30), (line, columns) => {
        expect(widthOf(clipLine(line, columns))).toBeLessThanOrEqual(columns);
        expect(widthOf(padLine(line, columns))).toBe(columns);
      }),
    );
  });

  test('a name shows how it begins and how it ends', () => {
    expect(clipMiddle('holiday in Brittany.jpg.exe', 16)).toBe('holiday …jpg.exe');
    expect(clipMiddle('photo.jpg', 10)).toBe('photo.jpg');
    fc.assert(fc.property(anyText, fc.nat(30), (text, columns) => widthOf([span(clipMiddle(text, columns))]) <= columns));
  });

  test('a path shows its end', () => {
    expect(clipStart('/home/eleve/photo.jpg', 10)).toBe('…photo.jpg');
    expect(clipStart('photo.jpg', 10)).toBe('photo.jpg');
    fc.assert(fc.property(anyText, fc.nat(30), (text, columns) => widthOf([span(clipStart(text, columns))]) <= columns));
  });
});

describe('a text on several lines', () => {
  test('is broken between words, and inside a word wider than a line', () => {
    expect(texts(wrapText('le chat dort bien', 8))).toEqual(['le chat', 'dort', 'bien']);
    expect(texts(wrapText('abcdefghij kl', 4))).toEqual(['abcd', 'efgh', 'ij', 'kl']);
    expect(texts(wrapText('漢字漢字', 5))).toEqual(['漢字', '漢字']);
    expect(texts(wrapText('漢', 1))).toEqual(['…']);
  });

  test('keeps line ends and indentation, and widens tabs', () => {
    expect(texts(wrapText('a\r\n\nb', 8))).toEqual(['a', '', 'b']);
    expect(texts(wrapText('  if (x)\n\ty\tz', 12))).toEqual(['  if (x)', '    y   z']);
    expect(texts(wrapText('', 8))).toEqual(['']);
  });

  test('never is wider than its room and loses nothing but spaces', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 12, max: 30 }), (text, columns) => {
        const lines = wrapText(text, columns);
        expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
        const solid = (raw: string): string => raw.replaceAll(/\s/g, '');
        expect(solid(texts(lines).join(''))).toBe(solid(texts(text.split(/\r\n|\n|\r/).map((line) => [span(line.replaceAll('\t', ' '))])).join('')));
      }),
    );
  });
});

test.each([
  [0, '░░░░'],
  [0.5, '██░░'],
  [1, '████'],
  [7, '████'],
  [Number.NaN, '░░░░'],
])('a share of %d is %s', (share, drawn) => {
  expect(textOf(bar(share, 4))).toBe(drawn);
});
