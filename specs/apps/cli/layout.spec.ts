import { describe, expect, test } from '@jest/globals';
import { formatBar } from '../../../apps/cli/layout.js';

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
