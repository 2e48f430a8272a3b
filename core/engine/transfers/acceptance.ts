import { SansfilError } from '../../base/errors.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Manifest } from '../../protocol/manifest.js';
import { openPassphraseKey } from '../../crypto/passphraseKey.js';

/** What a person says when accepting. */
export interface Acceptance {
  /** The absolute path of the folder for the files; absent: the usual one. */
  readonly into?: string;
  readonly passphrase?: string;
}

/** The key of the files when a passphrase gives it. @throws SansfilError PASSPHRASE_NEEDED | PASSPHRASE_WRONG */
export async function keyFrom(primitives: Primitives, { key }: Manifest, passphrase: string | undefined): Promise<Uint8Array | undefined> {
  if (key.kind === 'sent') return undefined;
  if (passphrase === undefined) throw new SansfilError('PASSPHRASE_NEEDED');
  return openPassphraseKey(primitives, key, passphrase);
}
