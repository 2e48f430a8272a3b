import { constantTimeEqual, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { PASSPHRASE_ITERATIONS } from '../base/limits.js';
import type { Primitives } from '../ports/primitives.js';
import type { Random } from '../ports/random.js';
import type { ManifestKey } from '../protocol/manifest.js';

type PassphraseKey = Extract<ManifestKey, { kind: 'passphrase' }>;

const SALT_BYTES = 16;
const CHECK_BYTES = 16;
const CHECK_LABEL = utf8('sansfil/1 passphrase check\0');

/** A fresh key from a passphrase, 32 bytes, and what the manifest says instead of it (PROTOCOL [P-6.2]). */
export async function newPassphraseKey(
  primitives: Pick<Primitives, 'pbkdf2' | 'hkdfExpand'>,
  random: Random,
  passphrase: string,
): Promise<{ readonly fileKey: Uint8Array; readonly key: PassphraseKey }> {
  const salt = random.bytes(SALT_BYTES);
  const fileKey = await derive(primitives, passphrase, salt, PASSPHRASE_ITERATIONS);
  return { fileKey, key: { kind: 'passphrase', salt, iterations: PASSPHRASE_ITERATIONS, check: checkOf(primitives, fileKey) } };
}

/** The key the sender has, if the passphrase is the same. @throws SansfilError PASSPHRASE_WRONG */
export async function openPassphraseKey(primitives: Pick<Primitives, 'pbkdf2' | 'hkdfExpand'>, key: PassphraseKey, passphrase: string): Promise<Uint8Array> {
  const fileKey = await derive(primitives, passphrase, key.salt, key.iterations);
  if (!constantTimeEqual(checkOf(primitives, fileKey), key.check)) throw new SansfilError('PASSPHRASE_WRONG');
  return fileKey;
}

/** The same letters typed on another keyboard may be other code points: one form for both. */
const derive = (primitives: Pick<Primitives, 'pbkdf2'>, passphrase: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> =>
  primitives.pbkdf2(utf8(passphrase.normalize('NFC')), salt, iterations);

/** From it nothing can be learnt of the chunk keys, which are expanded with other labels. */
const checkOf = (primitives: Pick<Primitives, 'hkdfExpand'>, fileKey: Uint8Array): Uint8Array => primitives.hkdfExpand(fileKey, CHECK_LABEL, CHECK_BYTES);
