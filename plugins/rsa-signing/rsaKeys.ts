import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { peerIdFromBytes, RSA_MODULUS_BITS_MAX, RSA_MODULUS_BITS_MIN, SansfilError, type PeerId } from '../../core/index.js';

const PUBLIC_EXPONENT = 65_537n;
/** The longest SubjectPublicKeyInfo there is, of a 4096-bit key. */
const SPKI_BYTES_MAX = 550;

export interface RsaPublicKey {
  readonly key: KeyObject;
  readonly spki: Uint8Array;
  readonly peerId: PeerId;
  readonly modulusBytes: number;
}

/** Why a key may not be an identity, PROTOCOL [P-1.3]; undefined when it may. */
export function objectionTo(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType !== 'rsa') return `a key of type ${key.asymmetricKeyType ?? 'unknown'}`;
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < RSA_MODULUS_BITS_MIN || modulusLength > RSA_MODULUS_BITS_MAX || modulusLength % 8 !== 0) {
    return `a modulus of ${modulusLength} bits`;
  }
  return publicExponent === PUBLIC_EXPONENT ? undefined : 'a public exponent other than 65537';
}

/** DER that comes back bit for bit, so that a key has one PeerID only. @throws SansfilError IDENTITY_INVALID */
export function importSpki(spki: Uint8Array): RsaPublicKey {
  if (spki.length > SPKI_BYTES_MAX) throw new SansfilError('IDENTITY_INVALID', `a public key of ${spki.length} bytes`);
  const key = parse(spki);
  const objection = objectionTo(key);
  if (objection !== undefined) throw new SansfilError('IDENTITY_INVALID', objection);
  const canonical = exportSpki(key);
  if (!canonical.equals(spki)) throw new SansfilError('IDENTITY_INVALID', 'the public key is not in its canonical form');
  return describe(key, canonical);
}

/** The public half of a key that was checked before. */
export function publicHalf(privateKey: KeyObject): RsaPublicKey {
  const key = createPublicKey(privateKey);
  return describe(key, exportSpki(key));
}

function describe(key: KeyObject, spki: Buffer): RsaPublicKey {
  const peerId = peerIdFromBytes(createHash('sha256').update(spki).digest());
  return { key, spki: Uint8Array.from(spki), peerId, modulusBytes: (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 };
}

function parse(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch (error) {
    throw new SansfilError('IDENTITY_INVALID', 'not a public key', { cause: error });
  }
}

function exportSpki(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' });
}
