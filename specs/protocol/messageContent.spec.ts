import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { concat, fromHex, utf8 } from '../../core/base/bytes.js';
import { parseMessageId } from '../../core/base/ids.js';
import { MESSAGE_TEXT_BYTES_MAX, RECEIPT_IDS_MAX } from '../../core/base/limits.js';
import { decodeMessageContent, encodeMessageContent, messageIdFromBytes } from '../../core/protocol/messageContent.js';
import { SansfilError } from '../../core/base/errors.js';

const ID = parseMessageId('00112233445566778899aabbccddeeff');
const HEAD = fromHex('000000000000002a');
const text = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(1), HEAD, bytes);
const receipt = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(2), HEAD, bytes);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return SansfilError.is(error) ? error.code : String(error);
  }
  return 'nothing thrown';
}

describe('[P-3.11] the content of a MSG record', () => {
  test('a text is type, time and UTF-8, nothing else', () => {
    expect(encodeMessageContent({ type: 'text', createdMs: 42, text: 'é' })).toEqual(fromHex('01000000000000002ac3a9'));
  });

  test('a read receipt is type, time, count and ids', () => {
    expect(encodeMessageContent({ type: 'read', createdMs: 42, ids: [ID] })).toEqual(fromHex(`02000000000000002a0001${ID}`));
  });

  test('what is written is what is read', () => {
    const texts = fc.string({ minLength: 1, maxLength: 500, unit: 'binary' });
    fc.assert(
      fc.property(texts, fc.nat(), (written, createdMs) => {
        const content = { type: 'text', createdMs, text: written } as const;
        expect(decodeMessageContent(encodeMessageContent(content))).toEqual(content);
      }),
    );
  });

  test('a receipt for as many messages as one may name is read back', () => {
    const ids = Array.from({ length: RECEIPT_IDS_MAX }, (_, i) => parseMessageId(i.toString(16).padStart(32, '0')));
    expect(decodeMessageContent(encodeMessageContent({ type: 'read', createdMs: 1, ids }))).toEqual({ type: 'read', createdMs: 1, ids });
  });

  test('a text of exactly the longest length passes and one byte more does not', () => {
    const longest = 'a'.repeat(MESSAGE_TEXT_BYTES_MAX);
    expect(decodeMessageContent(encodeMessageContent({ type: 'text', createdMs: 0, text: longest }))).toMatchObject({ text: longest });
    expect(codeOf(() => encodeMessageContent({ type: 'text', createdMs: 0, text: `${longest}a` }))).toBe('MESSAGE_TOO_LONG');
    expect(codeOf(() => decodeMessageContent(text(utf8(`${longest}a`))))).toBe('RECORD_MALFORMED');
  });

  test('the bound is in bytes, not in characters', () => {
    expect(codeOf(() => encodeMessageContent({ type: 'text', createdMs: 0, text: '字'.repeat(21_334) }))).toBe('MESSAGE_TOO_LONG');
  });

  test('an empty text is not sent', () => {
    expect(codeOf(() => encodeMessageContent({ type: 'text', createdMs: 0, text: '' }))).toBe('MESSAGE_EMPTY');
  });

  test('a byte order mark and control characters reach the other side as they are', () => {
    const odd = '\uFEFFa\u0000\u001b[31m\u202e';
    expect(decodeMessageContent(encodeMessageContent({ type: 'text', createdMs: 0, text: odd }))).toMatchObject({ text: odd });
  });

  test.each([
    ['nothing at all', new Uint8Array(0), 'RECORD_MALFORMED'],
    ['a time that is cut short', fromHex('0100000000'), 'RECORD_MALFORMED'],
    ['an empty text', text(new Uint8Array(0)), 'RECORD_MALFORMED'],
    ['an unknown type', concat(Uint8Array.of(3), HEAD), 'RECORD_MALFORMED'],
    ['a time beyond any date', concat(Uint8Array.of(1), fromHex('001eb208c2dc0001'), utf8('a')), 'RECORD_MALFORMED'],
    ['a time beyond any safe number', concat(Uint8Array.of(1), fromHex('ffffffffffffffff'), utf8('a')), 'RECORD_MALFORMED'],
    ['UTF-8 that is cut short', text(fromHex('c3')), 'UTF8_INVALID'],
    ['an overlong encoding', text(fromHex('c0af')), 'UTF8_INVALID'],
    ['half of a surrogate pair', text(fromHex('eda080')), 'UTF8_INVALID'],
    ['a code point beyond the last', text(fromHex('f4908080')), 'UTF8_INVALID'],
    ['a receipt for nothing', receipt(fromHex('0000')), 'RECORD_MALFORMED'],
    ['a receipt for too many', receipt(concat(fromHex('03e9'), new Uint8Array(1001 * 16))), 'RECORD_MALFORMED'],
    ['a receipt that claims more than it has', receipt(concat(fromHex('0002'), fromHex(ID))), 'RECORD_MALFORMED'],
    ['a receipt with a byte too many', receipt(concat(fromHex('0001'), fromHex(ID), Uint8Array.of(0))), 'RECORD_MALFORMED'],
  ])('%s is refused', (_, bytes, code) => {
    expect(codeOf(() => decodeMessageContent(bytes))).toBe(code);
  });

  test('the last moment there is passes', () => {
    const bytes = concat(Uint8Array.of(1), fromHex('001eb208c2dc0000'), utf8('a'));
    expect(decodeMessageContent(bytes)).toMatchObject({ createdMs: 8_640_000_000_000_000 });
  });

  test('no bytes make it throw anything but its own errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeMessageContent(bytes);
        } catch (error) {
          expect(SansfilError.is(error)).toBe(true);
          expect(codeOf(() => decodeMessageContent(bytes))).toMatch(/^(RECORD_MALFORMED|UTF8_INVALID)$/);
        }
      }),
    );
  });

  test('ids are taken from sixteen bytes only', () => {
    expect(messageIdFromBytes(fromHex(ID))).toBe(ID);
    expect(codeOf(() => messageIdFromBytes(new Uint8Array(15)))).toBe('BUG');
  });
});
