import { describe, expect, test } from '@jest/globals';
import { formatBar, formatBytes, formatDuration, formatTable, formatTime } from '../../../apps/shared/format.js';
import { textWidth } from '../../../core/base/textWidth.js';

describe('figures for people', () => {
  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KiB'],
    [8 * 2 ** 20, '8.0 MiB'],
    [150 * 2 ** 20, '150 MiB'],
    [2 ** 40, '1.0 TiB'],
    [2 ** 50, '1024 TiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [12.4, '12 ms'],
    [1_250, '1.3 s'],
    [61_000, '1 min 01 s'],
    [3_600_000, '1 h 00 min'],
    [7_380_000, '2 h 03 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('a moment of today is its clock, another one has its day', () => {
    const now = new Date(2027, 2, 9, 18, 0).getTime();
    expect(formatTime(new Date(2027, 2, 9, 8, 5).getTime(), now)).toBe('08:05');
    expect(formatTime(new Date(2027, 2, 8, 23, 59).getTime(), now)).toBe('2027-03-08 23:59');
    expect(formatTime(Number.MAX_VALUE, now)).toBe('?');
  });

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
