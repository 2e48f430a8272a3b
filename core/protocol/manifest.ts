import { fromUtf8, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import {
  CHUNK_BYTES_DEFAULT,
  CHUNK_BYTES_MAX,
  CHUNK_BYTES_MIN,
  FILE_BYTES_MAX,
  MANIFEST_BYTES_MAX,
  PASSPHRASE_ITERATIONS,
  PASSPHRASE_ITERATIONS_MAX,
  TRANSFER_CHUNKS_MAX,
  TRANSFER_ITEMS_MAX,
  WALL_CLOCK_MS_MAX,
} from '../base/limits.js';
import { Reader, Writer } from './fields.js';
import { refuseClashes, safeRelativeName } from './fileNames.js';

/** 1 AES-256-GCM (SP 800-38D), 2 ChaCha20-Poly1305 (RFC 8439). */
export type Aead = 1 | 2;

export interface ManifestItem {
  /** Relative, safe, NFC. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Permission bits, 0…0o777, and FOLDER_MODE for a folder that holds nothing, of 0 bytes. */
  readonly mode: number;
}

/** How the key of the chunks comes to the receiver: sent, or from a passphrase that both people know. */
export type ManifestKey =
  /** 32 random bytes. */
  | { readonly kind: 'sent'; readonly fileKey: Uint8Array }
  /** `salt` 16 random bytes; `check` 16 bytes that tell a wrong passphrase from the right one. */
  | { readonly kind: 'passphrase'; readonly salt: Uint8Array; readonly iterations: number; readonly check: Uint8Array };

/** What is offered (PROTOCOL [P-6.2]). Holds the file key: never in a fact, a log or a machine's context. */
export interface Manifest {
  /** 16 random bytes. */
  readonly transferId: Uint8Array;
  /** 1 AES-256-GCM, 2 ChaCha20-Poly1305. */
  readonly aead: Aead;
  readonly chunkBytes: number;
  readonly key: ManifestKey;
  readonly items: readonly ManifestItem[];
}

export const TRANSFER_ID_BYTES = 16;
const FILE_KEY_BYTES = 32;
/** size 8, mtime 8, mode 2, name length 2, name of at least 1. */
const ITEM_BYTES_MIN = 21;
const MODE_MAX = 0o777;
/** The bit of a mode that says folder, as in a POSIX st_mode. */
export const FOLDER_MODE = 0o40000;
const KEY_KINDS = { sent: 0, passphrase: 1 } as const;
const SALT_BYTES = 16;
const CHECK_BYTES = 16;

/** A folder that holds nothing. */
export const isFolder = ({ mode }: Pick<ManifestItem, 'mode'>): boolean => (mode & FOLDER_MODE) !== 0;

/** @throws SansfilError PASSPHRASE_NEEDED when it comes from a passphrase, which is not in the manifest */
export function sentKey({ key }: Pick<Manifest, 'key'>): Uint8Array {
  if (key.kind === 'sent') return key.fileKey;
  throw new SansfilError('PASSPHRASE_NEEDED');
}

/** Chunks of a file: recomputed by whoever needs them, never sent. */
export const chunkCount = (bytes: number, chunkBytes: number): number => Math.ceil(bytes / chunkBytes);

/** Length of chunk `index`: all are `chunkBytes` long but the last. */
export const chunkLength = (bytes: number, chunkBytes: number, index: number): number => Math.min(chunkBytes, bytes - index * chunkBytes);

/** A time as the manifest can say it: whole milliseconds, not before 1970. */
export const wholeMs = (modifiedMs: number): number => Math.min(Math.max(0, Math.trunc(modifiedMs)), WALL_CLOCK_MS_MAX);

/**
 * The default, or the smallest size with which all files together stay within TRANSFER_CHUNKS_MAX.
 * @throws SansfilError TRANSFER_TOO_LARGE
 */
export function chooseChunkBytes(sizes: readonly number[], atLeast = CHUNK_BYTES_DEFAULT): number {
  for (let chunkBytes = atLeast; chunkBytes <= CHUNK_BYTES_MAX; chunkBytes *= 2) {
    if (totalChunks(sizes, chunkBytes) <= TRANSFER_CHUNKS_MAX) return chunkBytes;
  }
  throw new SansfilError('TRANSFER_TOO_LARGE');
}

/** @throws SansfilError TRANSFER_TOO_LARGE */
export function encodeManifest(manifest: Manifest): Uint8Array {
  if (manifest.items.length > TRANSFER_ITEMS_MAX) throw new SansfilError('TRANSFER_TOO_LARGE');
  const writer = new Writer(1024).bytes(manifest.transferId).u8(manifest.aead).u32(manifest.chunkBytes);
  encodeKey(writer, manifest.key);
  writer.u32(manifest.items.length);
  for (const { bytes, modifiedMs, mode, name } of manifest.items) {
    if (bytes > FILE_BYTES_MAX) throw new SansfilError('TRANSFER_TOO_LARGE');
    writer
      .u64(bytes)
      .u64(wholeMs(modifiedMs))
      .u16(mode & (MODE_MAX | FOLDER_MODE))
      .bytesU16(utf8(name));
    if (writer.length > MANIFEST_BYTES_MAX) throw new SansfilError('TRANSFER_TOO_LARGE');
  }
  return writer.done();
}

function encodeKey(writer: Writer, key: ManifestKey): void {
  writer.u8(KEY_KINDS[key.kind]);
  if (key.kind === 'sent') writer.bytes(key.fileKey);
  else writer.bytes(key.salt).u32(key.iterations).bytes(key.check);
}

/**
 * Nothing is allocated by a number the peer declared. The result owns its bytes.
 * @throws SansfilError MANIFEST_INVALID | FILE_NAME_UNSAFE
 */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MANIFEST_BYTES_MAX) throw invalid('it is too long');
  const reader = new Reader(bytes, 'MANIFEST_INVALID');
  const transferId = reader.bytes(TRANSFER_ID_BYTES).slice();
  const aead = reader.u8();
  if (aead !== 1 && aead !== 2) throw invalid('its cipher is unknown');
  const chunkBytes = reader.u32();
  if (chunkBytes < CHUNK_BYTES_MIN || chunkBytes > CHUNK_BYTES_MAX || (chunkBytes & (chunkBytes - 1)) !== 0) throw invalid('its chunk size is out of bounds');
  const key = decodeKey(reader);
  const count = reader.u32();
  if (count === 0 || count > TRANSFER_ITEMS_MAX || count > reader.left / ITEM_BYTES_MIN) throw invalid('its number of items cannot be');
  const items: ManifestItem[] = [];
  for (let i = 0; i < count; i++) items.push(decodeItem(reader));
  reader.end();
  const sizes = items.map((item) => item.bytes);
  if (totalChunks(sizes, chunkBytes) > TRANSFER_CHUNKS_MAX) throw invalid('it has too many chunks');
  refuseClashes(items.map((item) => item.name));
  return { transferId, aead, chunkBytes, key, items };
}

function decodeKey(reader: Reader): ManifestKey {
  const kind = reader.u8();
  if (kind === KEY_KINDS.sent) return { kind: 'sent', fileKey: reader.bytes(FILE_KEY_BYTES).slice() };
  if (kind !== KEY_KINDS.passphrase) throw invalid('its kind of key is unknown');
  const salt = reader.bytes(SALT_BYTES).slice();
  const iterations = reader.u32();
  if (iterations < PASSPHRASE_ITERATIONS || iterations > PASSPHRASE_ITERATIONS_MAX) throw invalid('its number of iterations is out of bounds');
  return { kind: 'passphrase', salt, iterations, check: reader.bytes(CHECK_BYTES).slice() };
}

const decodeItem = (reader: Reader): ManifestItem => ({ ...readItemHead(reader, invalid), name: readName(reader, invalid) });

/** What is thrown for bytes that cannot be what they should. */
type Invalid = (why: string, cause?: unknown) => SansfilError;

/** `size u64 ‖ mtime_ms u64 ‖ mode u16`, here and in the lists of what is shared. */
export function readItemHead(reader: Reader, invalid: Invalid): Omit<ManifestItem, 'name'> {
  const [bytes, modifiedMs, mode] = [reader.u64(), reader.u64(), reader.u16()];
  if (bytes > FILE_BYTES_MAX) throw invalid('a file is too large');
  if (modifiedMs > WALL_CLOCK_MS_MAX) throw invalid('a time is out of range');
  if ((mode & ~FOLDER_MODE) > MODE_MAX) throw invalid('a mode is out of range');
  if ((mode & FOLDER_MODE) !== 0 && bytes !== 0) throw invalid('a folder has a size');
  return { bytes, modifiedMs, mode };
}

/** `u16+name`, as above. @throws SansfilError FILE_NAME_UNSAFE too */
export function readName(reader: Reader, invalid: Invalid): string {
  const encoded = reader.bytesU16();
  let name: string;
  try {
    name = fromUtf8(encoded);
  } catch (error) {
    throw invalid('a name is not UTF-8', error);
  }
  // Refused, never mended [P-6.3]: a name has one spelling, which is the sender's to give.
  if (safeRelativeName(name) !== name) throw new SansfilError('FILE_NAME_UNSAFE', 'the file name is not safe: it is not in its composed form');
  return name;
}

function totalChunks(sizes: readonly number[], chunkBytes: number): number {
  return sizes.reduce((sum, size) => sum + chunkCount(size, chunkBytes), 0);
}

const invalid: Invalid = (why, cause) => new SansfilError('MANIFEST_INVALID', `the offer is not valid: ${why}`, { cause });
