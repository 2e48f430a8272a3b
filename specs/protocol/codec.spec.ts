import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../core/base/errors.js';
import {
  CHUNK_BYTES_MAX,
  FILE_BYTES_MAX,
  MANIFEST_BYTES_MAX,
  MANIFEST_INLINE_BYTES_MAX,
  RECORD_BODY_BYTES_MAX,
  RECORD_PLAINTEXT_BYTES_MAX,
} from '../../core/base/limits.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import {
  CANCEL_REASONS,
  CLOSE_REASONS,
  PAUSES,
  RECORD_TYPES,
  type CancelReason,
  type CloseReason,
  type Pause,
  type Record,
} from '../../core/protocol/frames.js';

const malformed = expect.objectContaining({ code: 'RECORD_MALFORMED' });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = bytes(16);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const of = <T extends Record['type']>(type: T) => fc.constant(type);
const held = fc.uniqueArray(fc.record({ item: u32, held: fc.uint8Array({ maxLength: 60 }) }), { selector: ({ item }) => item, maxLength: 20 });
const sought = fc.uniqueArray(fc.record({ item: u32, bytes: fc.nat(FILE_BYTES_MAX), root: bytes(32) }), {
  selector: (one) => one.item,
  minLength: 1,
  maxLength: 12,
});
const range = fc.tuple(u32, fc.nat(0xffff), fc.integer({ min: 1, max: 0xffff })).map(([item, from, length]) => ({ item, from, to: from + length }));

const RECORDS: { readonly [T in Exclude<Record['type'], 'unknown'>]: fc.Arbitrary<Record> } = {
  ready: fc.record({ type: of('ready'), maxRecord: fc.integer({ min: RECORD_PLAINTEXT_BYTES_MAX, max: 0xffff }), features: u32 }),
  ping: fc.record({ type: of('ping'), echo: bytes(8) }),
  pong: fc.record({ type: of('pong'), echo: bytes(8) }),
  close: fc.record({ type: of('close'), reason: fc.constantFrom(...(Object.keys(CLOSE_REASONS) as CloseReason[])) }),
  contactSecret: fc.record({ type: of('contactSecret'), secret: bytes(32) }),
  msg: fc.record({ type: of('msg'), id, content: fc.uint8Array({ maxLength: 2_000 }) }),
  ack: fc.record({ type: of('ack'), id }),
  offer: fc.record({ type: of('offer'), manifest: fc.uint8Array({ maxLength: 2_000 }) }),
  accept: fc.record({ type: of('accept'), transferId: id, items: fc.uint8Array({ maxLength: 60 }), held: fc.uint8Array({ maxLength: 60 }) }),
  offerLong: fc.record({
    type: of('offerLong'),
    transferId: id,
    length: fc.integer({ min: MANIFEST_INLINE_BYTES_MAX + 1, max: MANIFEST_BYTES_MAX }),
    hash: bytes(32),
  }),
  manifestWant: fc.record({ type: of('manifestWant'), transferId: id, offset: fc.nat(MANIFEST_BYTES_MAX - 1) }),
  manifestPart: fc.record({
    type: of('manifestPart'),
    transferId: id,
    offset: fc.nat(MANIFEST_BYTES_MAX - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  chunk: fc.record({
    type: of('chunk'),
    transferId: id,
    item: u32,
    index: u32,
    length: fc.integer({ min: 1, max: CHUNK_BYTES_MAX }),
    hash: bytes(32),
    tag: bytes(16),
    stream: u16,
  }),
  chunksOk: fc.record({ type: of('chunksOk'), transferId: id, ranges: fc.array(range, { maxLength: 20 }) }),
  done: fc.record({ type: of('done'), transferId: id, item: u32, hash: bytes(32) }),
  cancel: fc.record({ type: of('cancel'), transferId: id, reason: fc.constantFrom(...(Object.keys(CANCEL_REASONS) as CancelReason[])) }),
  pause: fc.record({ type: of('pause'), transferId: id, what: fc.constantFrom(...(Object.keys(PAUSES) as Pause[])) }),
  resume: fc.record({ type: of('resume'), transferId: id, by: fc.constantFrom<'receiver' | 'sender'>('receiver', 'sender') }),
  want: fc.record({ type: of('want'), transferId: id, ranges: fc.array(range, { minLength: 1, maxLength: 12 }) }),
  have: fc.record({ type: of('have'), transferId: id, items: held.map((items) => items.sort((a, b) => a.item - b.item)) }),
  seek: fc.record({
    type: of('seek'),
    transferId: id,
    aead: fc.constantFrom(1, 2),
    chunkBytes: fc.integer({ min: 14, max: 22 }).map((power) => 2 ** power),
    fileKey: bytes(32),
    items: sought.map((items) => items.sort((a, b) => a.item - b.item)),
  }),
  hashesWant: fc.record({ type: of('hashesWant'), transferId: id, item: u32, from: fc.nat(2 ** 18) }),
  hashes: fc.record({
    type: of('hashes'),
    transferId: id,
    item: u32,
    from: fc.nat(2 ** 18),
    hashes: fc.integer({ min: 1, max: 40 }).chain((n) => bytes(32 * n)),
  }),
  browse: fc.record({ type: of('browse'), question: u32, after: fc.maxSafeNat() }),
  shares: fc.record({ type: of('shares'), question: u32, page: fc.uint8Array({ maxLength: 2_000 }) }),
  browseShare: fc.record({ type: of('browseShare'), question: u32, share: id, after: fc.maxSafeNat() }),
  contents: fc.record({ type: of('contents'), question: u32, page: fc.uint8Array({ maxLength: 2_000 }) }),
};
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
