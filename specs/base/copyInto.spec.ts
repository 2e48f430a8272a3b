import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyInto } from '../../core/base/bytes.js';

describe('copying into memory that may be shared', () => {
  test.each([
    ['memory of its own', (bytes: number) => new ArrayBuffer(bytes)],
    ['shared memory', (bytes: number) => new SharedArrayBuffer(bytes)],
  ])('is what set does, in %s', (_what, make) => {
    const length = fc.oneof(fc.nat(40), fc.integer({ min: 65_500, max: 65_600 }), fc.integer({ min: 131_000, max: 140_000 }));
    fc.assert(
      fc.property(length, fc.nat(20), fc.nat(20), fc.nat(20), (bytes, from, at, start) => {
        const source = Uint8Array.from({ length: from + bytes }, (_, i) => (i * 31 + 7) & 0xff).subarray(from);
        const got = new Uint8Array(make(start + at + bytes + 9), start);
        const expected = new Uint8Array(at + bytes + 9);
        copyInto(got, at, source);
        expected.set(source, at);
        expect(Buffer.compare(Uint8Array.from(got), expected)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test('beyond the end throws, as set does', () => {
    expect(() => copyInto(new Uint8Array(new SharedArrayBuffer(8)), 4, new Uint8Array(5))).toThrow(expect.objectContaining({ name: 'RangeError' }));
    expect(() => copyInto(new Uint8Array(8), 4, new Uint8Array(5))).toThrow(expect.objectContaining({ name: 'RangeError' }));
  });
});
