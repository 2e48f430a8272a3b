import { toHex } from '../../base/bytes.js';
import type { MessageId } from '../../base/ids.js';
import { CANCEL_REASONS, CLOSE_REASONS, RECORD_TYPES } from '../../protocol/frames.js';

const HEADER_BYTES = 3;
const ID_BYTES = 16;

const upper = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(RECORD_TYPES).map(([name, type]) => [type, upper(name)]));
const reasons = (codes: Readonly<Record<string, number>>): ReadonlyMap<number, string> => new Map(Object.entries(codes).map(([name, code]) => [code, name]));
const CLOSES = reasons(CLOSE_REASONS);
const CANCELS = reasons(CANCEL_REASONS);
const CONTENTS: ReadonlyMap<number, string> = new Map([
  [1, 'text'],
  [2, 'read'],
]);

/** A record one device sealed or opened. Only what somebody asks for is read: most records are not looked into. */
export class WireRecord {
  constructor(
    /** Who sealed or opened it. */
    readonly device: string,
    /** That device's end of the link. */
    readonly link: string,
    /** The device at the other end. */
    readonly peer: string | undefined,
    readonly plaintext: Uint8Array,
  ) {}

  /** One of RECORD_TYPES, if it is one. */
  get type(): number {
    return this.plaintext[0] ?? -1;
  }

  /** Of a MSG or an ACK. */
  get messageId(): MessageId {
    return toHex(this.plaintext.subarray(HEADER_BYTES, HEADER_BYTES + ID_BYTES)) as MessageId;
  }

  /** Of a MSG, without the zeros behind it. */
  get content(): Uint8Array {
    const length = ((this.plaintext[1] ?? 0) << 8) | (this.plaintext[2] ?? 0);
    return this.plaintext.subarray(HEADER_BYTES + ID_BYTES, HEADER_BYTES + length);
  }

  /** `READY`, `MSG text`, `CLOSE(done)`, … */
  get title(): string {
    const { type, plaintext } = this;
    const name = NAMES.get(type) ?? `RECORD 0x${type.toString(16)}`;
    if (type === RECORD_TYPES.msg) return `${name} ${CONTENTS.get(plaintext[HEADER_BYTES + ID_BYTES] ?? 0) ?? 'of no known kind'}`;
    if (type === RECORD_TYPES.close) return `${name}(${CLOSES.get(plaintext[HEADER_BYTES] ?? -1) ?? 'no known reason'})`;
    if (type === RECORD_TYPES.cancel) return `${name}(${CANCELS.get(plaintext[HEADER_BYTES + ID_BYTES] ?? -1) ?? 'no known reason'})`;
    return name;
  }
}
