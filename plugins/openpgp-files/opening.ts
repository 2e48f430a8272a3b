import {
  decrypt,
  decryptSessionKeys,
  readMessage,
  SymEncryptedIntegrityProtectedDataPacket,
  SymEncryptedSessionKeyPacket,
  type DecryptedSessionKey,
  type Message,
  type DecryptMessageResult,
  type KeyID,
  type PartialConfig,
  type PublicKey,
  type SessionKey as OpenSessionKey,
} from 'openpgp';
import { PGP_EXPANSION_MAX, PGP_HEAD_BYTES_MAX, PGP_KEYS_TRIED_MAX, PGP_OPEN_BYTES_MIN, SansfilError } from '../../core/index.js';
import { FileBytes, writeNew } from './fileBytes.js';
import type { CheckedSignature, OpenJob, Results } from './jobs.js';
import { fingerprintOf, knownKey, ownKey } from './keys.js';
import { isKnown, mayFit, refuseTooMany, sessionKeyOf, type SessionKey } from './passphrases.js';

/** The streams of the library's types come from a package of theirs that is not installed with it. */
interface Decrypted {
  readonly data: unknown;
  readonly signatures: DecryptMessageResult['signatures'];
}

type Sealed = Message<ReadableStream<Uint8Array>>;

/** Memory for Argon2, 2^16 KiB; a message may ask for a million times as much. */
const ARGON2_EXPONENT_MAX = 16;
const CHECK_BYTES = 18;

/**
 * Decrypts as it reads. What it writes is not known to be whole before the end, where the checksum stands: nobody may use
 * the file before this has resolved, and it must be removed when it rejects.
 */
export async function open(job: OpenJob): Promise<Results['open']> {
  await using source = await FileBytes.open(job.from);
  const bytesMax = Math.max(PGP_OPEN_BYTES_MIN, source.bytes * PGP_EXPANSION_MAX);
  const config: PartialConfig = { allowUnauthenticatedStream: true, maxDecompressedMessageSize: bytesMax, maxArgon2MemoryExponent: ARGON2_EXPONENT_MAX };
  try {
    source.limit(PGP_HEAD_BYTES_MAX);
    const message = await readSealed(source, config);
    source.limit(undefined);
    const sessionKeys = await sessionKeysOf(message, job, config);
    const signers: PublicKey[] = [];
    for (const armored of job.signers) signers.push(await knownKey(armored));
    const decrypted: Decrypted = await decrypt({ message, sessionKeys: sessionKeys as OpenSessionKey[], verificationKeys: signers, format: 'binary', config });
    const bytes = await writeNew(job.to, decrypted.data as AsyncIterable<Uint8Array>, bytesMax);
    const checked: CheckedSignature[] = [];
    for (const signature of decrypted.signatures) checked.push(await check(signature, signers));
    return { bytes, signatures: checked };
  } catch (error) {
    throw source.failure ?? opened(error);
  }
}

async function readSealed(source: FileBytes, config: PartialConfig): Promise<Sealed> {
  const first = await source.first();
  if (first === undefined) throw new SansfilError('PGP_NOT_SEALED', 'it is empty');
  let message: Sealed;
  try {
    // The first byte of a binary message has its high bit set, which no armour has.
    if (first >= 0x80) {
      message = await readMessage({ binaryMessage: source.stream(), config });
    } else {
      const armoredMessage: ReadableStream<string> = source.stream().pipeThrough(new TextDecoderStream('latin1'));
      message = await readMessage({ armoredMessage, config });
    }
  } catch (error) {
    throw source.failure ?? new SansfilError('PGP_NOT_SEALED', undefined, { cause: error });
  }
  if (!message.packets.some(isSealed)) throw new SansfilError('PGP_NOT_SEALED', 'it is not encrypted, or by a method without protection against changes');
  return message;
}

/** The sender did not say for which key. */
const isHidden = (id: KeyID): boolean => /^0+$/.test(id.toHex());
const isSealed = (packet: unknown): boolean => packet instanceof SymEncryptedIntegrityProtectedDataPacket;

/** With our key where the message is for it, else with the passphrase. */
async function sessionKeysOf(message: Sealed, job: OpenJob, config: PartialConfig): Promise<readonly DecryptedSessionKey[]> {
  const ids = message.getEncryptionKeyIDs();
  const own = job.ownKey === undefined ? undefined : await ownKey(job.ownKey);
  const named = own ? ids.filter((id) => isHidden(id) || own.getKeys(id).length > 0) : [];
  if (named.length > PGP_KEYS_TRIED_MAX) throw new SansfilError('PGP_NOT_SEALED', 'it is sealed for too many hidden keys');
  let failure: unknown;
  if (own && named.length > 0) {
    try {
      return await decryptSessionKeys({ message, decryptionKeys: own, config });
    } catch (error) {
      failure = error;
    }
  }
  const locks = message.packets.filter((packet): packet is SymEncryptedSessionKeyPacket => packet instanceof SymEncryptedSessionKeyPacket);
  if (locks.length > 0) return byPassphrase(message, locks, job.passphrase, config);
  if (named.some((id) => !isHidden(id))) throw new SansfilError('PGP_CORRUPT', 'its key packet is damaged', { cause: failure });
  throw new SansfilError(
    'PGP_NOT_FOR_US',
    ids.length === 0
      ? undefined
      : `for the keys ${ids
          .slice(0, 4)
          .map((id) => id.toHex())
          .join(', ')}`,
  );
}

async function byPassphrase(
  message: Sealed,
  locks: readonly SymEncryptedSessionKeyPacket[],
  passphrase: string | undefined,
  config: PartialConfig,
): Promise<readonly DecryptedSessionKey[]> {
  if (passphrase === undefined) throw new SansfilError('PASSPHRASE_NEEDED');
  refuseTooMany(locks.length);
  const packets = locks.map((lock) => lock.write());
  if (packets.every(([version]) => version === 4)) {
    if (!packets.some(isKnown)) throw new SansfilError('PGP_NOT_SEALED', 'it is sealed with a cipher that is not read here; ask for one with AES');
    const first = await peek(message);
    const fits = packets.map((packet) => sessionKeyOf(packet, passphrase)).filter((key): key is SessionKey => key !== undefined && mayFit(key, first));
    if (fits.length === 0) throw new SansfilError('PASSPHRASE_WRONG');
    return fits.map(({ algorithm, data }) => ({ algorithm, data }));
  }
  try {
    return await decryptSessionKeys({ message, passwords: passphrase, config });
  } catch (error) {
    throw new SansfilError('PASSPHRASE_WRONG', undefined, { cause: error });
  }
}

/** The first sealed bytes, which stay in the message. */
async function peek(message: Sealed): Promise<Uint8Array> {
  // The field is not in the types, but has to be there: it is what the packet is made of.
  const packet = message.packets.find(isSealed) as unknown as { encrypted: ReadableStream<Uint8Array> };
  const reader = packet.encrypted.getReader();
  let first = new Uint8Array(0);
  let isOver = false;
  while (first.length < CHECK_BYTES && !isOver) {
    const { done, value } = await reader.read();
    if (value) first = new Uint8Array(Buffer.concat([first, value]));
    isOver = done;
  }
  packet.encrypted = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(first),
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (why) => reader.cancel(why),
    },
    { highWaterMark: 0 },
  );
  return first;
}

/** A wrong signature ends it; one that proves nothing is told as what it is. @throws SansfilError PGP_SIGNATURE_BAD */
async function check({ keyID, verified }: DecryptMessageResult['signatures'][number], signers: readonly PublicKey[]): Promise<CheckedSignature> {
  const keyId = keyID.toHex().toUpperCase();
  const signer = signers.findIndex((key) => key.getKeys(keyID).length > 0);
  const key = signers[signer];
  if (!key) return { state: 'unknown', keyId };
  const fingerprint = fingerprintOf(key);
  try {
    await verified;
    return { state: 'good', keyId, signer, fingerprint };
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    if (/digest did not match|verification failed/.test(why)) throw new SansfilError('PGP_SIGNATURE_BAD', `by the key ${fingerprint}`, { cause: error });
    return { state: 'doubtful', keyId, signer, fingerprint };
  }
}

/** Whatever OpenPGP.js stumbles over once the key fits is damage. */
function opened(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  if (why.includes('Maximum decompressed message size exceeded')) return new SansfilError('PGP_TOO_LARGE', undefined, { cause: error });
  return new SansfilError('PGP_CORRUPT', undefined, { cause: error });
}
