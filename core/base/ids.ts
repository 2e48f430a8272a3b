import { SansfilError } from './errors.js';
import { base32Decode, base32Encode } from './bytes.js';

declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** SHA-256 of an identity key's SPKI as 52 base32 characters (RFC 4648 §6, no padding): the name of a device. */
export type PeerId = Branded<string, 'PeerId'>;
/** A registered name, NFC, 1…64 bytes of UTF-8, letters, digits and `. _ -`. */
export type AccountName = Branded<string, 'AccountName'>;
/** A local label of one open session, for facts and logs; never on the wire. */
export type SessionId = Branded<string, 'SessionId'>;
/** 16 random bytes as 32 lower-case hex digits. */
export type MessageId = Branded<string, 'MessageId'>;
/** 16 random bytes as 32 lower-case hex digits. */
export type TransferId = Branded<string, 'TransferId'>;
/** 16 random bytes as 32 lower-case hex digits. */
export type ShareId = Branded<string, 'ShareId'>;

const HEX_16_BYTES = /^[0-9a-f]{32}$/;
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}._-]*[\p{L}\p{M}\p{N}])?$/u;
const NAME_BYTES_MAX = 64;

export function peerIdFromBytes(hash: Uint8Array): PeerId {
  if (hash.length !== 32) throw new SansfilError('ID_INVALID', `a PeerID is 32 bytes, not ${hash.length}`);
  return base32Encode(hash) as PeerId;
}

export function peerIdToBytes(id: PeerId): Uint8Array {
  return base32Decode(id);
}

/** @throws SansfilError ID_INVALID when the text is not 52 base32 characters of 32 bytes. */
export function parsePeerId(text: string): PeerId {
  if (text.length === 52 && /^[A-Z2-7]{52}$/.test(text)) {
    const bytes = base32Decode(text);
    if (bytes.length === 32 && base32Encode(bytes) === text) return text as PeerId;
  }
  throw new SansfilError('ID_INVALID', 'a PeerID is 52 base32 characters');
}

/** @throws SansfilError NAME_INVALID */
export function parseAccountName(text: string): AccountName {
  const name = text.normalize('NFC');
  if (!NAME.test(name) || new TextEncoder().encode(name).length > NAME_BYTES_MAX) {
    throw new SansfilError('NAME_INVALID', `'${name.slice(0, 80)}' is not a valid account name`);
  }
  return name as AccountName;
}

/** Two names are the same account when their keys are equal: NFKC, lower case. */
export function accountKey(name: AccountName): string {
  return name.normalize('NFKC').toLowerCase();
}

/** @throws SansfilError ID_INVALID */
export function parseMessageId(text: string): MessageId {
  if (!HEX_16_BYTES.test(text)) throw new SansfilError('ID_INVALID', 'a message id is 32 hex digits');
  return text as MessageId;
}

/** @throws SansfilError ID_INVALID */
export function parseTransferId(text: string): TransferId {
  if (!HEX_16_BYTES.test(text)) throw new SansfilError('ID_INVALID', 'a transfer id is 32 hex digits');
  return text as TransferId;
}

/** @throws SansfilError ID_INVALID */
export function parseShareId(text: string): ShareId {
  if (!HEX_16_BYTES.test(text)) throw new SansfilError('ID_INVALID', 'the id of a share is 32 hex digits');
  return text as ShareId;
}
