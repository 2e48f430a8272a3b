import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concat, toHex } from '../../core/base/bytes.js';
import { SansfilError, type ErrorCode } from '../../core/base/errors.js';
import { FrameDecoder, frameHeader } from '../../core/protocol/framing.js';
import { decodeRecord, encodeRecord } from '../../core/protocol/codec.js';
import {
  decodeHandshakeError,
  decodeHello,
  decodeRetry,
  encodeHandshakeError,
  encodeHello,
  encodeRetry,
  handshakeFrameKind,
} from '../../core/protocol/handshakeFrames.js';
import {
  decodeItems,
  decodeShares,
  encodeItems,
  encodeShares,
  UNKNOWN_SHARE,
  type Page,
  type RemoteItem,
  type RemoteShare,
} from '../../core/protocol/cataloguePages.js';
import { decodeManifest, encodeManifest } from '../../core/protocol/manifest.js';
import { decodeMessageContent, encodeMessageContent } from '../../core/protocol/messageContent.js';
import { appendSignature, decodePresence, encodePresence } from '../../core/protocol/presence.js';
import { decodeSessionFrame, encodeRecordFrame, type SessionFrame } from '../../core/protocol/sessionFrames.js';
import { mutate, mutation, random, same } from './mutations.js';
import { runs } from './seed.js';
import { anyRecord, contentsPage, hello, manifest, messageContent, presence, retry, sharesPage } from './values.js';
import { bulkFrame } from '../support/bulkFrame.js';

const RUNS = 10_000;

interface Format<T> {
  /** Something the format can say. */
  readonly value: fc.Arbitrary<T>;
  readonly encode: (value: T) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => T;
  /** All that decoding may fail with. */
  readonly codes: readonly ErrorCode[];
  /** Lengths at which something else is looked at. */
  readonly lengths?: readonly number[];
}

const sessionFrame: fc.Arbitrary<SessionFrame> = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), ciphertext: fc.uint8Array({ maxLength: 60 }) }),
  fc.record({ kind: fc.constant('bulk' as const), stream: fc.nat(0xffff), bytes: fc.uint8Array({ minLength: 1, maxLength: 60 }) }),
);

const signed = fc.tuple(presence, fc.uint8Array({ maxLength: 60 })).map(([fields, signature]) => {
  const all = encodePresence(fields);
  return { ...fields, signed: all, signature };
});

/** As the pages of a list are made: where the last of the entries stands is where the next page begins. */
const upTo = <T>(entries: readonly T[], next: number) => entries.map((entry, at) => ({ entry, position: at === entries.length - 1 ? next : 0 }));

const FORMATS = {
  'a record [P-3.11]': {
    value: anyRecord,
    encode: encodeRecord,
    decode: (bytes) => {
      const record = decodeRecord(bytes);
      if (record.type === 'unknown') throw new SansfilError('RECORD_UNKNOWN');
      return record;
    },
    codes: ['RECORD_MALFORMED', 'RECORD_UNKNOWN'],
    lengths: [128, 256, 65_518],
  } satisfies Format<Parameters<typeof encodeRecord>[0]>,
  'a frame of a session [P-3.11]': {
    value: sessionFrame,
    encode: (frame) => (frame.kind === 'record' ? encodeRecordFrame(frame.ciphertext) : bulkFrame(frame.stream, frame.bytes)),
    decode: decodeSessionFrame,
    codes: ['FRAME_MALFORMED'],
  } satisfies Format<SessionFrame>,
  'a RETRY [P-3.3]': { value: retry, encode: encodeRetry, decode: decodeRetry, codes: ['FRAME_MALFORMED', 'VERSION_UNSUPPORTED'] } satisfies Format<
    Parameters<typeof encodeRetry>[0]
  >,
  'a manifest [P-6.2]': {
    value: manifest,
    encode: encodeManifest,
    decode: decodeManifest,
    codes: ['MANIFEST_INVALID', 'FILE_NAME_UNSAFE'],
  } satisfies Format<Parameters<typeof encodeManifest>[0]>,
  'a page of shares [P-6.22]': {
    value: sharesPage.map((page) => decodeShares(page, 0)),
    encode: ({ entries, next }) => encodeShares(upTo(entries, next), next > 0),
    decode: (bytes) => decodeShares(bytes, 0),
    codes: ['CATALOGUE_INVALID', 'FILE_NAME_UNSAFE'],
  } satisfies Format<Page<RemoteShare>>,
  'a page of the files of a share [P-6.22]': {
    value: contentsPage.map((page) => decodeItems(page, 0)),
    encode: (page) => (page === undefined ? UNKNOWN_SHARE : encodeItems(upTo(page.entries, page.next), page.next > 0)),
    decode: (bytes) => decodeItems(bytes, 0),
    codes: ['CATALOGUE_INVALID', 'FILE_NAME_UNSAFE'],
  } satisfies Format<Page<RemoteItem> | undefined>,
  'the content of a message [P-3.11]': {
    value: messageContent,
    encode: encodeMessageContent,
    decode: decodeMessageContent,
    codes: ['RECORD_MALFORMED', 'UTF8_INVALID'],
  } satisfies Format<Parameters<typeof encodeMessageContent>[0]>,
  'a presence record [P-7.4]': {
    value: signed,
    encode: (fields) => appendSignature(encodePresence(fields), fields.signature),
    decode: decodePresence,
    codes: ['DIRECTORY_MALFORMED'],
  } satisfies Format<ReturnType<typeof decodePresence>>,
};

/** What a decoder made of it, or the code of its refusal; anything else that is thrown fails the property. */
function outcome<T>(decode: (bytes: Uint8Array) => T, bytes: Uint8Array, codes: readonly ErrorCode[]): T | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (SansfilError.is(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

function fuzz<T>(name: string, { value, encode, decode, codes, lengths }: Format<T>): void {
  /** Whatever is read is written the same way: one value has one encoding [P-1.1]. */
  const holds = (bytes: Uint8Array): void => {
    const given = Uint8Array.from(bytes);
    const read = outcome(decode, bytes, codes);
    if (!same(bytes, given)) throw new Error('decoding changed what it was given');
    if (read !== undefined && !same(encode(read), given)) throw new Error(`it is written as ${toHex(encode(read))}`);
  };

  describe(name, () => {
    test('comes back as it was sent', () => {
      fc.assert(
        fc.property(value, (sent) => expect(decode(encode(sent))).toEqual(sent)),
        runs(2_000),
      );
    });

    test('of random bytes is read in its one encoding or refused by name', () => {
      fc.assert(fc.property(random(lengths), holds), runs(RUNS));
    });

    test('that was damaged is read in its one encoding or refused by name', () => {
      const damaged = fc.tuple(fc.array(value, { minLength: 1, maxLength: 2 }), mutation).map(([values, how]) => mutate(how, values.map(encode)));
      fc.assert(fc.property(damaged, holds), runs(RUNS));
    });
  });
}

for (const [name, format] of Object.entries(FORMATS)) fuzz(name, format as Format<unknown>);

describe('the names in a manifest [P-6.3]', () => {
  test('of any text are taken as they are or refused, never mended', () => {
    const piece = fc.oneof(
      fc.constantFrom('a', 'e\u0301', '\u00e9', '/', '.', '\u212b', '\u1e9b\u0323', '\uac00', '\u1100\u1161'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const offered = fc.tuple(manifest, fc.array(name, { minLength: 1, maxLength: 3 })).map(([sent, all]) => ({
      ...sent,
      items: all.map((text) => ({ name: text, bytes: 1, modifiedMs: 1, mode: 0 })),
    }));
    fc.assert(
      fc.property(offered, (sent) => {
        const bytes = encodeManifest(sent);
        const read = outcome(decodeManifest, bytes, ['FILE_NAME_UNSAFE', 'MANIFEST_INVALID']);
        return read === undefined || same(encodeManifest(read), bytes);
      }),
      runs(RUNS),
    );
  });
});

describe('a HELLO [P-3.2]', () => {
  const refusals = ['FRAME_MALFORMED', 'VERSION_UNSUPPORTED'] as const;
  /** The version range is the one field that this version writes in one way only and reads in several. */
  const holds = (bytes: Uint8Array): void => {
    const read = outcome(decodeHello, bytes, refusals);
    if (!read) return;
    const again = encodeHello(read);
    const sameVersions = Uint8Array.from(bytes);
    sameVersions.set([1, 1], 6);
    const whole = same(again.frame, sameVersions) && same(concat(read.prefix, read.noise), bytes) && handshakeFrameKind(bytes) === 'hello';
    if (!whole) throw new Error(`it is written as ${toHex(again.frame)}`);
  };

  test('of random bytes is read or refused by name', () => {
    fc.assert(fc.property(random(), holds), runs(RUNS));
  });

  test('that was damaged is read or refused by name', () => {
    const damaged = fc.tuple(fc.array(hello, { minLength: 1, maxLength: 2 }), mutation);
    fc.assert(
      fc.property(damaged, ([sent, how]) => {
        holds(
          mutate(
            how,
            sent.map((one) => encodeHello(one).frame),
          ),
        );
      }),
      runs(RUNS),
    );
  });
});

describe('an ERROR frame [P-3.4]', () => {
  test('of random or damaged bytes is a reason or refused by name', () => {
    const valid = (['failed', 'version', 'suite', 'busy', 'policy'] as const).map(encodeHandshakeError);
    const any = fc.oneof(
      random([7]),
      mutation.map((how) => mutate(how, valid)),
    );
    fc.assert(
      fc.property(any, (bytes) => {
        const reason = outcome(decodeHandshakeError, bytes, ['FRAME_MALFORMED']);
        if (reason !== undefined) expect(bytes).toHaveLength(7);
      }),
      runs(RUNS),
    );
  });
});

describe('a stream of frames [P-2.2]', () => {
  const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 6 });
  const streamOf = (all: readonly Uint8Array[]): Uint8Array => concat(...all.flatMap((frame) => [frameHeader(frame.length), frame]));

  /** Pushes the stream in pieces; what came before a refusal stands. */
  function read(stream: Uint8Array, cuts: readonly number[]): { readonly got: readonly Uint8Array[]; readonly refused: boolean; readonly pending: number } {
    const decoder = new FrameDecoder();
    const got: Uint8Array[] = [];
    const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
    const refused = edges.some((edge, i) => {
      const piece = stream.slice(edge, edges[i + 1] ?? edge);
      return outcome((bytes) => decoder.push(bytes, (frame) => got.push(frame.slice())) ?? true, piece, ['FRAME_EMPTY']) === undefined;
    });
    return { got, refused, pending: decoder.pending };
  }

  test('gives the same frames wherever it is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(1_000), { maxLength: 8 }), (sent, cuts) => {
        expect(read(streamOf(sent), cuts)).toEqual({ got: sent, refused: false, pending: 0 });
      }),
      runs(RUNS),
    );
  });

  test('of random or damaged bytes gives frames of 1 to 65 535 bytes that stand in it, and holds no more than one', () => {
    const any = fc.oneof(
      random(),
      fc.tuple(frames, mutation).map(([sent, how]) => mutate(how, [streamOf(sent)])),
    );
    fc.assert(
      fc.property(any, fc.array(fc.nat(1_000), { maxLength: 8 }), (stream, cuts) => {
        const { got, refused, pending } = read(stream, cuts);
        const seen = streamOf(got);
        return same(seen, stream.subarray(0, seen.length)) && pending <= 2 + 65_535 && (refused || seen.length + pending === stream.length);
      }),
      runs(RUNS),
    );
  });
});
