import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quoted, splitLine, textFrom } from '../../../../plugins/blessed-dashboard/console/splitLine.js';

const textsOf = (line: string): readonly string[] => splitLine(line).map(({ text }) => text);

describe('the words of a line', () => {
  test.each([
    ['', []],
    ['   ', []],
    ['send  board\ta.txt ', ['send', 'board', 'a.txt']],
    ['send board "two words.txt" \'it is "so"\'', ['send', 'board', 'two words.txt', 'it is "so"']],
    ['send board two\\ words.txt', ['send', 'board', 'two words.txt']],
    ['a"b c"d', ['ab cd']],
    ['"say \\"hi\\" \\\\ \\n"', ['say "hi" \\ \\n']],
    ["'\\' x", ['\\', 'x']],
    ['""', ['']],
    ['end\\', ['end\\']],
    ['envoyé\u00a0漢字 👩🏽‍🏫 e\u0301', ['envoyé', '漢字', '👩🏽‍🏫', 'e\u0301']],
  ])('%j are %j', (line, words) => {
    expect(textsOf(line)).toEqual(words);
  });

  test('know where they stand, and which quote was never closed', () => {
    expect(splitLine(' a "b')).toEqual([
      { text: 'a', start: 1, end: 2 },
      { text: 'b', start: 3, end: 5, open: '"' },
    ]);
  });

  test('come back as they were from what is quoted, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(textsOf(words.map(quoted).join(' '))).toEqual(words);
      }),
    );
  });

  test('are found in any line, in time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (line) => {
        for (const { start, end } of splitLine(line)) expect(start).toBeLessThan(end);
      }),
    );
  });
});

describe('a text in a line', () => {
  test.each([
    ["c'est bon", "c'est bon"],
    ['"Good morning"', 'Good morning'],
    ["'Good morning'", 'Good morning'],
    ['"Hi" he said "yo"', '"Hi" he said "yo"'],
    ['"Hi" and "yo"', '"Hi" and "yo"'],
    ['"not closed', '"not closed'],
    ['  two  blanks  ', 'two  blanks'],
    ['a\\b', 'a\\b'],
  ])('%j is %j', (written, text) => {
    expect(textFrom(`x ${written}`, 2)).toBe(text);
  });
});
