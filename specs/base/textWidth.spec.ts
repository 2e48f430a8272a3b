import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clusters, textWidth } from '../../core/base/textWidth.js';

const shown = (text: string): (readonly [string, number])[] => clusters(text).map((cluster) => [cluster.text, cluster.columns] as const);

describe('the columns of a text', () => {
  test.each([
    ['plain', 'salut', 5],
    ['accents, both forms', '\u00e9e\u0301', 2],
    ['ideographs', '漢字', 4],
    ['full and half width forms', 'ＡＢｱ', 5],
    ['an emoji', '👍', 2],
    ['a skin tone', '👍🏽', 2],
    ['a skin tone on a sign that is text by itself', '☝🏽', 2],
    ['joined emoji', '👩🏽‍🏫', 2],
    ['a family', '👩‍👩‍👧‍👦', 2],
    ['joined to a sign that is text by itself', '❤\u200d🔥', 2],
    ['flags', '🇫🇷🇯🇵', 4],
    ['a flag of tags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 2],
    ['keycaps', '1\ufe0f\u20e3#\ufe0f\u20e3', 4],
    ['a sign as text', '❤', 1],
    ['variation selector 16: as a picture', '❤\ufe0f', 2],
    ['variation selector 15: as text', '❤\ufe0e', 1],
    ['a variation selector on a letter', 'a\ufe0f', 1],
    ['Hangul syllables', '한국', 4],
    ['Hangul jamo', '\u1112\u1161\u11ab', 2],
    ['a mark on nothing', '\u0301', 0],
    ['many marks', `a${'\u0301'.repeat(50)}`, 1],
    ['zero width', 'a\u200d\u200cb', 2],
    ['Hebrew with points', 'שָׁלוֹם', 4],
    ['Arabic', 'سلام', 4],
    ['Thai', 'กำ', 2],
    ['Devanagari: letters and spacing vowels', 'क्षि', 3],
    ['box drawing', '─│█…·»', 6],
    ['unassigned and private use', '\u0378\ue000\u{10fffd}', 3],
    ['a script beyond the first plane', '𒀀𠀀', 3],
  ])('%s', (_, text, columns) => {
    expect(textWidth(text)).toBe(columns);
    expect(clusters(text).reduce((sum, cluster) => sum + cluster.columns, 0)).toBe(columns);
  });

  test('are counted by what a reader sees as one character', () => {
    expect(shown('ae\u0301👩🏽‍🏫🇫🇷!')).toEqual([
      ['a', 1],
      ['e\u0301', 1],
      ['👩🏽‍🏫', 2],
      ['🇫🇷', 2],
      ['!', 1],
    ]);
    expect(shown('né')).toEqual([
      ['n', 1],
      ['é', 1],
    ]);
  });

  test('cutting loses nothing', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(
        text,
        (any) =>
          clusters(any)
            .map((cluster) => cluster.text)
            .join('') === any,
      ),
    );
  });

  test('a long text is cut like a short one, in a time that grows with its length', () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    const unit = fc.constantFrom('a', '\u0301', '👩🏽‍🏫', '🇫🇷', '🇫', '\u200d', '🏽', 'क', '\u094d', 'ש', '\u1112', '\u1161', '\ud83d');
    fc.assert(
      fc.property(fc.string({ unit, minLength: 200, maxLength: 900 }), (text) => {
        expect(clusters(text).map((cluster) => cluster.text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
      }),
    );
    const started = performance.now();
    for (const text of ['👩🏽‍🏫'.repeat(9_000), 'שלום'.repeat(16_000), `a${'\u0301'.repeat(64_000)}`]) textWidth(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
