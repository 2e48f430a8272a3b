import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import { COOKIE_BYTES_MAX, IDENTITY_PAYLOAD_BYTES } from '../base/limits.js';
import { HANDSHAKE_REASONS, type HandshakeReason } from './closeCodes.js';
import { Reader, Writer } from './fields.js';
import { checkSuiteList } from './suites.js';

/** `SFL1` */
const MAGIC = 0x53464c31;
const VERSION = 1;
const TYPES = { hello: 0x01, retry: 0x02, error: 0x03 } as const;
const KNOCK_BYTES = 16;
/** The ephemeral public key and an empty payload in clear. */
const NOISE_1_BYTES = 32;
const TAG_BYTES = 16;

/** `e 32 ‖ s 32+16 ‖ identity 1280+16`, PROTOCOL [P-3.7]. */
export const FRAME_2_BYTES = 32 + 32 + TAG_BYTES + IDENTITY_PAYLOAD_BYTES + TAG_BYTES;
/** `s 32+16 ‖ identity 1280+16`. */
export const FRAME_3_BYTES = 32 + TAG_BYTES + IDENTITY_PAYLOAD_BYTES + TAG_BYTES;

/** The first frame of the initiator, in clear, PROTOCOL [P-3.2]. */
export interface HelloFrame {
  /** The suite of the Noise message below; a member of `offer`. */
  readonly suite: number;
  /** Preference order, 1…8, no duplicates. */
  readonly offer: readonly number[];
  /** 16 bytes, random when not used. */
  readonly knock: Uint8Array;
  /** 0…32 bytes; what a RETRY gave. */
  readonly cookie: Uint8Array;
  /** Noise message 1, 32 bytes. */
  readonly noise: Uint8Array;
  /** Everything before the Noise message: `H1` of the prologue. */
  readonly prefix: Uint8Array;
}

/** The responder asks for another HELLO, PROTOCOL [P-3.3]. */
export interface RetryFrame {
  readonly suite: number;
  readonly list: readonly number[];
  readonly cookie: Uint8Array;
}

/** What kind of clear frame it claims to be; frames 2 and 3 carry no mark and are 'other'. No handshake frame is longer than frame 2. */
export function handshakeFrameKind(frame: Uint8Array): 'hello' | 'retry' | 'error' | 'overlong' | 'other' {
  if (frame.length > FRAME_2_BYTES) return 'overlong';
  if (frame.length < 5 || new Reader(frame).u32() !== MAGIC) return 'other';
  switch (frame[4]) {
    case TYPES.hello:
      return 'hello';
    case TYPES.retry:
      return 'retry';
    case TYPES.error:
      return 'error';
    default:
      return 'other';
  }
}

/** H1 of a HELLO, without the Noise message: the prologue needs it before that message can be made. */
export function encodeHelloPrefix(hello: Omit<HelloFrame, 'noise' | 'prefix'>): Uint8Array {
  assert(hello.offer.includes(hello.suite), 'a HELLO offers its own suite');
  assert(hello.knock.length === KNOCK_BYTES && hello.cookie.length <= COOKIE_BYTES_MAX, 'knock or cookie of a wrong size');
  return begin(TYPES.hello).u8(VERSION).u8(VERSION).u8(hello.suite).bytesU8(Uint8Array.from(hello.offer)).bytes(hello.knock).bytesU8(hello.cookie).done();
}

export function encodeHello(hello: Omit<HelloFrame, 'prefix'>): { readonly frame: Uint8Array; readonly prefix: Uint8Array } {
  assert(hello.noise.length === NOISE_1_BYTES, 'Noise message 1 is 32 bytes');
  const prefix = encodeHelloPrefix(hello);
  const frame = new Writer(prefix.length + NOISE_1_BYTES).bytes(prefix).bytes(hello.noise).done();
  return { frame, prefix: frame.subarray(0, prefix.length) };
}

/** @throws SansfilError FRAME_MALFORMED | VERSION_UNSUPPORTED */
export function decodeHello(frame: Uint8Array): HelloFrame {
  const reader = open(frame, TYPES.hello);
  const oldest = reader.u8();
  const newest = reader.u8();
  if (oldest > newest) throw new SansfilError('FRAME_MALFORMED', 'the version range of HELLO is empty');
  if (oldest > VERSION || newest < VERSION) throw new SansfilError('VERSION_UNSUPPORTED', `the peer speaks versions ${oldest} to ${newest}`);
  const suite = reader.u8();
  const offer = checkSuiteList(reader.bytesU8(), 'FRAME_MALFORMED');
  if (!offer.includes(suite)) throw new SansfilError('FRAME_MALFORMED', 'HELLO uses a suite it does not offer');
  const knock = reader.bytes(KNOCK_BYTES);
  const cookie = readCookie(reader);
  const prefix = frame.subarray(0, reader.position);
  const noise = reader.bytes(NOISE_1_BYTES);
  reader.end();
  return { suite, offer, knock, cookie, noise, prefix };
}

export function encodeRetry(retry: RetryFrame): Uint8Array {
  assert(retry.list.includes(retry.suite) && retry.cookie.length <= COOKIE_BYTES_MAX, 'a RETRY asks for a suite of its list');
  return begin(TYPES.retry).u8(VERSION).u8(retry.suite).bytesU8(Uint8Array.from(retry.list)).bytesU8(retry.cookie).done();
}

/** @throws SansfilError FRAME_MALFORMED | VERSION_UNSUPPORTED */
export function decodeRetry(frame: Uint8Array): RetryFrame {
  const reader = open(frame, TYPES.retry);
  const version = reader.u8();
  if (version !== VERSION) throw new SansfilError('VERSION_UNSUPPORTED', `the peer answered in version ${version}`);
  const suite = reader.u8();
  const list = checkSuiteList(reader.bytesU8(), 'FRAME_MALFORMED');
  if (!list.includes(suite)) throw new SansfilError('FRAME_MALFORMED', 'RETRY asks for a suite it does not list');
  const cookie = readCookie(reader);
  reader.end();
  return { suite, list, cookie };
}

export function encodeHandshakeError(reason: HandshakeReason): Uint8Array {
  return begin(TYPES.error).u8(HANDSHAKE_REASONS[reason]).done();
}

/** A reason of a later version reads as `failed`: it is a hint only. @throws SansfilError FRAME_MALFORMED */
export function decodeHandshakeError(frame: Uint8Array): HandshakeReason {
  const reader = open(frame, TYPES.error);
  const code = reader.u8();
  reader.end();
  for (const reason of Object.keys(HANDSHAKE_REASONS) as HandshakeReason[]) if (HANDSHAKE_REASONS[reason] === code) return reason;
  return 'failed';
}

/** `SFL1 ‖ type ‖ flags 0` */
function begin(type: number): Writer {
  return new Writer().u32(MAGIC).u8(type).u8(0);
}

function open(frame: Uint8Array, type: number): Reader {
  const reader = new Reader(frame);
  if (reader.u32() !== MAGIC || reader.u8() !== type) throw new SansfilError('FRAME_MALFORMED', 'not the expected handshake frame');
  if (reader.u8() !== 0) throw new SansfilError('FRAME_MALFORMED', 'unknown flags in a handshake frame');
  return reader;
}

function readCookie(reader: Reader): Uint8Array {
  const cookie = reader.bytesU8();
  if (cookie.length > COOKIE_BYTES_MAX) throw new SansfilError('FRAME_MALFORMED', `a cookie of ${cookie.length} bytes`);
  return cookie;
}
