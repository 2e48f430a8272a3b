import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS, SansfilError, type ErrorCode } from '../../core/base/errors.js';
import {
  closeReasonOf,
  codeOfClose,
  codeOfHandshakeReason,
  HANDSHAKE_REASONS,
  handshakeReasonOf,
  type HandshakeReason,
} from '../../core/protocol/closeCodes.js';
import { CLOSE_REASONS, type CloseReason } from '../../core/protocol/frames.js';
import {
  decodeHandshakeError,
  decodeHello,
  decodeRetry,
  encodeHandshakeError,
  encodeHello,
  encodeHelloPrefix,
  encodeRetry,
  FRAME_2_BYTES,
  FRAME_3_BYTES,
  handshakeFrameKind,
} from '../../core/protocol/handshakeFrames.js';

const malformed = expect.objectContaining({ code: 'FRAME_MALFORMED' });
const unsupported = expect.objectContaining({ code: 'VERSION_UNSUPPORTED' });
const hello = { suite: 1, offer: [1, 2], knock: new Uint8Array(16).fill(0x6b), cookie: Uint8Array.of(7, 7), noise: new Uint8Array(32).fill(0xee) };
const { frame, prefix } = encodeHello(hello);
const retry = encodeRetry({ suite: 2, list: [2, 1], cookie: Uint8Array.of(9) });

/** A copy with other bytes at one place. */
const patched = (bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
};

const arbitraryHello = fc
  .record({
    offer: fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 8 }),
    which: fc.nat(7),
    knock: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    cookie: fc.uint8Array({ maxLength: 32 }),
    noise: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  })
  .map(({ which, offer, ...rest }) => ({ ...rest, offer, suite: offer[which % offer.length] ?? 0 }));

describe('[P-3.2] HELLO', () => {
  test('stands on the wire as the table says', () => {
    expect([...frame.subarray(0, 12)]).toEqual([0x53, 0x46, 0x4c, 0x31, 0x01, 0, 1, 1, 1, 2, 1, 2]);
    expect(frame.length).toBe(4 + 8 + 16 + 1 + 2 + 32);
    expect(prefix).toEqual(frame.subarray(0, -32));
    expect(encodeHelloPrefix(hello)).toEqual(prefix);
  });

  test('comes back as it was sent', () => {
    fc.assert(
      fc.property(arbitraryHello, (sent) => {
        const encoded = encodeHello(sent);
        expect(decodeHello(encoded.frame)).toEqual({ ...sent, prefix: encoded.prefix });
        expect(handshakeFrameKind(encoded.frame)).toBe('hello');
      }),
    );
  });

  test.each<readonly [string, Uint8Array, ReturnType<typeof expect.objectContaining>]>([
    ['another magic', patched(frame, 0, 0x54), malformed],
    ['another type', patched(frame, 4, 2), malformed],
    ['flags', patched(frame, 5, 1), malformed],
    ['an empty version range', patched(frame, 6, 2, 1), malformed],
    ['versions too new', patched(frame, 6, 2, 3), unsupported],
    ['versions too old', patched(frame, 6, 0, 0), unsupported],
    ['a suite it does not offer', patched(frame, 8, 3), malformed],
    ['a suite offered twice', patched(frame, 10, 1, 1), malformed],
    ['no offer', patched(frame, 9, 0), malformed],
    ['a cookie too long', patched(frame, 28, 33), malformed],
    ['one byte too many', Uint8Array.from([...frame, 0]), malformed],
    ['one byte too few', frame.subarray(0, -1), malformed],
  ])('with %s is refused', (_what, bad, error) => {
    expect(() => decodeHello(bad)).toThrow(error);
  });

  test('that offers later versions too is taken', () => {
    expect(decodeHello(patched(frame, 6, 1, 9)).suite).toBe(1);
  });
});

describe('[P-3.3] RETRY', () => {
  test('comes back as it was sent', () => {
    expect([...retry]).toEqual([0x53, 0x46, 0x4c, 0x31, 0x02, 0, 1, 2, 2, 2, 1, 1, 9]);
    expect(decodeRetry(retry)).toEqual({ suite: 2, list: [2, 1], cookie: Uint8Array.of(9) });
    expect(handshakeFrameKind(retry)).toBe('retry');
  });

  test.each<readonly [string, Uint8Array, ReturnType<typeof expect.objectContaining>]>([
    ['another version', patched(retry, 6, 2), unsupported],
    ['a suite outside of its list', patched(retry, 7, 3), malformed],
    ['a list with a suite twice', patched(retry, 9, 2, 2), malformed],
    ['one byte too many', Uint8Array.from([...retry, 0]), malformed],
    ['one byte too few', retry.subarray(0, -1), malformed],
    ['the type of HELLO', patched(retry, 4, 1), malformed],
  ])('with %s is refused', (_what, bad, error) => {
    expect(() => decodeRetry(bad)).toThrow(error);
  });
});

describe('[P-3.4] ERROR', () => {
  test.each(Object.keys(HANDSHAKE_REASONS) as HandshakeReason[])('brings the hint %s', (reason) => {
    const error = encodeHandshakeError(reason);
    expect(handshakeFrameKind(error)).toBe('error');
    expect(decodeHandshakeError(error)).toBe(reason);
    expect(handshakeReasonOf(codeOfHandshakeReason(reason))).toBe(reason);
  });

  test('with a reason of a later version is a failure like any other', () => {
    expect(decodeHandshakeError(patched(encodeHandshakeError('busy'), 6, 200))).toBe('failed');
    expect(() => decodeHandshakeError(encodeHandshakeError('busy').subarray(0, 6))).toThrow(malformed);
  });

  test('says nothing about identities and signatures', () => {
    const hints = (['IDENTITY_MISMATCH', 'SIGNATURE_INVALID', 'DOWNGRADE', 'DECRYPT_FAILED'] as const).map(handshakeReasonOf);
    expect(new Set(hints)).toEqual(new Set(['failed']));
  });
});

describe('[P-3.11] the reason of CLOSE', () => {
  test.each(Object.keys(CLOSE_REASONS) as CloseReason[])('%s comes from the code it stands for', (reason) => {
    expect(closeReasonOf(codeOfClose(reason))).toBe(reason);
  });

  test('exists for every error code', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) expect(CLOSE_REASONS).toHaveProperty(closeReasonOf(code));
  });
});

describe('handshake frames from anybody', () => {
  test('have the lengths of frames 2 and 3 whatever the key', () => {
    expect([FRAME_2_BYTES, FRAME_3_BYTES]).toEqual([1376, 1344]);
  });

  test('never throw anything but a SansfilError', () => {
    const mutated = fc.tuple(fc.constantFrom(frame, retry, encodeHandshakeError('busy')), fc.nat(70), fc.nat(255)).map(([of, at, value]) => {
      return at < of.length ? patched(of, at, value) : of.subarray(0, at % of.length);
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 100 })), (bytes) => {
        handshakeFrameKind(bytes);
        for (const decoder of [decodeHello, decodeRetry, decodeHandshakeError]) {
          try {
            decoder(bytes);
          } catch (error) {
            expect(SansfilError.is(error) && ERRORS[error.code].blame).toBe('peer');
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
