import { describe, expect, test } from '@jest/globals';
import { accountKey, parseAccountName, parsePeerId, peerIdFromBytes, peerIdToBytes } from '../../core/base/ids.js';

describe('a PeerID as text', () => {
  test('comes back as the bytes it was made of', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 37) & 255);
    expect(peerIdToBytes(parsePeerId(peerIdFromBytes(bytes)))).toEqual(bytes);
  });

  test.each(['', 'A'.repeat(51), 'A'.repeat(53), '1'.repeat(52), 'a'.repeat(52), `${'A'.repeat(51)}B`])('refuses %j', (text) => {
    expect(() => parsePeerId(text)).toThrow(expect.objectContaining({ code: 'ID_INVALID' }));
  });
});

describe('an account name', () => {
  test.each(['pi', 'Élève-3', 'salle.12', '教室', 'a'])('accepts %s', (text) => {
    expect(parseAccountName(text)).toBe(text.normalize('NFC'));
  });

  test.each(['', ' pi', 'pi ', '-pi', 'a/b', 'a\u202eb', 'x'.repeat(65), 'a\nb', 'é'.repeat(33)])('refuses %j', (text) => {
    expect(() => parseAccountName(text)).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });

  test('is the same account in another case or composition', () => {
    expect(accountKey(parseAccountName('ÉLÈVE'))).toBe(accountKey(parseAccountName('e\u0301le\u0300ve')));
  });
});
