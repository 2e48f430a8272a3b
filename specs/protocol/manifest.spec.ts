import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../core/base/errors.js';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_MAX,
  CHUNK_BYTES_MIN,
  FILE_BYTES_MAX,
  MANIFEST_BYTES_MAX,
  RECORD_BODY_BYTES_MAX,
  TRANSFER_CHUNKS_MAX,
  TRANSFER_ITEMS_MAX,
} from '../../core/base/limits.js';
import { bitmapBytes, fitsBitmap, hasBit, setBit } from '../../core/protocol/bitmap.js';
import { Writer } from '../../core/protocol/fields.js';
import {
  chooseChunkBytes,
  chunkCount,
  chunkLength,
  decodeManifest,
  encodeManifest,
  FOLDER_MODE,
  sentKey,
  wholeMs,
  type Manifest,
} from '../../core/protocol/manifest.js';

const SAMPLE: Manifest = {
  transferId: new Uint8Array(16).fill(1),
  aead: 1,
  chunkBytes: CHUNK_BYTES_DEFAULT,
  key: { kind: 'sent', fileKey: new Uint8Array(32).fill(2) },
  items: [
    { name: 'album/été.jpg', bytes: 3_000_000, modifiedMs: 1_700_000_000_000, mode: 0o644 },
    { name: 'album/empty', bytes: 0, modifiedMs: 0, mode: 0 },
    { name: 'album/folder', bytes: 0, modifiedMs: 7, mode: FOLDER_MODE | 0o755 },
  ],
};

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return SansfilError.is(error) ? error.code : String(error);
  }
  return 'nothing thrown';
};
const item = (
  writer: Writer,
  { bytes = 1, mtime = 1, mode = 0o600, name = 'a' }: { bytes?: number; mtime?: number; mode?: number; name?: string } = {},
): Writer => writer.u64(bytes).u64(mtime).u16(mode).bytesU16(new TextEncoder().encode(name));
const head = ({ aead = 1, chunkBytes = CHUNK_BYTES_DEFAULT, count = 1 }: { aead?: number; chunkBytes?: number; count?: number } = {}): Writer =>
  new Writer().zeros(16).u8(aead).u32(chunkBytes).zeros(33).u32(count);

describe('[P-6.2] the manifest', () => {
  test('has the layout of its clause, byte for byte', () => {
    const encoded = encodeManifest({ ...SAMPLE, items: [{ name: 'a', bytes: 258, modifiedMs: 3, mode: 0o644 }] });
    expect(Buffer.from(encoded).toString('hex')).toBe(`${'01'.repeat(16)}010010000000${'02'.repeat(32)}000000010000000000000102000000000000000301a4000161`);
  });

  test('comes back as it went, owning its bytes', () => {
    const encoded = encodeManifest(SAMPLE);
    const decoded = decodeManifest(encoded);
    encoded.fill(0xff);
    expect(decoded).toEqual(SAMPLE);
  });

  test.each([
    ['an unknown cipher', item(head({ aead: 0 }))],
    ['another unknown cipher', item(head({ aead: 3 }))],
    ['a chunk size below the bound', item(head({ chunkBytes: CHUNK_BYTES_MIN / 2 }))],
    ['a chunk size above the bound', item(head({ chunkBytes: CHUNK_BYTES_MAX * 2 }))],
    ['a chunk size that is no power of two', item(head({ chunkBytes: CHUNK_BYTES_MIN + 1 }))],
    ['no items', head({ count: 0 })],
    ['fewer items than it says', item(head({ count: 2 }))],
    ['more items than it says', item(item(head()))],
    ['four thousand million items', item(head({ count: 0xffff_ffff }))],
    ['a file larger than may be', item(head(), { bytes: FILE_BYTES_MAX + 1 })],
    [
      'a size beyond what a number holds',
      head()
        .u32(0xffff_ffff)
        .u32(0xffff_ffff)
        .u64(1)
        .u16(1)
        .bytesU16(new Uint8Array([0x61])),
    ],
    ['a time beyond what a date holds', item(head(), { mtime: 8.64e15 + 1 })],
    ['a folder that has a size', item(head(), { mode: FOLDER_MODE })],
    ['an unknown kind of key', item(new Writer().zeros(16).u8(1).u32(CHUNK_BYTES_DEFAULT).u8(2).zeros(36).u32(1))],
    ['a set-uid bit', item(head(), { mode: 0o4755 })],
    ['too many chunks', item(head({ chunkBytes: CHUNK_BYTES_MIN }), { bytes: (TRANSFER_CHUNKS_MAX + 1) * CHUNK_BYTES_MIN })],
    [
      'a name that is not UTF-8',
      head()
        .u64(1)
        .u64(1)
        .u16(1)
        .bytesU16(new Uint8Array([0xc3, 0x28])),
    ],
    ['an empty name', item(head(), { name: '' })],
    ['a byte too many', item(head()).u8(0)],
    ['more bytes than may be', new Writer().zeros(MANIFEST_BYTES_MAX + 1)],
    ['nothing', new Writer()],
  ])('with %s is refused', (_what, writer) => {
    expect(codeOf(() => decodeManifest(writer.done()))).toBe('MANIFEST_INVALID');
  });

  test.each([
    ['a name that leaves its folder', item(head(), { name: '../a' })],
    ['a name that holds a control', item(head(), { name: 'a\u001b' })],
    ['a name in decomposed letters', item(head(), { name: 'e\u0301' })],
    ['two names that differ in case only', item(item(head({ count: 2 }), { name: 'a' }), { name: 'A' })],
  ])('with %s is unsafe', (_what, writer) => {
    expect(codeOf(() => decodeManifest(writer.done()))).toBe('FILE_NAME_UNSAFE');
  });

  test('cut short anywhere is refused', () => {
    const encoded = encodeManifest(SAMPLE);
    for (let length = 0; length < encoded.length; length++) expect(codeOf(() => decodeManifest(encoded.subarray(0, length)))).toBe('MANIFEST_INVALID');
  });

  test('of random or damaged bytes is read or refused with a code, and what is read obeys every bound', () => {
    const valid = encodeManifest(SAMPLE);
    const damaged = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const bytes = valid.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), (bytes) => {
        let manifest: Manifest;
        try {
          manifest = decodeManifest(bytes);
        } catch (error) {
          expect(SansfilError.is(error) && ['MANIFEST_INVALID', 'FILE_NAME_UNSAFE'].includes(error.code)).toBe(true);
          return;
        }
        expect(manifest.items.reduce((sum, { bytes: size }) => sum + chunkCount(size, manifest.chunkBytes), 0)).toBeLessThanOrEqual(TRANSFER_CHUNKS_MAX);
        expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
      }),
      { numRuns: 5000, seed: 3 },
    );
  });

  test('says how a key comes from a passphrase', () => {
    const key = { kind: 'passphrase', salt: new Uint8Array(16).fill(3), iterations: 600_000, check: new Uint8Array(16).fill(4) } as const;
    const encoded = encodeManifest({ ...SAMPLE, key });
    expect(Buffer.from(encoded).toString('hex', 21)).toMatch(new RegExp(`^01${'03'.repeat(16)}000927c0${'04'.repeat(16)}00000003`));
    expect(decodeManifest(encoded).key).toEqual(key);
    for (const iterations of [0, 599_999, 2_000_001, 2 ** 32 - 1]) {
      expect(codeOf(() => decodeManifest(encodeManifest({ ...SAMPLE, key: { ...key, iterations } })))).toBe('MANIFEST_INVALID');
    }
    expect(codeOf(() => sentKey({ key }))).toBe('PASSPHRASE_NEEDED');
    expect(sentKey(SAMPLE)).toEqual(new Uint8Array(32).fill(2));
  });

  test('of as many items as may be is read, and one of more is refused', () => {
    const itemsOf = (length: number) => Array.from({ length }, (_, i) => ({ name: `folder-${i % 300}/file-${i}.bin`, bytes: 1, modifiedMs: 1, mode: 0o600 }));
    const most = { ...SAMPLE, items: itemsOf(TRANSFER_ITEMS_MAX) };
    expect(decodeManifest(encodeManifest(most)).items).toHaveLength(TRANSFER_ITEMS_MAX);
    expect(codeOf(() => encodeManifest({ ...SAMPLE, items: itemsOf(TRANSFER_ITEMS_MAX + 1) }))).toBe('TRANSFER_TOO_LARGE');
  });

  test('that would be longer than may be is refused by the sender', () => {
    const items = Array.from({ length: 2 ** 16 }, (_, i) => ({ name: `${'x'.repeat(240)}-${i}`, bytes: 1, modifiedMs: 1, mode: 0o600 }));
    expect(codeOf(() => encodeManifest({ ...SAMPLE, items }))).toBe('TRANSFER_TOO_LARGE');
    expect(codeOf(() => encodeManifest({ ...SAMPLE, items: [{ name: 'a', bytes: FILE_BYTES_MAX + 1, modifiedMs: 1, mode: 0 }] }))).toBe('TRANSFER_TOO_LARGE');
  });

  test('says times in whole milliseconds that every device can hold', () => {
    expect([-5, 1.9, 9e15, 0].map(wholeMs)).toEqual([0, 1, 8.64e15, 0]);
  });
});

describe('[P-6.2] chunks', () => {
  test.each([
    [0, 0, []],
    [1, 1, [1]],
    [CHUNK_BYTES_MIN, 1, [CHUNK_BYTES_MIN]],
    [CHUNK_BYTES_MIN + 1, 2, [CHUNK_BYTES_MIN, 1]],
  ])('of %i bytes are %i', (bytes, count, lengths) => {
    expect(chunkCount(bytes, CHUNK_BYTES_MIN)).toBe(count);
    expect(lengths.map((_, index) => chunkLength(bytes, CHUNK_BYTES_MIN, index))).toEqual(lengths);
  });

  test('grow with the transfer until their number is within its bound', () => {
    expect(chooseChunkBytes([5])).toBe(CHUNK_BYTES_DEFAULT);
    expect(chooseChunkBytes([2 ** 38])).toBe(CHUNK_BYTES_DEFAULT);
    expect(chooseChunkBytes([2 ** 38, 1])).toBe(2 * CHUNK_BYTES_DEFAULT);
    expect(chooseChunkBytes([FILE_BYTES_MAX])).toBe(CHUNK_BYTES_MAX);
    expect(codeOf(() => chooseChunkBytes([FILE_BYTES_MAX, 1]))).toBe('TRANSFER_TOO_LARGE');
  });
});

describe('[P-6.7] bitmaps', () => {
  test('the bitmaps of the largest transfers fit into one ACCEPT record', () => {
    expect(16 + 2 + bitmapBytes(TRANSFER_ITEMS_MAX) + 2 + bitmapBytes(TRANSFER_CHUNKS_MAX)).toBeLessThanOrEqual(RECORD_BODY_BYTES_MAX);
  });

  test('chunk 0 is the highest bit of the first byte', () => {
    const bitmap = new Uint8Array(2);
    setBit(bitmap, 0);
    setBit(bitmap, 9);
    expect([...bitmap]).toEqual([0x80, 0x40]);
    expect([0, 1, 9, 15, 99].map((index) => hasBit(bitmap, index))).toEqual([true, false, true, false, false]);
  });

  test.each([
    [8, [0xff], true],
    [8, [0xff, 0], false],
    [9, [0xff, 0x80], true],
    [9, [0xff, 0xc0], false],
    [9, [0xff], false],
    [0, [], true],
  ])('for %i chunks %j fits: %s', (count, bytes, fits) => {
    expect(fitsBitmap(new Uint8Array(bytes), count)).toBe(fits);
  });
});
