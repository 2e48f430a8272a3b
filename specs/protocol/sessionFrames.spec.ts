import { describe, expect, test } from '@jest/globals';
import { BULK_BYTES_MAX, FRAME_BYTES_MAX } from '../../core/base/limits.js';
import { decodeSessionFrame, encodeRecordFrame } from '../../core/protocol/sessionFrames.js';
import { bulkFrame } from '../support/bulkFrame.js';

describe('[P-3.11] the frames of a session', () => {
  test('carry a record behind a 0, and bulk bytes behind a 1 and their stream', () => {
    expect(encodeRecordFrame(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(0, 7, 8));
    expect(bulkFrame(0x0102, Uint8Array.of(9))).toEqual(Uint8Array.of(1, 1, 2, 9));
    expect(decodeSessionFrame(Uint8Array.of(0, 7, 8))).toEqual({ kind: 'record', ciphertext: Uint8Array.of(7, 8) });
    expect(decodeSessionFrame(Uint8Array.of(1, 0xff, 0xfe, 9))).toEqual({ kind: 'bulk', stream: 0xfffe, bytes: Uint8Array.of(9) });
  });

  test('are never longer than a frame may be', () => {
    expect(bulkFrame(1, new Uint8Array(BULK_BYTES_MAX))).toHaveLength(FRAME_BYTES_MAX);
    expect(() => bulkFrame(0x10000, Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'BUG' }));
    expect(() => encodeRecordFrame(new Uint8Array(FRAME_BYTES_MAX))).toThrow(expect.objectContaining({ code: 'BUG' }));
  });

  test.each([[[]], [[1]], [[1, 0]], [[1, 0, 0]], [[2, 1, 2, 3]], [[255]]])('of %j are refused', (bytes) => {
    expect(() => decodeSessionFrame(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
  });
});
