import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fuzzyFilter, fuzzyScore } from '../../../../plugins/blessed-dashboard/dialogs/fuzzy.js';

const find = (typed: string, all: readonly string[]): readonly string[] => fuzzyFilter(typed, all, (one) => one);

describe('finding by a few letters', () => {
  it('puts the whole before a start, a start before a word, a word before the inside, the inside before letters', () => {
    const all = ['p-a-u-s', 'menopause', 'la pause', 'pauses', 'paus'];
    expect(find('paus', all)).toEqual(['paus', 'pauses', 'la pause', 'menopause', 'p-a-u-s']);
  });

  it('does not mind accents and case, in what is typed and in what is found', () => {
    expect(find('elodie', ['Zoé', 'Élodie'])).toEqual(['Élodie']);
    expect(find('ZOÉ', ['zoe', 'Élodie'])).toEqual(['zoe']);
  });

  it('wants every word', () => {
    expect(find('send fi', ['Send a file', 'Send', 'File'])).toEqual(['Send a file']);
  });

  it('leaves out letters that lie far from each other', () => {
    expect(fuzzyScore('xyz', 'x marks the spot where y is, and so does z')).toBeUndefined();
  });

  it('keeps all, in their order, when nothing is typed', () => {
    expect(find('  ', ['b', 'a'])).toEqual(['b', 'a']);
  });

  it('finds any text by itself and never fails, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (typed, text) => {
        expect(fuzzyScore(text, text)).toBeDefined();
        const score = fuzzyScore(typed, text);
        expect(score === undefined || score >= 0).toBe(true);
      }),
    );
  });
});
