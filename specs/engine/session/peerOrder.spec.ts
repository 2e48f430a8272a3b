import { describe, expect, test } from '@jest/globals';
import { peerIdFromBytes, type PeerId } from '../../../core/base/ids.js';
import { initiatorIsLower, isLower } from '../../../core/engine/session/peerOrder.js';

const peer = (first: number): PeerId => peerIdFromBytes(new Uint8Array(32).fill(first, 0, 1));

describe('[P-3.15] the order of two PeerIDs', () => {
  test('is that of their bytes, not of their text', () => {
    const [low, high] = [peer(0x00), peer(0xff)];
    // base32 writes the highest values as digits, which sort before the letters
    expect(low > high).toBe(true);
    expect([isLower(low, high), isLower(high, low), isLower(low, low)]).toEqual([true, false, false]);
  });

  test('gives both sides the same answer about who should have dialled', () => {
    const [low, high] = [peer(1), peer(2)];
    expect([initiatorIsLower(low, high, 'initiator'), initiatorIsLower(high, low, 'responder')]).toEqual([true, true]);
    expect([initiatorIsLower(low, high, 'responder'), initiatorIsLower(high, low, 'initiator')]).toEqual([false, false]);
  });
});
