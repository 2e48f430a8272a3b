import { SansfilError } from '../base/errors.js';

/**
 * Reads along an MQTT byte stream and refuses a packet by the length it declares (MQTT 3.1.1 §2.2.3), before anybody
 * gathers its bytes: parsers buffer up to 256 MiB from one header of five bytes.
 */
export class PacketMeter {
  /** Bytes of the current packet still to pass. */
  #left = 0;
  #lengthBytes = -1;
  #length = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws SansfilError REQUEST_TOO_LARGE | REQUEST_INVALID (a length field of more than four bytes) */
  pass(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const step = Math.min(this.#left, bytes.length - at);
        this.#left -= step;
        at += step;
        continue;
      }
      const byte = bytes[at++] ?? 0;
      if (this.#lengthBytes < 0) this.#lengthBytes = 0;
      else this.#lengthByte(byte);
    }
  }

  #lengthByte(byte: number): void {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes++;
    if (this.#length > this.maxBytes) throw new SansfilError('REQUEST_TOO_LARGE', `an MQTT packet of ${this.#length} bytes`);
    if (byte & 0x80) {
      if (this.#lengthBytes >= 4) throw new SansfilError('REQUEST_INVALID', 'the length of an MQTT packet is malformed');
      return;
    }
    this.#left = this.#length;
    this.#length = 0;
    this.#lengthBytes = -1;
  }
}
