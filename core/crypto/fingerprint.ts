import { utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { parsePeerId, peerIdToBytes, type PeerId } from '../base/ids.js';
import type { Primitives } from '../ports/primitives.js';

/*
 * PeerIDs for people, PROTOCOL [P-8.1] and [P-8.2].
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const PART = 13;
const GROUP = 7;
const SAFETY_LABEL = utf8('sansfil/1 safety number\0');

/**
 * Check character of Luhn mod 32 as Syncthing computes it (lib/protocol/luhn.go): factors 1 and 2 in turn, starting
 * with 1 at the left.
 */
function luhn32(part: string): string {
  let sum = 0;
  for (let i = 0; i < part.length; i++) {
    const addend = ALPHABET.indexOf(part.charAt(i)) * (i % 2 === 0 ? 1 : 2);
    sum += Math.floor(addend / 32) + (addend % 32);
  }
  return ALPHABET.charAt((32 - (sum % 32)) % 32);
}

const pieces = (text: string, length: number): readonly string[] => text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];

/** 56 characters in eight groups of seven: each 13 characters of the PeerID followed by their check character. */
export function formatPeerId(peer: PeerId): string {
  const checked = pieces(peer, PART).map((part) => part + luhn32(part));
  return pieces(checked.join(''), GROUP).join('-');
}

/**
 * Takes what a person types: any case, any spaces and hyphens, 0 1 8 for O I B.
 * @throws SansfilError ID_INVALID when a check character or the length is wrong
 */
export function parseFormattedPeerId(text: string): PeerId {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('0', 'O').replaceAll('1', 'I').replaceAll('8', 'B');
  const parts = pieces(plain, PART + 1);
  if (plain.length !== 56 || !/^[A-Z2-7]+$/.test(plain)) throw new SansfilError('ID_INVALID', 'a fingerprint is 56 letters and digits');
  const wrong = parts.findIndex((part) => luhn32(part.slice(0, PART)) !== part.slice(PART));
  if (wrong >= 0) throw new SansfilError('ID_INVALID', `part ${wrong + 1} of 4 of the fingerprint is mistyped`);
  return parsePeerId(parts.map((part) => part.slice(0, PART)).join(''));
}

/** What two people compare: 12 groups of five digits, the same on both devices. */
export function safetyNumber(primitives: Primitives, a: PeerId, b: PeerId): string {
  const [first, second] = [peerIdToBytes(a), peerIdToBytes(b)].sort(byBytes);
  const digest = primitives.hash512(SAFETY_LABEL, first ?? new Uint8Array(0), second ?? new Uint8Array(0));
  const groups = Array.from({ length: 12 }, (_, i) => {
    const number = digest.subarray(5 * i, 5 * i + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(number % 100_000).padStart(5, '0');
  });
  return groups.join(' ');
}

function byBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
