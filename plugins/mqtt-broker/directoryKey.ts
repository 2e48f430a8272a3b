import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { base32Encode, SansfilError } from '../../core/index.js';

export interface DirectoryKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** `sansfil-` and 8 characters of the key's hash: two directories never have the same name by accident. */
  readonly defaultName: string;
}

const FILE = 'directory.key';

const errno = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);

/**
 * The Ed25519 key tokens are signed with, made at the first start and kept in the data folder (PKCS#8, mode 0600). It
 * survives the loss of the database, so that devices find the directory they were registered with.
 * @throws SansfilError IDENTITY_CORRUPT | DATA_UNWRITABLE
 */
export async function directoryKey(folder: string): Promise<DirectoryKey> {
  const path = join(folder, FILE);
  const pem = (await readPem(path)) ?? (await writePem(path));
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
    const publicKey = createPublicKey(privateKey);
    const hash = createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest();
    return { privateKey, publicKey, defaultName: `sansfil-${base32Encode(hash).slice(0, 8).toLowerCase()}` };
  } catch (error) {
    throw new SansfilError('IDENTITY_CORRUPT', `${FILE} is not a key of this directory`, { cause: error });
  }
}

async function readPem(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw new SansfilError('DATA_UNWRITABLE', `${FILE} cannot be read`, { cause: error });
  }
}

async function writePem(path: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(pem);
      await file.sync();
    } finally {
      await file.close();
    }
    return pem;
  } catch (error) {
    throw new SansfilError('DATA_UNWRITABLE', `${FILE} cannot be written`, { cause: error });
  }
}
