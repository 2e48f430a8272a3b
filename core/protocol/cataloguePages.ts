import { fromHex, toHex, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import { parseShareId, type ShareId } from '../base/ids.js';
import { RECORD_BODY_BYTES_MAX, SHARE_ITEMS_MAX } from '../base/limits.js';
import { CONTENT_ROOT_BYTES } from './contentRoot.js';
import { Reader, Writer } from './fields.js';
import { refuseClashes } from './fileNames.js';
import { readItemHead, readName } from './manifest.js';

/** A share as its owner tells of it. */
export interface RemoteShare {
  readonly id: ShareId;
  /** One safe component, NFC. */
  readonly name: string;
  readonly folder: boolean;
  /** False while its owner still reads it: more items may come. */
  readonly ready: boolean;
  readonly items: number;
  readonly bytes: number;
}

/** One file, or an empty folder, of a share. */
export interface RemoteItem {
  /** Relative, safe, NFC. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Permission bits, 0…0o777; an empty folder also has 0o40000. */
  readonly mode: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** Some entries of a list; `next` is where the others begin, 0 when these are the last ones. */
export interface Page<T> {
  readonly entries: readonly T[];
  readonly next: number;
}

const SHARE_ID_BYTES = 16;
/** question 4, status 1, next 8, n 2. */
const PAGE_HEAD_BYTES = 15;
const FLAGS = { folder: 1, unfinished: 2 } as const;
/** id 16, flags 1, items 4, bytes 8, name length 2, name of at least 1. */
const SHARE_BYTES_MIN = 32;
/** size 8, mtime 8, mode 2, root 32, name length 2. */
export const ITEM_HEAD_BYTES = 52;
/** A name of at least 1. */
const ITEM_BYTES_MIN = ITEM_HEAD_BYTES + 1;
/** All files of the largest share, each as large as it may be. */
const SHARE_BYTES_MAX = Number.MAX_SAFE_INTEGER;

const STATUS = { fine: 0, unknown: 1 } as const;
/** The answer to a question about a share that is none of ours. */
export const UNKNOWN_SHARE: Uint8Array = Uint8Array.of(STATUS.unknown);

/** An entry, and where the list goes on after it. */
export interface Placed<T> {
  readonly entry: T;
  readonly position: number;
}

/** As many of them as one record takes. `more`: there are others after these. */
export const encodeShares = (shares: readonly Placed<RemoteShare>[], more: boolean): Uint8Array =>
  encodePage(shares, more, ({ id, name, folder, ready, items, bytes }) =>
    new Writer(128)
      .bytes(fromHex(id))
      .u8((folder ? FLAGS.folder : 0) | (ready ? 0 : FLAGS.unfinished))
      .u32(items)
      .u64(bytes)
      .bytesU16(utf8(name))
      .done(),
  );

/** As many of them as one record takes. `more`: there are others after these. */
export const encodeItems = (items: readonly Placed<RemoteItem>[], more: boolean): Uint8Array => encodePage(items, more, encodeItem);

function encodeItem({ name, bytes, modifiedMs, mode, root }: RemoteItem): Uint8Array {
  return new Writer(128).u64(bytes).u64(modifiedMs).u16(mode).bytes(root).bytesU16(utf8(name)).done();
}

/**
 * @param after where the question said the page should begin; it must go on from there
 * @throws SansfilError CATALOGUE_INVALID | FILE_NAME_UNSAFE
 */
export function decodeShares(page: Uint8Array, after: number): Page<RemoteShare> {
  const decoded = decodePage(page, after, SHARE_BYTES_MIN, decodeShare);
  if (decoded === undefined) throw invalid('a list of shares cannot be unknown');
  return decoded;
}

/** Undefined: there is no such share. The result owns its bytes. @throws as `decodeShares` */
export function decodeItems(page: Uint8Array, after: number): Page<RemoteItem> | undefined {
  const decoded = decodePage(page, after, ITEM_BYTES_MIN, decodeItem);
  if (decoded !== undefined) refuseClashes(decoded.entries.map(({ name }) => name));
  return decoded;
}

function encodePage<T>(entries: readonly Placed<T>[], more: boolean, encode: (entry: T) => Uint8Array): Uint8Array {
  const encoded: Uint8Array[] = [];
  let left = RECORD_BODY_BYTES_MAX - PAGE_HEAD_BYTES;
  for (const { entry } of entries) {
    const bytes = encode(entry);
    if (bytes.length > left) break;
    left -= bytes.length;
    encoded.push(bytes);
  }
  const goesOn = more || encoded.length < entries.length;
  const next = goesOn ? (entries[encoded.length - 1]?.position ?? 0) : 0;
  const writer = new Writer(1024).u8(STATUS.fine).u64(next).u16(encoded.length);
  for (const bytes of encoded) writer.bytes(bytes);
  return writer.done();
}

function decodePage<T>(page: Uint8Array, after: number, entryBytesMin: number, decode: (reader: Reader) => T): Page<T> | undefined {
  const reader = new Reader(page, 'CATALOGUE_INVALID');
  const status = reader.u8();
  if (status === STATUS.unknown) {
    reader.end();
    return undefined;
  }
  if (status !== STATUS.fine) throw invalid('its status is unknown');
  const next = reader.u64();
  const count = reader.u16();
  // So that every page brings the end of the list nearer.
  if (next !== 0 && (next <= after || count === 0)) throw invalid('it does not go on');
  if (count * entryBytesMin > reader.left) throw invalid('its number of entries cannot be');
  const entries: T[] = [];
  for (let i = 0; i < count; i++) entries.push(decode(reader));
  reader.end();
  return { entries, next };
}

function decodeShare(reader: Reader): RemoteShare {
  const id = parseShareId(toHex(reader.bytes(SHARE_ID_BYTES)));
  const flags = reader.u8();
  if (flags > (FLAGS.folder | FLAGS.unfinished)) throw invalid('a flag is unknown');
  const [items, bytes] = [reader.u32(), reader.u64()];
  if (items > SHARE_ITEMS_MAX || bytes > SHARE_BYTES_MAX) throw invalid('a share is too large');
  const name = readName(reader, invalid);
  if (name.includes('/')) throw new SansfilError('FILE_NAME_UNSAFE', 'the name of a share is not one component');
  return { id, name, folder: (flags & FLAGS.folder) !== 0, ready: (flags & FLAGS.unfinished) === 0, items, bytes };
}

function decodeItem(reader: Reader): RemoteItem {
  const head = readItemHead(reader, invalid);
  const root = reader.bytes(CONTENT_ROOT_BYTES).slice();
  return { ...head, root, name: readName(reader, invalid) };
}

const invalid = (why: string, cause?: unknown): SansfilError =>
  new SansfilError('CATALOGUE_INVALID', `the list of shared files is not valid: ${why}`, { cause });
