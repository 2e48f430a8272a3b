import { assert } from '../../base/assert.js';
import { concat } from '../../base/bytes.js';
import { SansfilError } from '../../base/errors.js';
import { BULK_BYTES_MAX, SEND_QUEUE_BYTES_MAX } from '../../base/limits.js';
import type { RecordCipher } from '../../crypto/recordCipher.js';
import type { Link } from '../../ports/transport.js';
import { encodeRecord } from '../../protocol/codec.js';
import type { Record } from '../../protocol/frames.js';
import { bulkHead, encodeRecordFrame } from '../../protocol/sessionFrames.js';
import { KeyBudget } from './KeyBudget.js';

export interface SenderAlarms {
  /** More than SEND_QUEUE_BYTES_MAX was sent since the link said that it is full. */
  overfull(): void;
  /** The keys of this direction should be replaced. */
  spent(): void;
  /** They may not be used any more. */
  exhausted(): void;
}

/** The outgoing direction of a session: seals, frames, and keeps count of what the link has not taken. */
export class RecordSender {
  readonly #budget: KeyBudget;
  #excess = 0;

  constructor(
    private readonly link: Link,
    private readonly cipher: RecordCipher,
    private readonly alarms: SenderAlarms,
  ) {
    this.#budget = new KeyBudget(() => alarms.spent());
  }

  /** False: the link is full. @throws SansfilError BUG for a record that does not fit */
  send(record: Record): boolean {
    const plaintext = encodeRecord(record);
    let sealed: Uint8Array;
    try {
      sealed = this.cipher.seal(plaintext);
    } catch (error) {
      if (SansfilError.from(error).code !== 'SESSION_EXPIRED') throw error;
      this.alarms.exhausted();
      return false;
    }
    this.#budget.use(sealed.length);
    return this.#transmit(encodeRecordFrame(sealed));
  }

  /** False: the link is full. `bytes`, one or more, stay untouched until `taken` is called. @throws SansfilError BUG for none */
  sendBulk(stream: number, bytes: Uint8Array, taken: () => void): boolean {
    assert(bytes.length > 0, 'bulk frames carry bytes');
    const bodies: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += BULK_BYTES_MAX) bodies.push(bytes.subarray(at, at + BULK_BYTES_MAX));
    const head = bulkHead(stream);
    if (this.link.sendBodies) return this.#count(this.link.sendBodies(head, bodies, taken), bytes.length);
    let free = true;
    for (const body of bodies) free = this.#transmit(concat(head, body));
    taken();
    return free;
  }

  drained(): void {
    this.#excess = 0;
  }

  #transmit(frame: Uint8Array): boolean {
    return this.#count(this.link.send(frame), frame.length);
  }

  #count(free: boolean, bytes: number): boolean {
    if (free) {
      this.#excess = 0;
      return true;
    }
    this.#excess += bytes;
    if (this.#excess > SEND_QUEUE_BYTES_MAX) this.alarms.overfull();
    return false;
  }
}
