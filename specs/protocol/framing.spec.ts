import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concat } from '../../core/base/bytes.js';
import { FRAME_BYTES_MAX } from '../../core/base/limits.js';
import { FrameDecoder, frameHeader } from '../../core/protocol/framing.js';

const framed = (frames: readonly Uint8Array[]): Uint8Array => concat(...frames.flatMap((frame) => [frameHeader(frame.length), frame]));

function decode(pieces: readonly Uint8Array[]): { readonly frames: readonly Uint8Array[]; readonly pending: number } {
  const decoder = new FrameDecoder();
  const frames: Uint8Array[] = [];
  for (const piece of pieces) decoder.push(piece, (frame) => frames.push(frame.slice()));
  return { frames, pending: decoder.pending };
}

describe('[P-2.2] frames on a byte stream', () => {
  const frames = [Uint8Array.of(1), Uint8Array.of(2, 2), new Uint8Array(300).fill(3), Uint8Array.of(4)];
  const stream = framed(frames);

  test('come out the same wherever the stream is split', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(decode([stream.subarray(0, at), stream.subarray(at)])).toEqual({ frames, pending: 0 });
    }
  });

  test('come out the same byte by byte', () => {
    expect(decode([...stream].map((byte) => Uint8Array.of(byte)))).toEqual({ frames, pending: 0 });
  });

  test('come out the same in any pieces', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(3_000), { maxLength: 30 }), (sizes, cuts) => {
        const sent = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
        const bytes = framed(sent);
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(decode(pieces)).toEqual({ frames: sent, pending: 0 });
      }),
    );
  });

  test('may be as long as a frame can be', () => {
    const longest = new Uint8Array(FRAME_BYTES_MAX).fill(5);
    const bytes = framed([longest]);
    expect(decode([bytes.subarray(0, 40_000), bytes.subarray(40_000)])).toEqual({ frames: [longest], pending: 0 });
    expect(() => frameHeader(FRAME_BYTES_MAX + 1)).toThrow(expect.objectContaining({ code: 'BUG' }));
    expect(() => frameHeader(0)).toThrow(expect.objectContaining({ code: 'BUG' }));
  });

  test('that were cut are pending', () => {
    expect(decode([stream.subarray(0, 1)]).pending).toBe(1);
    expect(decode([stream.subarray(0, 2)]).pending).toBe(2);
    expect(decode([stream.subarray(0, 3 + 2 + 1)]).pending).toBe(3);
    expect(decode([stream.subarray(0, -1)]).pending).toBe(2);
  });

  test('of no length are fatal, and nothing is taken afterwards', () => {
    const decoder = new FrameDecoder();
    const taken: Uint8Array[] = [];
    const take = (frame: Uint8Array): void => void taken.push(frame);
    expect(() => decoder.push(Uint8Array.of(0, 1, 7, 0, 0, 0, 1, 8), take)).toThrow(expect.objectContaining({ code: 'FRAME_EMPTY' }));
    expect(() => decoder.push(Uint8Array.of(0, 1, 8), take)).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
    expect(taken).toEqual([Uint8Array.of(7)]);
  });
});
