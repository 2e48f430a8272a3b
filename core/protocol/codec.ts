import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import {
  CHUNK_BYTES_MAX,
  MANIFEST_BYTES_MAX,
  MANIFEST_INLINE_BYTES_MAX,
  RECORD_BODY_BYTES_MAX,
  RECORD_PAD_BYTES,
  RECORD_PLAINTEXT_BYTES_MAX,
  TRANSFER_CHUNKS_MAX,
  TRANSFER_ITEMS_MAX,
} from '../base/limits.js';
import { bitmapBytes } from './bitmap.js';
import { FETCH_BODIES } from './fetchRecords.js';
import { Reader, Writer } from './fields.js';
import { CANCEL_REASONS, CLOSE_REASONS, PAUSES, RECORD_TYPES, RESUMES, type Record, type RecordType } from './frames.js';
import { HASH_BYTES, ID_BYTES, malformed, readRanges, sized, writeRanges } from './recordFields.js';

/*
 * Records to the plaintext of a Noise transport message and back, PROTOCOL [P-3.11] and [P-6.6]:
 * `type u8 ‖ body_len u16 ‖ body ‖ zeros`. One record has exactly one encoding.
 */

const HEADER_BYTES = 3;
/** From here on a type this version does not know is ignored instead of fatal. */
const IGNORABLE = 0x80;

type KnownType = Exclude<RecordType, 'unknown'>;
type Body<T extends KnownType> = Extract<Record, { readonly type: T }>;

interface BodyCodec<T extends KnownType> {
  write(writer: Writer, record: Body<T>): void;
  read(reader: Reader): Body<T>;
}

const nameOf = <R extends string>(reasons: { readonly [K in R]: number }, code: number): R => {
  for (const reason of Object.keys(reasons) as R[]) if (reasons[reason] === code) return reason;
  throw malformed(`no such reason: ${code}`);
};

/** The answer to a question; the page is judged by who asked (cataloguePages.ts). */
const pageOnly = <T extends 'shares' | 'contents'>(type: T) => ({
  write: (writer: Writer, record: { readonly question: number; readonly page: Uint8Array }) => void writer.u32(record.question).bytes(record.page),
  read: (reader: Reader) => ({ type, question: reader.u32(), page: reader.rest() }),
});

const echoOnly = <T extends 'ping' | 'pong'>(type: T) => ({
  write: (writer: Writer, record: { readonly echo: Uint8Array }) => void writer.bytes(sized(record.echo, 8)),
  read: (reader: Reader) => ({ type, echo: reader.bytes(8) }),
});

const BODIES: { readonly [T in KnownType]: BodyCodec<T> } = {
  ready: {
    write: (writer, { maxRecord, features }) => void writer.u16(maxRecord).u32(features),
    read: (reader) => {
      const maxRecord = reader.u16();
      if (maxRecord < RECORD_PLAINTEXT_BYTES_MAX) throw malformed(`the peer takes records of ${maxRecord} bytes only`);
      return { type: 'ready', maxRecord, features: reader.u32() };
    },
  },
  ping: echoOnly('ping'),
  pong: echoOnly('pong'),
  close: {
    write: (writer, { reason }) => void writer.u8(CLOSE_REASONS[reason]),
    read: (reader) => ({ type: 'close', reason: nameOf(CLOSE_REASONS, reader.u8()) }),
  },
  contactSecret: {
    write: (writer, { secret }) => void writer.bytes(sized(secret, 32)),
    read: (reader) => ({ type: 'contactSecret', secret: reader.bytes(32) }),
  },
  msg: {
    write: (writer, { id, content }) => void writer.bytes(sized(id, ID_BYTES)).bytes(content),
    read: (reader) => ({ type: 'msg', id: reader.bytes(ID_BYTES), content: reader.rest() }),
  },
  ack: {
    write: (writer, { id }) => void writer.bytes(sized(id, ID_BYTES)),
    read: (reader) => ({ type: 'ack', id: reader.bytes(ID_BYTES) }),
  },
  offer: {
    write: (writer, { manifest }) => void writer.bytes(manifest),
    read: (reader) => {
      if (reader.left > MANIFEST_INLINE_BYTES_MAX) throw malformed(`a manifest of ${reader.left} bytes`);
      return { type: 'offer', manifest: reader.rest() };
    },
  },
  offerLong: {
    write: (writer, { transferId, length, hash }) => void writer.bytes(sized(transferId, ID_BYTES)).u32(length).bytes(sized(hash, HASH_BYTES)),
    read: (reader) => {
      const [transferId, length] = [reader.bytes(ID_BYTES), reader.u32()];
      if (length <= MANIFEST_INLINE_BYTES_MAX || length > MANIFEST_BYTES_MAX) throw malformed(`a long manifest of ${length} bytes`);
      return { type: 'offerLong', transferId, length, hash: reader.bytes(HASH_BYTES) };
    },
  },
  manifestWant: {
    write: (writer, { transferId, offset }) => void writer.bytes(sized(transferId, ID_BYTES)).u32(offset),
    read: (reader) => ({ type: 'manifestWant', transferId: reader.bytes(ID_BYTES), offset: offsetOf(reader) }),
  },
  manifestPart: {
    write: (writer, { transferId, offset, bytes }) => void writer.bytes(sized(transferId, ID_BYTES)).u32(offset).bytes(bytes),
    read: (reader) => {
      const [transferId, offset] = [reader.bytes(ID_BYTES), offsetOf(reader)];
      if (reader.left === 0 || reader.left > MANIFEST_INLINE_BYTES_MAX) throw malformed(`a piece of a manifest of ${reader.left} bytes`);
      return { type: 'manifestPart', transferId, offset, bytes: reader.rest() };
    },
  },
  accept: {
    write: (writer, { transferId, items, held }) => void writer.bytes(sized(transferId, ID_BYTES)).bytesU16(items).bytesU16(held),
    read: (reader) => {
      const [transferId, items, held] = [reader.bytes(ID_BYTES), reader.bytesU16(), reader.bytesU16()];
      if (items.length > bitmapBytes(TRANSFER_ITEMS_MAX) || held.length > bitmapBytes(TRANSFER_CHUNKS_MAX)) throw malformed('a bitmap that is too long');
      return { type: 'accept', transferId, items, held };
    },
  },
  chunk: {
    write: (writer, chunk) => {
      writer.bytes(sized(chunk.transferId, ID_BYTES)).u32(chunk.item).u32(chunk.index).u32(chunk.length);
      writer.bytes(sized(chunk.hash, HASH_BYTES)).bytes(sized(chunk.tag, 16)).u16(chunk.stream);
    },
    read: (reader) => {
      const [transferId, item, index, length] = [reader.bytes(ID_BYTES), reader.u32(), reader.u32(), reader.u32()];
      if (length < 1 || length > CHUNK_BYTES_MAX) throw malformed(`a chunk of ${length} bytes`);
      return { type: 'chunk', transferId, item, index, length, hash: reader.bytes(HASH_BYTES), tag: reader.bytes(16), stream: reader.u16() };
    },
  },
  chunksOk: {
    write: (writer, { transferId, ranges }) => writeRanges(writer.bytes(sized(transferId, ID_BYTES)), ranges),
    read: (reader) => ({ type: 'chunksOk', transferId: reader.bytes(ID_BYTES), ranges: readRanges(reader) }),
  },
  done: {
    write: (writer, { transferId, item, hash }) => void writer.bytes(sized(transferId, ID_BYTES)).u32(item).bytes(sized(hash, HASH_BYTES)),
    read: (reader) => ({ type: 'done', transferId: reader.bytes(ID_BYTES), item: reader.u32(), hash: reader.bytes(HASH_BYTES) }),
  },
  cancel: {
    write: (writer, { transferId, reason }) => void writer.bytes(sized(transferId, ID_BYTES)).u8(CANCEL_REASONS[reason]),
    read: (reader) => ({ type: 'cancel', transferId: reader.bytes(ID_BYTES), reason: nameOf(CANCEL_REASONS, reader.u8()) }),
  },
  pause: {
    write: (writer, { transferId, what }) => void writer.bytes(sized(transferId, ID_BYTES)).u8(PAUSES[what]),
    read: (reader) => ({ type: 'pause', transferId: reader.bytes(ID_BYTES), what: nameOf(PAUSES, reader.u8()) }),
  },
  resume: {
    write: (writer, { transferId, by }) => void writer.bytes(sized(transferId, ID_BYTES)).u8(RESUMES[by]),
    read: (reader) => ({ type: 'resume', transferId: reader.bytes(ID_BYTES), by: nameOf(RESUMES, reader.u8()) }),
  },
  ...FETCH_BODIES,
  browse: {
    write: (writer, { question, after }) => void writer.u32(question).u64(after),
    read: (reader) => ({ type: 'browse', question: reader.u32(), after: reader.u64() }),
  },
  shares: pageOnly('shares'),
  browseShare: {
    write: (writer, { question, share, after }) => void writer.u32(question).bytes(sized(share, ID_BYTES)).u64(after),
    read: (reader) => ({ type: 'browseShare', question: reader.u32(), share: reader.bytes(ID_BYTES), after: reader.u64() }),
  },
  contents: pageOnly('contents'),
};

const TYPE_NAMES: ReadonlyMap<number, KnownType> = new Map((Object.keys(RECORD_TYPES) as KnownType[]).map((name) => [RECORD_TYPES[name], name]));

/** Where a piece of a manifest begins. */
function offsetOf(reader: Reader): number {
  const offset = reader.u32();
  if (offset >= MANIFEST_BYTES_MAX) throw malformed('a piece beyond the longest manifest');
  return offset;
}

/** Length of the plaintext for a body of that length: the next multiple of 128, or the longest there is. */
function paddedLength(bodyLength: number): number {
  const padded = Math.ceil((HEADER_BYTES + bodyLength) / RECORD_PAD_BYTES) * RECORD_PAD_BYTES;
  return Math.min(padded, RECORD_PLAINTEXT_BYTES_MAX);
}

/** The padded plaintext. @throws SansfilError BUG when the record does not fit */
export function encodeRecord(record: Record): Uint8Array {
  assert(record.type !== 'unknown', 'an unknown record is not sent');
  const writer = new Writer(RECORD_PAD_BYTES).u8(RECORD_TYPES[record.type]).u16(0);
  writeBody(record.type, writer, record);
  const bodyLength = writer.length - HEADER_BYTES;
  assert(bodyLength <= RECORD_BODY_BYTES_MAX, `a ${record.type} record of ${bodyLength} bytes`);
  return writer
    .patchU16(1, bodyLength)
    .zeros(paddedLength(bodyLength) - writer.length)
    .done();
}

/** Byte fields of the result are views into `plaintext`. @throws SansfilError RECORD_MALFORMED | RECORD_UNKNOWN */
export function decodeRecord(plaintext: Uint8Array): Record {
  const frame = new Reader(plaintext, 'RECORD_MALFORMED');
  const code = frame.u8();
  const body = new Reader(frame.bytesU16(), 'RECORD_MALFORMED');
  if (plaintext.length !== paddedLength(body.left)) throw malformed('a record is not padded to its length');
  frame.zeros();
  const type = TYPE_NAMES.get(code);
  if (type === undefined) {
    if (code < IGNORABLE) throw new SansfilError('RECORD_UNKNOWN', `record type 0x${code.toString(16)}`);
    return { type: 'unknown', code };
  }
  const record: Record = BODIES[type].read(body);
  body.end();
  return record;
}

function writeBody<T extends KnownType>(type: T, writer: Writer, record: Body<T>): void {
  BODIES[type].write(writer, record);
}
