import { SansfilError } from '../base/errors.js';
import { ADDRESS_BYTES_MAX, ADDRESSES_MAX, PRESENCE_RECORD_BYTES_MAX } from '../base/limits.js';
import { utf8 } from '../base/bytes.js';
import { Reader, Writer } from './fields.js';

export type PresenceState = 'online' | 'busy' | 'away' | 'offline';

/** A presence record without its proof, PROTOCOL [P-7.4]. */
export interface PresenceFields {
  readonly spki: Uint8Array;
  readonly state: PresenceState;
  /** Connection epoch × 65 536 + n: orders the records of one device without a clock. */
  readonly seq: number;
  /** The device's wall clock when it entered the state, ms. For people. */
  readonly sinceMs: number;
  /** `scheme://address`, printable ASCII, best first. */
  readonly addresses: readonly string[];
}

export interface DecodedPresence extends PresenceFields {
  /** Everything before the signature: what it covers, with the PeerID. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const VERSION = 1;
const STATES: readonly PresenceState[] = ['offline', 'online', 'busy', 'away'];
const ADDRESS = /^[a-z][a-z0-9+.-]{0,31}:\/\/[\x21-\x7e]+$/;
const malformed = (detail: string): SansfilError => new SansfilError('DIRECTORY_MALFORMED', `presence record: ${detail}`);

/** Sequence numbers of one epoch end here; the last is the will's. */
export const PRESENCE_EPOCH = 65_536;
export const WILL_SEQ = PRESENCE_EPOCH - 1;

export const isPresenceAddress = (text: string): boolean => text.length <= ADDRESS_BYTES_MAX && ADDRESS.test(text);

/** `ver u8 ‖ u16+SPKI ‖ state u8 ‖ seq u64 ‖ since_ms u64 ‖ n u8 ‖ n × (u8+address)`: what is signed. */
export function encodePresence(fields: PresenceFields): Uint8Array {
  const writer = new Writer(1024).u8(VERSION).bytesU16(fields.spki).u8(STATES.indexOf(fields.state)).u64(fields.seq).u64(fields.sinceMs);
  const addresses = fields.addresses.filter(isPresenceAddress).slice(0, ADDRESSES_MAX);
  writer.u8(addresses.length);
  for (const address of addresses) writer.bytesU8(utf8(address));
  return writer.done();
}

export const appendSignature = (signed: Uint8Array, signature: Uint8Array): Uint8Array =>
  new Writer(signed.length + signature.length + 2).bytes(signed).bytesU16(signature).done();

/** The fields, not verified. @throws SansfilError DIRECTORY_MALFORMED */
export function decodePresence(record: Uint8Array): DecodedPresence {
  if (record.length > PRESENCE_RECORD_BYTES_MAX) throw malformed('too long');
  const reader = new Reader(record, 'DIRECTORY_MALFORMED');
  if (reader.u8() !== VERSION) throw malformed('unknown version');
  const spki = reader.bytesU16();
  const state = STATES[reader.u8()];
  if (state === undefined) throw malformed('unknown state');
  const seq = reader.u64();
  const sinceMs = reader.u64();
  const count = reader.u8();
  if (count > ADDRESSES_MAX) throw malformed('too many addresses');
  const addresses = Array.from({ length: count }, () => String.fromCharCode(...reader.bytesU8()));
  if (!addresses.every(isPresenceAddress)) throw malformed('an address is not printable ASCII');
  const signed = record.subarray(0, reader.position);
  const signature = reader.bytesU16();
  reader.end();
  return { spki, state, seq, sinceMs, addresses, signed, signature };
}
