import { SansfilError } from '../../base/errors.js';
import { newPassphraseKey } from '../../crypto/passphraseKey.js';
import type { FileCipher } from '../../ports/fileCipher.js';
import type { FileSource } from '../../ports/files.js';
import type { Primitives } from '../../ports/primitives.js';
import type { Random } from '../../ports/random.js';
import { refuseClashes, safeRelativeName } from '../../protocol/fileNames.js';
import { chooseChunkBytes, encodeManifest, TRANSFER_ID_BYTES, wholeMs, type Manifest } from '../../protocol/manifest.js';

/** `chunkBytes`: the smallest chunk, the protocol's default when absent. */
export interface OfferPorts {
  readonly source: FileSource;
  readonly random: Random;
  readonly cipher: Pick<FileCipher, 'aead'>;
  readonly primitives: Pick<Primitives, 'pbkdf2' | 'hkdfExpand'>;
  readonly chunkBytes?: number;
}

export interface PreparedOffer {
  readonly manifest: Manifest;
  readonly encoded: Uint8Array;
  /** Of an offer with a passphrase. */
  readonly fileKey?: Uint8Array;
  /** Local path of every item. */
  readonly paths: readonly string[];
}

/**
 * Looks at what is to be sent, without reading it: the first byte may flow at once.
 * @throws SansfilError FILE_UNREADABLE | FILE_NAME_UNUSABLE | TRANSFER_TOO_LARGE
 */
export async function prepareOffer(ports: OfferPorts, paths: readonly string[], passphrase?: string): Promise<PreparedOffer> {
  const { source, random, cipher, primitives, chunkBytes } = ports;
  const entries = (await Promise.all(paths.map((path) => source.list(path)))).flat();
  if (entries.length === 0) throw new SansfilError('FILE_UNREADABLE', 'there is no file in what was given');
  usable(() => refuseClashes(entries.map(({ name }) => name)));
  const derived = passphrase === undefined ? undefined : await newPassphraseKey(primitives, random, passphrase);
  const manifest: Manifest = {
    transferId: random.bytes(TRANSFER_ID_BYTES),
    aead: cipher.aead,
    chunkBytes: chooseChunkBytes(
      entries.map(({ bytes }) => bytes),
      chunkBytes,
    ),
    key: derived?.key ?? { kind: 'sent', fileKey: random.bytes(32) },
    items: entries.map(({ name, bytes, modifiedMs, mode }) => ({ name: usable(() => safeRelativeName(name)), bytes, modifiedMs: wholeMs(modifiedMs), mode })),
  };
  const encoded = encodeManifest(manifest);
  return { manifest, encoded, paths: entries.map(({ path }) => path), ...(derived ? { fileKey: derived.fileKey } : {}) };
}

/** The same rules as the receiver's, but here they are the user's to mend. */
function usable<T>(judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    throw new SansfilError('FILE_NAME_UNUSABLE', SansfilError.from(error).message, { cause: error });
  }
}
