import { constants, verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { SansfilError, signedContent, type Verifier } from '../../core/index.js';
import { importSpki } from './rsaKeys.js';

/**
 * RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of exactly 32 bytes (RFC 8017 §8.1). The default of node would take
 * a salt of any length, of none too.
 */
export const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

const verifyOnThreadPool = promisify<string, Uint8Array, { key: KeyObject; padding: number; saltLength: number }, Uint8Array, boolean>(verify);

/** Needs no identity of its own: a directory uses it alone. */
export class RsaVerifier implements Verifier {
  identify(spki: Uint8Array): ReturnType<Verifier['identify']> {
    const { peerId, modulusBytes } = importSpki(spki);
    return { peerId, modulusBytes };
  }

  async verify(spki: Uint8Array, label: string, parts: readonly Uint8Array[], signature: Uint8Array): Promise<boolean> {
    const publicKey = usable(spki);
    if (!publicKey || signature.length !== publicKey.modulusBytes) return false;
    return verifyOnThreadPool('sha256', signedContent(label, parts), { key: publicKey.key, ...PSS }, signature);
  }
}

function usable(spki: Uint8Array): ReturnType<typeof importSpki> | undefined {
  try {
    return importSpki(spki);
  } catch (error) {
    if (SansfilError.is(error) && error.code === 'IDENTITY_INVALID') return undefined;
    throw error;
  }
}
