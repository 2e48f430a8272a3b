import { describe, expect, test } from '@jest/globals';
import { textWidth } from '../../core/base/textWidth.js';
import { inColumns } from '../../core/shell/columns.js';

describe('a table', () => {
  test('has its columns below each other, also with wide and combined characters', () => {
    const rows = inColumns([
      ['NAME', 'STATE'],
      ['教室', 'friend'],
      ['e\u0301le\u0300ve', 'friend'],
      ['👍', ''],
    ]);
    expect(rows).toEqual(['NAME   STATE', '教室   friend', 'e\u0301le\u0300ve  friend', '👍']);
    expect(rows.slice(0, 3).map((row) => textWidth(row.slice(0, row.search(/STATE|friend/))))).toEqual([7, 7, 7]);
  });
});
