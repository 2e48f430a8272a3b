import { createMessage, encrypt, enums, type PublicKey } from 'openpgp';
import { SansfilError } from '../../core/index.js';
import { FileBytes, writeNew } from './fileBytes.js';
import type { Results, SealJob } from './jobs.js';
import { fingerprintOf, FOR_GPG, ownKey, recipient } from './keys.js';

/** Encrypts and signs in one pass over the file. No file name goes into the message. */
export async function seal(job: SealJob): Promise<Results['seal']> {
  const keys: PublicKey[] = [];
  for (const armored of job.recipients) keys.push(await recipient(armored));
  const signer = job.signer === undefined ? undefined : await ownKey(job.signer);
  await using source = await FileBytes.open(job.from);
  const options = {
    message: await createMessage({ binary: source.stream(), format: 'binary' }),
    ...(keys.length > 0 ? { encryptionKeys: keys } : {}),
    ...(job.passphrase === undefined ? {} : { passwords: job.passphrase }),
    ...(signer ? { signingKeys: signer } : {}),
    // Compression tells something of what is inside by its length, and most large files are compressed already.
    config: { ...FOR_GPG, preferredCompressionAlgorithm: enums.compression.uncompressed, preferredSymmetricAlgorithm: enums.symmetric.aes256 },
  };
  try {
    // The streams of the library's types come from a package of theirs that is not installed with it.
    const sealed: unknown = job.armor ? await encrypt({ ...options, format: 'armored' }) : await encrypt({ ...options, format: 'binary' });
    const bytes = await writeNew(job.to, job.armor ? textBytes(sealed as AsyncIterable<string>) : (sealed as AsyncIterable<Uint8Array>));
    await source.refuseChanged();
    return { bytes, recipients: keys.map(fingerprintOf) };
  } catch (error) {
    throw source.failure ?? SansfilError.from(error);
  }
}

async function* textBytes(texts: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}
