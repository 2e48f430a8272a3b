import { assert } from '../base/assert.js';
import { concat, constantTimeEqual, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { peerIdToBytes, type PeerId } from '../base/ids.js';
import { IDENTITY_PAYLOAD_BYTES } from '../base/limits.js';
import type { Signer, Verifier } from '../ports/signer.js';
import { Reader, Writer } from '../protocol/fields.js';
import { checkSuiteList } from '../protocol/suites.js';
import type { HandshakeRole } from './noise/handshakeState.js';

const VERSION = 1;
const ROLES = {
  initiator: { byte: 0x49, label: 'sansfil/1, initiator identity' },
  responder: { byte: 0x52, label: 'sansfil/1, responder identity' },
} as const;
/** Extension types with this bit must be understood. */
const MUST_UNDERSTAND = 0x8000;
const SPACES = new Uint8Array(64).fill(0x20);

/** What a SIG covers, PROTOCOL [P-1.6]: 64 spaces, label, 0x00, parts (the shape of RFC 8446 §4.4.3). */
export function signedContent(label: string, parts: readonly Uint8Array[]): Uint8Array {
  return concat(SPACES, utf8(label), Uint8Array.of(0), ...parts);
}

export interface ProveOptions {
  readonly signer: Signer;
  /** Of the one who proves. */
  readonly role: HandshakeRole;
  /** SymmetricState.h just before the payload is encrypted. */
  readonly h: Uint8Array;
  /** The prover's own X25519 static public key, 32 bytes. */
  readonly staticPublic: Uint8Array;
  /** Own suites in order of preference. */
  readonly suites: readonly number[];
  /** Own wall clock; advice only. */
  readonly clockMs: number;
}

/** The identity payload of a handshake message, 1280 bytes whatever the key, PROTOCOL [P-3.8]. */
export async function proveIdentity(options: ProveOptions): Promise<Uint8Array> {
  const { signer, role, h, staticPublic, suites, clockMs } = options;
  const signature = await signer.sign(ROLES[role].label, [h, staticPublic, peerIdToBytes(signer.peerId)]);
  const writer = new Writer(IDENTITY_PAYLOAD_BYTES)
    .u8(VERSION)
    .u8(ROLES[role].byte)
    .bytesU16(signer.spki)
    .bytesU16(signature)
    .bytesU8(Uint8Array.from(suites))
    .u64(clockMs)
    .u16(0);
  assert(writer.length <= IDENTITY_PAYLOAD_BYTES, 'the identity payload holds its fields');
  return writer.zeros(IDENTITY_PAYLOAD_BYTES - writer.length).done();
}

export interface VerifyOptions {
  readonly verifier: Verifier;
  readonly payload: Uint8Array;
  /** Of the one who proved. */
  readonly role: HandshakeRole;
  readonly h: Uint8Array;
  /** The prover's static public key, as the handshake decrypted it. */
  readonly staticPublic: Uint8Array;
  /** The device that was called; any other is refused before its signature is looked at. */
  readonly expected?: PeerId | undefined;
}

export interface ProvenIdentity {
  readonly peer: PeerId;
  readonly spki: Uint8Array;
  readonly suites: readonly number[];
  readonly clockMs: number;
}

/**
 * Checks in the order of PROTOCOL [P-3.9].
 * @throws SansfilError IDENTITY_INVALID | VERSION_UNSUPPORTED | IDENTITY_MISMATCH | SIGNATURE_INVALID
 */
export async function verifyIdentity(options: VerifyOptions): Promise<ProvenIdentity> {
  const { verifier, role, h, staticPublic, expected } = options;
  const { spki, signature, suites, clockMs } = decodePayload(options.payload, role);
  const { peerId, modulusBytes } = verifier.identify(spki);
  const peerBytes = peerIdToBytes(peerId);
  if (expected !== undefined && !constantTimeEqual(peerBytes, peerIdToBytes(expected))) throw new SansfilError('IDENTITY_MISMATCH');
  if (signature.length !== modulusBytes) throw new SansfilError('IDENTITY_INVALID', 'the signature is not as long as the modulus');
  if (!(await verifier.verify(spki, ROLES[role].label, [h, staticPublic, peerBytes], signature))) throw new SansfilError('SIGNATURE_INVALID');
  return { peer: peerId, spki, suites, clockMs };
}

function decodePayload(payload: Uint8Array, role: HandshakeRole) {
  const reader = new Reader(payload, 'IDENTITY_INVALID');
  if (payload.length !== IDENTITY_PAYLOAD_BYTES) throw new SansfilError('IDENTITY_INVALID', `an identity payload of ${payload.length} bytes`);
  const version = reader.u8();
  if (version !== VERSION) throw new SansfilError('VERSION_UNSUPPORTED', `an identity payload of version ${version}`);
  if (reader.u8() !== ROLES[role].byte) throw new SansfilError('IDENTITY_INVALID', 'the identity payload is for the other role');
  const spki = reader.bytesU16();
  const signature = reader.bytesU16();
  const suites = checkSuiteList(reader.bytesU8(), 'IDENTITY_INVALID');
  const clockMs = reader.u64();
  checkExtensions(reader.bytesU16());
  reader.zeros();
  return { spki, signature, suites, clockMs };
}

/** No extension is known yet: those that must be understood end the handshake, the others are passed over. */
function checkExtensions(bytes: Uint8Array): void {
  const reader = new Reader(bytes, 'IDENTITY_INVALID');
  while (reader.left > 0) {
    const type = reader.u16();
    reader.bytesU16();
    if (type & MUST_UNDERSTAND) throw new SansfilError('VERSION_UNSUPPORTED', `identity extension 0x${type.toString(16)} is not known`);
  }
}
