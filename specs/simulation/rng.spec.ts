import { describe, expect, test } from '@jest/globals';
import { Rng } from '../../core/simulation/Rng.js';

const draws = (rng: Rng, n = 8): number[] => Array.from({ length: n }, () => rng.u32());

describe('the seeded generator', () => {
  test('draws the same from the same seed and something else from another', () => {
    expect(draws(new Rng(7))).toEqual(draws(new Rng(7)));
    expect(draws(new Rng(7))).not.toEqual(draws(new Rng(8)));
  });

  test('forks by name, whatever was drawn before', () => {
    const rng = new Rng(7);
    const before = draws(rng.fork('link 1'));
    draws(rng, 100);
    expect(draws(rng.fork('link 1'))).toEqual(before);
    expect(draws(rng.fork('link 2'))).not.toEqual(before);
    expect(draws(rng.fork('ab'))).not.toEqual(draws(rng.fork('ba')));
  });

  test('spreads: means and bits of 20 000 draws are where they belong, for neighbouring seeds', () => {
    for (const seed of [0, 1, 2, 0xffff_ffff]) {
      const rng = new Rng(seed);
      let sum = 0;
      const ones = new Array<number>(32).fill(0);
      for (let i = 0; i < 20_000; i++) {
        const value = rng.u32();
        sum += value / 2 ** 32;
        for (let bit = 0; bit < 32; bit++) ones[bit] = (ones[bit] ?? 0) + ((value >>> bit) & 1);
      }
      expect(Math.abs(sum / 20_000 - 0.5)).toBeLessThan(0.01);
      for (const count of ones) expect(Math.abs(count / 20_000 - 0.5)).toBeLessThan(0.02);
    }
  });

  test('keeps to its ranges', () => {
    const rng = new Rng(3);
    const rolls = Array.from({ length: 2_000 }, () => rng.between(1, 6));
    expect(new Set(rolls)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    for (let i = 0; i < 1_000; i++) {
      const value = rng.uniform();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1);
    }
    expect(rng.bytes(33)).toHaveLength(33);
    expect([rng.chance(0), rng.chance(1)]).toEqual([false, true]);
  });
});
