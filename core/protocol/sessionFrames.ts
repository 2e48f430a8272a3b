import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import { FRAME_BYTES_MAX } from '../base/limits.js';

/*
 * The frames of a link after the handshake, PROTOCOL [P-3.11]: `kind u8 ‖ …`. Kind 0 is a record, sealed by the session;
 * kind 1 is `stream u16 ‖ bytes`, ciphertext of a file that is not sealed a second time.
 */

const RECORD = 0;
const BULK = 1;
const BULK_HEADER_BYTES = 3;

export type SessionFrame =
  { readonly kind: 'record'; readonly ciphertext: Uint8Array } | { readonly kind: 'bulk'; readonly stream: number; readonly bytes: Uint8Array };

export function encodeRecordFrame(ciphertext: Uint8Array): Uint8Array {
  assert(ciphertext.length < FRAME_BYTES_MAX, `a sealed record of ${ciphertext.length} bytes`);
  const frame = new Uint8Array(1 + ciphertext.length);
  frame[0] = RECORD;
  frame.set(ciphertext, 1);
  return frame;
}

/** What stands before the bytes of a bulk frame, of which there are 1 to BULK_BYTES_MAX. */
export function bulkHead(stream: number): Uint8Array {
  assert(Number.isInteger(stream) && stream >= 0 && stream <= 0xffff, `stream ${stream}`);
  return Uint8Array.of(BULK, stream >>> 8, stream & 0xff);
}

/** Byte fields of the result are views into `frame`. @throws SansfilError FRAME_MALFORMED */
export function decodeSessionFrame(frame: Uint8Array): SessionFrame {
  if (frame[0] === RECORD) return { kind: 'record', ciphertext: frame.subarray(1) };
  if (frame[0] !== BULK || frame.length <= BULK_HEADER_BYTES) throw new SansfilError('FRAME_MALFORMED', 'neither a record nor bulk bytes');
  return { kind: 'bulk', stream: ((frame[1] ?? 0) << 8) | (frame[2] ?? 0), bytes: frame.subarray(BULK_HEADER_BYTES) };
}
