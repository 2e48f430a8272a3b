import type { PeerId } from '../base/ids.js';
import { token } from './token.js';

/** This device's RSA identity. The private key never leaves the implementation. */
export interface Signer {
  readonly peerId: PeerId;
  /** DER SubjectPublicKeyInfo, 294 / 422 / 550 bytes. */
  readonly spki: Uint8Array;
  /** SIG(label, parts…) of PROTOCOL [P-1.6]: RSASSA-PSS, SHA-256, salt 32 (RFC 8017 §8.1). There is no raw sign. */
  sign(label: string, parts: readonly Uint8Array[]): Promise<Uint8Array>;
}

export interface Verifier {
  /** Parses by import, re-export and comparison. @throws SansfilError IDENTITY_INVALID */
  identify(spki: Uint8Array): { readonly peerId: PeerId; readonly modulusBytes: number };
  /** False for a wrong signature, a wrong length or an unusable key. */
  verify(spki: Uint8Array, label: string, parts: readonly Uint8Array[], signature: Uint8Array): Promise<boolean>;
}

export const SIGNER = token<Signer>('signer');
export const VERIFIER = token<Verifier>('verifier');
