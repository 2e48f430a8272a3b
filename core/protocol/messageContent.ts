import { fromUtf8, toHex, fromHex, utf8 } from '../base/bytes.js';
import { SansfilError } from '../base/errors.js';
import type { MessageId } from '../base/ids.js';
import { MESSAGE_TEXT_BYTES_MAX, RECEIPT_IDS_MAX, WALL_CLOCK_MS_MAX } from '../base/limits.js';
import { assert } from '../base/assert.js';
import { Reader, Writer } from './fields.js';

/*
 * The content of a MSG record, PROTOCOL [P-3.11]: `type u8 ‖ created_ms u64 ‖ payload`. It is stored in the outbox as it is sent, so
 * that what is sent again is the same bytes.
 */

export type MessageContent =
  | { readonly type: 'text'; readonly createdMs: number; readonly text: string }
  /** The peer has read these messages of ours. */
  | { readonly type: 'read'; readonly createdMs: number; readonly ids: readonly MessageId[] };

const TEXT = 0x01;
const READ = 0x02;
const ID_BYTES = 16;
/** type 1 + created_ms 8. */
const HEAD_BYTES = 9;

/** @throws SansfilError MESSAGE_EMPTY | MESSAGE_TOO_LONG for a text out of bounds */
export function encodeMessageContent(content: MessageContent): Uint8Array {
  if (content.type === 'text') {
    const bytes = utf8(content.text);
    if (bytes.length === 0) throw new SansfilError('MESSAGE_EMPTY');
    if (bytes.length > MESSAGE_TEXT_BYTES_MAX) throw new SansfilError('MESSAGE_TOO_LONG');
    return new Writer(HEAD_BYTES + bytes.length).u8(TEXT).u64(content.createdMs).bytes(bytes).done();
  }
  const { ids } = content;
  assert(ids.length >= 1 && ids.length <= RECEIPT_IDS_MAX, `a receipt names ${ids.length} messages`);
  const writer = new Writer(HEAD_BYTES + 2 + ids.length * ID_BYTES).u8(READ).u64(content.createdMs).u16(ids.length);
  for (const id of ids) writer.bytes(fromHex(id));
  return writer.done();
}

/** @throws SansfilError RECORD_MALFORMED | UTF8_INVALID */
export function decodeMessageContent(bytes: Uint8Array): MessageContent {
  const reader = new Reader(bytes, 'RECORD_MALFORMED');
  const type = reader.u8();
  const createdMs = reader.u64();
  if (createdMs > WALL_CLOCK_MS_MAX) throw malformed('a message is written after the end of time');
  switch (type) {
    case TEXT:
      return { type: 'text', createdMs, text: readText(reader) };
    case READ:
      return { type: 'read', createdMs, ids: readIds(reader) };
    default:
      throw malformed(`message content of type 0x${type.toString(16)}`);
  }
}

function readText(reader: Reader): string {
  const bytes = reader.rest();
  if (bytes.length === 0 || bytes.length > MESSAGE_TEXT_BYTES_MAX) throw malformed(`a text of ${bytes.length} bytes`);
  try {
    return fromUtf8(bytes);
  } catch (error) {
    throw new SansfilError('UTF8_INVALID', 'a text is not UTF-8', { cause: error });
  }
}

function readIds(reader: Reader): readonly MessageId[] {
  const count = reader.u16();
  if (count === 0 || count > RECEIPT_IDS_MAX) throw malformed(`a receipt that names ${count} messages`);
  // Checked before anything is allocated for what is claimed.
  if (reader.left !== count * ID_BYTES) throw malformed('a receipt is not as long as the messages it names');
  return Array.from({ length: count }, () => messageIdFromBytes(reader.bytes(ID_BYTES)));
}

/** The id of a MSG or ACK record, whose length the codec has checked. */
export function messageIdFromBytes(bytes: Uint8Array): MessageId {
  assert(bytes.length === ID_BYTES, `a message id of ${bytes.length} bytes`);
  return toHex(bytes) as MessageId;
}

const malformed = (detail: string): SansfilError => new SansfilError('RECORD_MALFORMED', detail);
