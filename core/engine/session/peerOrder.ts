import { peerIdToBytes, type PeerId } from '../../base/ids.js';
import type { HandshakeRole } from '../../crypto/noise/handshakeState.js';

/** Whether `a` comes before `b` in the order of their 32 bytes; their text sorts differently. */
export function isLower(a: PeerId, b: PeerId): boolean {
  const [left, right] = [peerIdToBytes(a), peerIdToBytes(b)];
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Both sides compute the same: whether the device with the lower PeerID dialled. */
export const initiatorIsLower = (self: PeerId, peer: PeerId, role: HandshakeRole): boolean => isLower(self, peer) === (role === 'initiator');
