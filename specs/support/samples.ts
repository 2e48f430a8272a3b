import {
  peerIdFromBytes,
  parseMessageId,
  parseShareId,
  parseTransferId,
  type MessageId,
  type PeerId,
  type ShareId,
  type TransferId,
} from '../../core/base/ids.js';

/** Well-formed identifiers, the same for the same number. */
export const peerOf = (n: number): PeerId => peerIdFromBytes(new Uint8Array(32).fill(n));
export const messageIdOf = (n: number): MessageId => parseMessageId(n.toString(16).padStart(32, '0'));
export const transferIdOf = (n: number): TransferId => parseTransferId(n.toString(16).padStart(32, '0'));
export const shareIdOf = (n: number): ShareId => parseShareId(n.toString(16).padStart(32, '0'));

/** The code of what a promise is rejected with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
  }
  return 'not rejected';
}
