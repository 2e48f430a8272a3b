import { createDecipheriv, createHash } from 'node:crypto';
import { PGP_PASSPHRASES_MAX, SansfilError } from '../../core/index.js';

/*
 * Passphrase → session key of the messages of gpg and its kin: packet 3, version 4 (RFC 4880 §5.3). OpenPGP.js would write the
 * repeated passphrase out before it hashes it, which with the 65 MB gpg asks for is 65 MB of memory.
 */

export interface SessionKey {
  readonly algorithm: 'aes128' | 'aes192' | 'aes256';
  readonly data: Uint8Array;
}

const CIPHERS: ReadonlyMap<number, { readonly algorithm: SessionKey['algorithm']; readonly bytes: number }> = new Map([
  [7, { algorithm: 'aes128', bytes: 16 }],
  [8, { algorithm: 'aes192', bytes: 24 }],
  [9, { algorithm: 'aes256', bytes: 32 }],
]);
const HASHES: ReadonlyMap<number, string> = new Map([
  [2, 'sha1'],
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
  [11, 'sha224'],
]);
const BLOCK_BYTES = 16;
const SALT_BYTES = 8;
const STEP_BYTES = 64 * 1024;
const SALTED = 1;
const ITERATED = 3;

/** How many of the packets may be tried. @throws SansfilError PGP_NOT_SEALED */
export function refuseTooMany(packets: number): void {
  if (packets > PGP_PASSPHRASES_MAX) throw new SansfilError('PGP_NOT_SEALED', 'it is sealed with too many passphrases');
}

/** Of a cipher and a derivation that are read here; only then a passphrase can be told from a wrong one. */
export const isKnown = ([version, cipher = 0, kind, hash = 0]: Uint8Array): boolean =>
  version === 4 && CIPHERS.has(cipher) && HASHES.has(hash) && (kind === SALTED || kind === ITERATED);

/** What the passphrase gives with this packet's body; undefined when it cannot be the right one, or the packet is of another kind. */
export function sessionKeyOf(packet: Uint8Array, passphrase: string): SessionKey | undefined {
  const [, cipher = 0, kind, hash = 0] = packet;
  const found = CIPHERS.get(cipher);
  const digest = HASHES.get(hash);
  if (!isKnown(packet) || !found || digest === undefined) return undefined;
  const saltEnd = 4 + SALT_BYTES;
  const end = kind === ITERATED ? saltEnd + 1 : saltEnd;
  if (packet.length < end) return undefined;
  const count = kind === ITERATED ? iterations(packet[saltEnd] ?? 0) : 0;
  const data = derive(digest, packet.subarray(4, saltEnd), new TextEncoder().encode(passphrase), count, found.bytes);
  if (packet.length === end) return { algorithm: found.algorithm, data };
  const inner = cfb(found.algorithm, data, packet.subarray(end));
  const named = CIPHERS.get(inner[0] ?? 0);
  return named?.bytes === inner.length - 1 ? { algorithm: named.algorithm, data: inner.subarray(1) } : undefined;
}

/** The first bytes of a sealed packet repeat two of themselves (RFC 4880 §5.13): a wrong key is told at once, all but once in 65 536 times. */
export function mayFit({ algorithm, data }: SessionKey, sealed: Uint8Array): boolean {
  const plain = cfb(algorithm, data, sealed.subarray(0, BLOCK_BYTES + 2));
  return plain.length === BLOCK_BYTES + 2 && plain[BLOCK_BYTES] === plain[BLOCK_BYTES - 2] && plain[BLOCK_BYTES + 1] === plain[BLOCK_BYTES - 1];
}

/** RFC 4880 §3.7.1.3: bytes to hash, at most 65 011 712. */
const iterations = (coded: number): number => (16 + (coded & 15)) << ((coded >> 4) + 6);

function derive(digest: string, salt: Uint8Array, passphrase: Uint8Array, count: number, bytes: number): Uint8Array {
  const round = Buffer.concat([salt, passphrase]);
  const repeated = Buffer.alloc(Math.ceil(STEP_BYTES / round.length) * round.length, round);
  const parts: Buffer[] = [];
  for (let zeros = 0, have = 0; have < bytes; zeros++) {
    const hash = createHash(digest).update(new Uint8Array(zeros));
    // Every step begins at the beginning of a round, because `repeated` holds whole ones.
    for (let left = Math.max(count, round.length); left > 0; left -= repeated.length) hash.update(repeated.subarray(0, Math.min(left, repeated.length)));
    const part = hash.digest();
    parts.push(part);
    have += part.length;
  }
  return new Uint8Array(Buffer.concat(parts).subarray(0, bytes));
}

function cfb(algorithm: SessionKey['algorithm'], key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const decipher = createDecipheriv(`aes-${algorithm.slice(3)}-cfb`, key, new Uint8Array(BLOCK_BYTES));
  return new Uint8Array(decipher.update(bytes));
}
