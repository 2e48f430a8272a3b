const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** @throws RangeError when the text is not an even number of hex digits. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new RangeError('not hex');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** RFC 4648 §6, upper case, without padding. */
export function base32Encode(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >>> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32.charAt((held << (5 - bits)) & 31);
  return text;
}

/** Characters outside the alphabet are a RangeError; left-over bits are dropped (compare by re-encoding). */
export function base32Decode(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of text) {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new RangeError('not base32');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >>> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}

/** Compares in time that depends on the lengths only. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Strict UTF-8: malformed bytes and a byte order mark kept as they are never pass silently. @throws TypeError */
export const fromUtf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

const WORD_BYTES = 8;
const STAGE_BYTES = 64 * 1024;
const stage = new Uint8Array(STAGE_BYTES + WORD_BYTES);

/**
 * `into.set(bytes, at)`. In shared memory engines copy byte by byte, unless both sides lie alike in their words: then word
 * by word, which took an eighth of the time. So what lies otherwise is laid right first.
 */
export function copyInto(into: Uint8Array, at: number, bytes: Uint8Array): void {
  if (!(into.buffer instanceof SharedArrayBuffer)) return into.set(bytes, at);
  for (let done = 0; done < bytes.length; done += STAGE_BYTES) {
    const piece = bytes.subarray(done, done + STAGE_BYTES);
    const skew = (into.byteOffset + at + done) % WORD_BYTES;
    stage.set(piece, skew);
    into.set(stage.subarray(skew, skew + piece.length), at + done);
  }
}
