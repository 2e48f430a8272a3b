import { base32Encode, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { peerIdToBytes, type PeerId } from '../base/ids.js';
import type { Primitives } from '../ports/primitives.js';
import type { Signer, Verifier } from '../ports/signer.js';
import { appendSignature, decodePresence, encodePresence, type PresenceFields } from '../protocol/presence.js';

const LABEL = 'sansfil/1, presence';
const TAG_LABEL = utf8('sansfil/1 inbox\0');

/** The topic tag of a device, PROTOCOL [P-7.2]: base32(H("sansfil/1 inbox" 00 ‖ PeerID)[0..16]), lower case. */
export function inboxTag(primitives: Pick<Primitives, 'hash'>, peer: PeerId): string {
  return base32Encode(primitives.hash(TAG_LABEL, peerIdToBytes(peer)).subarray(0, 16)).toLowerCase();
}

/** A record that proves itself: whoever knows the PeerID can check it, whoever carries it cannot change it. */
export async function sealPresence(signer: Signer, fields: Omit<PresenceFields, 'spki'>): Promise<Uint8Array> {
  const signed = encodePresence({ ...fields, spki: signer.spki });
  return appendSignature(signed, await signer.sign(LABEL, [signed, peerIdToBytes(signer.peerId)]));
}

/**
 * The fields of a record of `peer`.
 * @throws SansfilError DIRECTORY_MALFORMED | IDENTITY_INVALID | IDENTITY_MISMATCH (of somebody else) | SIGNATURE_INVALID
 */
export async function openPresence(verifier: Verifier, record: Uint8Array, peer: PeerId): Promise<PresenceFields> {
  const { signed, signature, ...fields } = decodePresence(record);
  const { peerId } = verifier.identify(fields.spki);
  if (peerId !== peer) throw new SansfilError('IDENTITY_MISMATCH', 'a presence record of another device');
  if (!(await verifier.verify(fields.spki, LABEL, [signed, peerIdToBytes(peer)], signature))) {
    throw new SansfilError('SIGNATURE_INVALID', 'a presence record with a wrong signature');
  }
  return fields;
}
