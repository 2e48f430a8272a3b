import { config, generateKey, readKey, readKeys, readPrivateKey, type Key, type PartialConfig, type PrivateKey, type PublicKey } from 'openpgp';
import { PGP_USER_ID_CHARS_MAX, PGP_USER_IDS_MAX, SansfilError, type PgpKey } from '../../core/index.js';
import type { Results } from './jobs.js';

/** What gpg 2.2 can read: no AEAD, no Argon2, no keys of version 6. */
export const FOR_GPG: PartialConfig = {
  aeadProtect: false,
  v6Keys: false,
  s2kType: config.s2kType,
  showVersion: false,
  showComment: false,
};

/** Curves that gpg 2.2 knows; the key is not locked with a passphrase, the file it is in is. */
export async function generate(userId: string): Promise<Results['generate']> {
  const { privateKey } = await generateKey({ type: 'ecc', curve: 'curve25519Legacy', userIDs: [{ name: userId }], format: 'object', config: FOR_GPG });
  return { privateKey: privateKey.armor(), key: describe(privateKey) };
}

/** @throws SansfilError PGP_KEY_INVALID, of our own key PGP_OWN_KEY_CORRUPT */
export async function inspect(bytes: Uint8Array, own: boolean): Promise<PgpKey> {
  if (own) return describe(await ownKey(new TextDecoder().decode(bytes)));
  const key = await onlyKey(bytes);
  if (key.isPrivate()) throw new SansfilError('PGP_KEY_INVALID', 'it is a private key, which nobody should give away; ask for the public one');
  await refuseUnusable(key);
  return describe(key);
}

/** One that was inspected before. @throws SansfilError PGP_KEY_INVALID when it has expired since */
export async function recipient(armored: string): Promise<PublicKey> {
  const key = await knownKey(armored);
  await refuseUnusable(key);
  return key;
}

/** One to check signatures with, which may have expired. @throws SansfilError PGP_KEY_INVALID */
export async function knownKey(armored: string): Promise<PublicKey> {
  try {
    return (await readKey({ armoredKey: armored })).toPublic();
  } catch (error) {
    throw new SansfilError('PGP_KEY_INVALID', 'the file of an imported key is damaged; import it again', { cause: error });
  }
}

/** @throws SansfilError PGP_OWN_KEY_CORRUPT */
export async function ownKey(armored: string): Promise<PrivateKey> {
  try {
    const key = await readPrivateKey({ armoredKey: armored });
    await key.getSigningKey();
    await key.getEncryptionKey();
    if (key.isDecrypted()) return key;
  } catch (error) {
    throw new SansfilError('PGP_OWN_KEY_CORRUPT', reason(error), { cause: error });
  }
  throw new SansfilError('PGP_OWN_KEY_CORRUPT', 'it is locked with a passphrase');
}

export const fingerprintOf = (key: Key): string => key.getFingerprint().toUpperCase();

async function onlyKey(bytes: Uint8Array): Promise<Key> {
  let keys: readonly Key[];
  try {
    // The first byte of a binary key has its high bit set, which no armour has.
    keys = (bytes[0] ?? 0) >= 0x80 ? await readKeys({ binaryKeys: bytes }) : await readKeys({ armoredKeys: new TextDecoder('latin1').decode(bytes) });
  } catch (error) {
    throw new SansfilError('PGP_KEY_INVALID', `it is no OpenPGP key: ${reason(error)}`, { cause: error });
  }
  const [key, ...more] = keys;
  if (!key) throw new SansfilError('PGP_KEY_INVALID', 'there is no key in it');
  if (more.length > 0) throw new SansfilError('PGP_KEY_INVALID', `there are ${keys.length} keys in it; export one`);
  return key;
}

/** Expired, revoked, too short, or not for encryption. */
async function refuseUnusable(key: Key): Promise<void> {
  try {
    await key.getEncryptionKey();
  } catch (error) {
    throw new SansfilError('PGP_KEY_INVALID', reason(error), { cause: error });
  }
}

function describe(key: Key): PgpKey {
  const { algorithm, bits, curve } = key.getAlgorithmInfo();
  return {
    fingerprint: fingerprintOf(key),
    userIds: key
      .getUserIDs()
      .slice(0, PGP_USER_IDS_MAX)
      .map((id) => [...id].slice(0, PGP_USER_ID_CHARS_MAX).join('')),
    createdMs: key.getCreationTime().getTime(),
    algorithm: curve ?? `${algorithm.startsWith('rsa') ? 'rsa' : algorithm}${bits ?? ''}`,
    armored: key.toPublic().armor(),
  };
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
