import { describe, expect, test } from '@jest/globals';
import { formatBar, formatTable } from '../../../apps/cli/layout.js';
import { textWidth } from '../../../core/base/textWidth.js';

describe('a bar', () => {
  test.each([
    [0, '[....]'],
    [0.5, '[##..]'],
    [1, '[####]'],
    [7, '[####]'],
    [-1, '[....]'],
  ])('a share of %d is %s', (share, bar) => {
    expect(formatBar(share, 4)).toBe(bar);
  });
});

describe('a table', () => {
  test('has its columns below each other, also with wide and combined characters', () => {
    const rows = formatTable(
      ['NAME', 'STATE'],
      [
        ['教室', 'friend'],
        ['e\u0301le\u0300ve', 'friend'],
        ['👍', ''],
      ],
    );
    expect(rows).toEqual(['NAME   STATE', '教室   friend', 'e\u0301le\u0300ve  friend', '👍']);
    expect(rows.slice(0, 3).map((row) => textWidth(row.slice(0, row.search(/STATE|friend/))))).toEqual([7, 7, 7]);
  });
});
