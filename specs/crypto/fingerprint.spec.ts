import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parsePeerId, peerIdFromBytes } from '../../core/base/ids.js';
import { formatPeerId, parseFormattedPeerId, safetyNumber } from '../../core/crypto/fingerprint.js';
import { nodePrimitives } from '../../plugins/node-primitives/nodePrimitives.js';

// the example of Syncthing's lib/protocol/deviceid_test.go
const peer = parsePeerId('P56IOI7MZJNU2IQGDREYDM2MGTMGL3BXNPQ6W5BTBBZ4TJXZWICQ');
const formatted = 'P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2';
const peers = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(peerIdFromBytes);
const mistyped = expect.objectContaining({ code: 'ID_INVALID' });

describe('[P-8.1] a PeerID for people', () => {
  test('is written as Syncthing writes its device ids', () => {
    expect(formatPeerId(peer)).toBe(formatted);
  });

  test('comes back however it was typed', () => {
    for (const typed of [formatted, formatted.toLowerCase(), formatted.replaceAll('-', ' '), formatted.replaceAll('-', ''), formatted.replaceAll('I', '1')]) {
      expect(parseFormattedPeerId(typed)).toBe(peer);
    }
    fc.assert(fc.property(peers, (any) => expect(parseFormattedPeerId(formatPeerId(any))).toBe(any)));
  });

  test('shows every single wrong character', () => {
    const plain = formatted.replaceAll('-', '');
    for (let at = 0; at < plain.length; at++) {
      for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.replace(plain.charAt(at), '')) {
        expect(() => parseFormattedPeerId(plain.slice(0, at) + other + plain.slice(at + 1))).toThrow(mistyped);
      }
    }
  });

  test('shows two neighbours that changed places, but for the pairs that Luhn cannot tell apart', () => {
    // both stand with factor 1 at the end of a part, and A and 7 weigh the same with either factor
    const blind = (at: number, a: string, b: string): boolean => at % 14 === 12 || [a, b].sort().join('') === '7A';
    const plain = formatted.replaceAll('-', '');
    for (let at = 0; at + 1 < plain.length; at++) {
      const [a, b] = [plain.charAt(at), plain.charAt(at + 1)];
      if (a !== b && !blind(at, a, b)) expect(() => parseFormattedPeerId(plain.slice(0, at) + b + a + plain.slice(at + 2))).toThrow(mistyped);
    }
  });

  test.each(['', 'hello', formatted.slice(0, -1), `${formatted}A`, formatted.replace('P', '9'), peer])('is not %j', (text) => {
    expect(() => parseFormattedPeerId(text)).toThrow(mistyped);
  });
});

describe('[P-8.2] the safety number', () => {
  test('is 12 groups of five digits, the same on both devices, another with another device', () => {
    fc.assert(
      fc.property(peers, peers, peers, (a, b, c) => {
        fc.pre(new Set([a, b, c]).size === 3);
        const number = safetyNumber(nodePrimitives, a, b);
        expect(number).toMatch(/^(\d{5} ){11}\d{5}$/);
        expect(safetyNumber(nodePrimitives, b, a)).toBe(number);
        expect(safetyNumber(nodePrimitives, a, c)).not.toBe(number);
      }),
    );
  });

  test('stays as it is: people wrote it down', () => {
    const [zeros, ones] = [peerIdFromBytes(new Uint8Array(32)), peerIdFromBytes(new Uint8Array(32).fill(255))];
    expect(safetyNumber(nodePrimitives, ones, zeros)).toBe('23549 16301 54474 62777 09060 75084 50965 01262 79830 75794 00224 04304');
  });
});
