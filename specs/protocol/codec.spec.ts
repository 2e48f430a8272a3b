import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../core/base/errors.js';
import { MANIFEST_INLINE_BYTES_MAX, RECORD_BODY_BYTES_MAX, RECORD_PLAINTEXT_BYTES_MAX } from '../../core/base/limits.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import { RECORD_TYPES, type Record } from '../../core/protocol/frames.js';
import { bytesOf, recordArbitraries } from '../fuzz/values.js';

const malformed = expect.objectContaining({ code: 'RECORD_MALFORMED' });
const RECORDS = recordArbitraries({ id: bytesOf(16), item: fc.nat(0xffff_ffff), stream: fc.nat(0xffff) });
const anyRecord = fc.oneof(...Object.values(RECORDS));
const ID = new Uint8Array(16).fill(1);

/** A record of raw bytes: type, body, and padding as the codec would make it. */
const raw = (type: number, body: readonly number[], length = 128): Uint8Array => {
  const plaintext = new Uint8Array(length);
  plaintext.set([type, body.length >>> 8, body.length & 255, ...body]);
  return plaintext;
};

describe('[P-3.11] a record', () => {
  test.each(Object.entries(RECORDS))('%s comes back as it was sent', (type, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (record) => {
        const plaintext = encodeRecord(record);
        expect(plaintext[0]).toBe(RECORD_TYPES[type as keyof typeof RECORD_TYPES]);
        expect(decodeRecord(plaintext)).toEqual(record);
      }),
    );
  });

  test('is padded with zeros to a multiple of 128, so that its length tells little', () => {
    const sizes = [0, 108, 109, 110, 236, 237].map((length) => encodeRecord({ type: 'msg', id: ID, content: new Uint8Array(length) }).length);
    expect(sizes).toEqual([128, 128, 128, 256, 256, 256]);
    for (const type of ['ping', 'pong'] as const) expect(encodeRecord({ type, echo: new Uint8Array(8) }).length).toBe(128);
    expect(encodeRecord({ type: 'ack', id: ID }).length).toBe(128);
  });

  test('may be as long as a Noise message carries, and no longer', () => {
    const longest: Record = { type: 'msg', id: ID, content: new Uint8Array(RECORD_BODY_BYTES_MAX - 16).fill(9) };
    expect(encodeRecord(longest).length).toBe(RECORD_PLAINTEXT_BYTES_MAX);
    expect(decodeRecord(encodeRecord(longest))).toEqual(longest);
    expect(() => encodeRecord({ ...longest, content: new Uint8Array(RECORD_BODY_BYTES_MAX - 15) })).toThrow(expect.objectContaining({ code: 'BUG' }));
  });

  test('has one encoding only: anything else in the padding is refused', () => {
    const ack = encodeRecord({ type: 'ack', id: ID });
    const dirty = Uint8Array.from(ack);
    dirty[127] = 1;
    const longer = new Uint8Array(256);
    longer.set(ack);
    for (const other of [dirty, longer, ack.subarray(0, -1), ack.subarray(0, 19), new Uint8Array(0), ack.subarray(0, 2)]) {
      expect(() => decodeRecord(other)).toThrow(malformed);
    }
  });

  test.each<readonly [string, Uint8Array]>([
    ['an ACK of 15 bytes', raw(0x11, new Array<number>(15).fill(1))],
    ['an ACK of 17 bytes', raw(0x11, new Array<number>(17).fill(1))],
    ['a body longer than the record', raw(0x10, []).fill(255, 1, 3)],
    ['an unknown reason of CLOSE', raw(0x03, [9])],
    ['an unknown reason of CANCEL', raw(0x25, [...ID, 99])],
    ['a READY that takes small records only', raw(0x00, [0xff, 0xed, 0, 0, 0, 0])],
    ['an empty chunk', raw(0x22, [...ID, ...new Array<number>(62).fill(0)])],
    ['a chunk beyond 4 MiB', raw(0x22, [...ID, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 1, ...new Array<number>(50).fill(0)])],
    ['an empty range of chunks', raw(0x23, [...ID, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 5])],
    ['a count of ranges that are not there', raw(0x23, [...ID, 255, 255])],
    ['a bitmap that is longer than the record', raw(0x21, [...ID, 0, 1, 0x80, 0, 2, 0])],
    ['a long manifest that is short', raw(0x2a, [...ID, 0, 0, 250, 0, ...new Array<number>(32).fill(1)])],
    ['a long manifest of 16 MiB and a byte', raw(0x2a, [...ID, 1, 0, 0, 1, ...new Array<number>(32).fill(1)])],
    ['a piece beyond 16 MiB', raw(0x2b, [...ID, 1, 0, 0, 0])],
    ['an empty piece', raw(0x2c, [...ID, 0, 0, 0, 0])],
  ])('with %s is refused', (_what, plaintext) => {
    expect(() => decodeRecord(plaintext)).toThrow(malformed);
  });

  test('with a manifest beyond its bound is refused', () => {
    const most: Record = { type: 'offer', manifest: new Uint8Array(MANIFEST_INLINE_BYTES_MAX) };
    expect(decodeRecord(encodeRecord(most))).toEqual(most);
    expect(() => decodeRecord(encodeRecord({ type: 'offer', manifest: new Uint8Array(MANIFEST_INLINE_BYTES_MAX + 1) }))).toThrow(malformed);
  });

  test('of an unknown type is fatal below 0x80 and passed over from there on', () => {
    expect(() => decodeRecord(raw(0x7f, [1]))).toThrow(expect.objectContaining({ code: 'RECORD_UNKNOWN' }));
    expect(decodeRecord(raw(0x80, [1]))).toEqual({ type: 'unknown', code: 0x80 });
    expect(() => decodeRecord(raw(0x80, [1], 130))).toThrow(malformed);
  });
});

describe('bytes from a peer', () => {
  const decodes = (plaintext: Uint8Array): void => {
    try {
      const record = decodeRecord(plaintext);
      if (record.type !== 'unknown') expect(encodeRecord(record)).toEqual(plaintext);
    } catch (error) {
      expect(SansfilError.is(error) && ['RECORD_MALFORMED', 'RECORD_UNKNOWN'].includes(error.code)).toBe(true);
    }
  };

  test('that are random give a record or a SansfilError', () => {
    const framed = fc.tuple(fc.constantFrom(...Object.values(RECORD_TYPES)), fc.array(fc.nat(255), { maxLength: 125 })).map(([type, body]) => raw(type, body));
    fc.assert(fc.property(fc.oneof(framed, fc.uint8Array({ maxLength: 300 })), decodes), { numRuns: 10_000 });
  });

  test('that are a damaged record give its one other meaning or a SansfilError', () => {
    const damaged = fc.tuple(anyRecord, fc.nat(), fc.nat(255), fc.boolean()).map(([record, place, value, cut]) => {
      const plaintext = encodeRecord(record);
      const at = place % plaintext.length;
      if (cut) return plaintext.subarray(0, at);
      plaintext[at] = value;
      return plaintext;
    });
    fc.assert(fc.property(damaged, decodes), { numRuns: 10_000 });
  });
});
