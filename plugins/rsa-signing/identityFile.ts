import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SansfilError, utf8 } from '../../core/index.js';
import { objectionTo } from './rsaKeys.js';
import { RsaSigner } from './RsaSigner.js';
import { RsaVerifier } from './RsaVerifier.js';

export const IDENTITY_FILE = 'identity.pem';
const NEW_FILE = `${IDENTITY_FILE}.new`;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
/** PKCS#8 PEM of a 4096-bit key is about 3 300 bytes. */
const FILE_BYTES_MAX = 16_384;

const generate = promisify(generateKeyPair);

/**
 * The identity in `folder`, made there at the first start. A file that is there is never written to.
 * @throws SansfilError IDENTITY_CORRUPT | DATA_UNWRITABLE | DISK_FULL
 */
export async function openIdentity(folder: string, bits: number): Promise<RsaSigner> {
  const found = await readIdentity(folder);
  return found ?? (await createIdentity(folder, bits));
}

async function readIdentity(folder: string): Promise<RsaSigner | undefined> {
  let pem: string;
  try {
    pem = await readPrivately(join(folder, IDENTITY_FILE));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw new SansfilError('IDENTITY_CORRUPT', `${IDENTITY_FILE} is a link`, { cause: error });
    throw SansfilError.from(error, 'DATA_UNWRITABLE');
  }
  const signer = new RsaSigner(parse(pem));
  await checkPair(signer);
  return signer;
}

/** Follows no link, and takes from others the right to read what a careless copy gave them. */
async function readPrivately(path: string): Promise<string> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  const { size, mode } = await file.stat();
  if (size > FILE_BYTES_MAX) throw new SansfilError('IDENTITY_CORRUPT', `${IDENTITY_FILE} has ${size} bytes`);
  if ((mode & OTHERS) !== 0) await file.chmod(OWNER_ONLY);
  return await file.readFile('utf8');
}

function parse(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch (error) {
    throw new SansfilError('IDENTITY_CORRUPT', `${IDENTITY_FILE} holds no private key`, { cause: error });
  }
  const objection = objectionTo(key);
  if (objection !== undefined) throw new SansfilError('IDENTITY_CORRUPT', `${IDENTITY_FILE} holds ${objection}`);
  return key;
}

/** A flipped bit inside the key still parses; what it signs is then wrong. */
async function checkPair(signer: RsaSigner): Promise<void> {
  const [label, parts] = ['sansfil/1, identity self check', [utf8(signer.peerId)]] as const;
  let good: boolean;
  try {
    good = await new RsaVerifier().verify(signer.spki, label, parts, await signer.sign(label, parts));
  } catch (error) {
    throw new SansfilError('IDENTITY_CORRUPT', `the key in ${IDENTITY_FILE} cannot sign`, { cause: error });
  }
  if (!good) throw new SansfilError('IDENTITY_CORRUPT', `the two halves of the key in ${IDENTITY_FILE} do not fit`);
}

async function createIdentity(folder: string, bits: number): Promise<RsaSigner> {
  const { privateKey } = await generate('rsa', { modulusLength: bits, publicExponent: 0x10001 });
  const signer = new RsaSigner(privateKey);
  await checkPair(signer);
  try {
    await publish(folder, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw new SansfilError('DATA_IN_USE', `${IDENTITY_FILE} appeared meanwhile`, { cause: error });
    throw SansfilError.from(error, codeOf(error) === 'ENOSPC' ? 'DISK_FULL' : 'DATA_UNWRITABLE');
  }
  return signer;
}

/**
 * The final name appears at once with all of its bytes on the disk, or not at all; `link` never replaces a file. The
 * data folder belongs to this process, so what already has the temporary name was left by a crash.
 */
async function publish(folder: string, pem: string): Promise<void> {
  const [fresh, final] = [join(folder, NEW_FILE), join(folder, IDENTITY_FILE)];
  await rm(fresh, { force: true });
  try {
    await writeSynced(fresh, pem);
    await link(fresh, final);
  } finally {
    await rm(fresh, { force: true });
  }
  await syncFolder(folder);
}

async function writeSynced(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', OWNER_ONLY);
  await file.writeFile(text);
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);
