import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Reader, Writer } from '../../core/protocol/fields.js';

const malformed = expect.objectContaining({ code: 'FRAME_MALFORMED' });
const bug = expect.objectContaining({ code: 'BUG' });

describe('[P-1.1] fields', () => {
  test('are big-endian', () => {
    const written = new Writer().u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d).done();
    expect([...written]).toEqual([1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 9, 0x0a, 0x0b, 0x0c, 0x0d]);
  });

  test('come back as they were written', () => {
    const values = fc.tuple(
      fc.nat(0xff),
      fc.nat(0xffff),
      fc.nat(0xffff_ffff),
      fc.maxSafeNat(),
      fc.uint8Array({ maxLength: 255 }),
      fc.uint8Array({ maxLength: 700 }),
    );
    fc.assert(
      fc.property(values, ([a, b, c, d, short, long]) => {
        const reader = new Reader(new Writer(1).u8(a).u16(b).u32(c).u64(d).bytesU8(short).bytesU16(long).done());
        expect([reader.u8(), reader.u16(), reader.u32(), reader.u64(), reader.bytesU8(), reader.bytesU16()]).toEqual([a, b, c, d, short, long]);
        reader.end();
      }),
    );
  });

  test('that end early are an error with the code of the reader', () => {
    const takes = ['u8', 'u16', 'u32', 'u64', 'bytesU8', 'bytesU16'] as const;
    for (const take of takes) expect(() => new Reader(new Uint8Array(0))[take]()).toThrow(malformed);
    expect(() => new Reader(Uint8Array.of(3, 1, 2)).bytesU8()).toThrow(malformed);
    expect(() => new Reader(Uint8Array.of(0, 3, 1, 2)).bytesU16()).toThrow(malformed);
    expect(() => new Reader(Uint8Array.of(1), 'RECORD_MALFORMED').u16()).toThrow(expect.objectContaining({ code: 'RECORD_MALFORMED' }));
  });

  test('may not be followed by anything, nor padded with anything but zeros', () => {
    expect(() => new Reader(Uint8Array.of(0)).end()).toThrow(malformed);
    expect(() => new Reader(Uint8Array.of(0, 0, 1)).zeros()).toThrow(malformed);
    new Reader(Uint8Array.of(0, 0)).zeros();
  });

  test('of 64 bits beyond 2^53 − 1 are refused', () => {
    expect(new Reader(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255)).u64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => new Reader(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0)).u64()).toThrow(malformed);
  });

  test('are read from the middle of a larger buffer', () => {
    expect(new Reader(Uint8Array.of(9, 9, 1, 2, 9).subarray(2, 4)).u16()).toBe(0x0102);
  });

  test.each([-1, 256, 1.5, Number.NaN])('refuse to write %s as one byte', (value) => {
    expect(() => new Writer().u8(value)).toThrow(bug);
  });

  test('that are too long for their length are a bug', () => {
    expect(() => new Writer().bytesU8(new Uint8Array(256))).toThrow(bug);
    expect(() => new Writer().bytesU16(new Uint8Array(65_536))).toThrow(bug);
    expect(() => new Writer().u64(2 ** 53)).toThrow(bug);
  });
});
