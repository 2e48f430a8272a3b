import { describe, expect, test } from '@jest/globals';
import { searchKey } from '../../core/base/searchKey.js';

describe('searchKey', () => {
  test.each([
    ['CRÈME BRÛLÉE', 'crème brûlée'],
    ['e\u0301te\u0301', 'été'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδός'.normalize('NFD').replaceAll('\u0301', '')],
    ['ﬁn', 'FIN'],
    ['Ａ１', 'a1'],
    ['МОСКВА', 'москва'],
  ])('finds %j and %j to be the same', (a, b) => {
    expect(searchKey(a)).toBe(searchKey(b));
  });

  test.each([
    ['ete', 'été'],
    ['a', 'b'],
  ])('tells %j from %j', (a, b) => {
    expect(searchKey(a)).not.toBe(searchKey(b));
  });

  test('finds a sigma inside a word that ends with it elsewhere', () => {
    expect(searchKey('ΟΔΟΣ ΜΟΥ')).toContain(searchKey('οδοσ'));
  });
});
