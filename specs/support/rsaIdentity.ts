import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { signedContent } from '../../core/crypto/identityProof.js';
import type { Signer, Verifier } from '../../core/ports/signer.js';
import { RsaSigner } from '../../plugins/rsa-signing/RsaSigner.js';
import { PSS, RsaVerifier } from '../../plugins/rsa-signing/RsaVerifier.js';

const rules = new RsaVerifier();

/** As the real one, at once. */
const verifier: Verifier = {
  identify: (spki) => rules.identify(spki),
  verify: (spki, label, parts, signature) => {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return Promise.resolve(verify('sha256', signedContent(label, parts), { key, ...PSS }, signature));
  },
};

/** A real RSA identity that works at once instead of on the thread pool, so that virtual time cannot overtake it. */
export function rsaIdentity(key: KeyObject): { readonly signer: Signer; readonly verifier: Verifier } {
  const { peerId, spki } = new RsaSigner(key);
  const signer: Signer = {
    peerId,
    spki,
    sign: (label, parts) => Promise.resolve(Uint8Array.from(sign('sha256', signedContent(label, parts), { key, ...PSS }))),
  };
  return { signer, verifier };
}

/** Claims to be one device and signs with the key of another. */
export const impostor = (claimed: Signer, actual: Signer): Signer => ({
  peerId: claimed.peerId,
  spki: claimed.spki,
  sign: (label, parts) => actual.sign(label, parts),
});
