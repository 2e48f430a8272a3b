import type { AccountName, PeerId } from '../../core/base/ids.js';
import type { FriendView } from '../../core/events/commands.js';

/** A friend of whom nothing is known but the name and the device, except for what is given. */
export const friendView = (name: string, peer: PeerId, given: Partial<FriendView> = {}): FriendView => ({
  name: name as AccountName,
  peer,
  state: 'friend',
  verified: false,
  keyChanged: false,
  presence: 'offline',
  connected: false,
  unread: 0,
  waiting: 0,
  safetyNumber: '12345 '.repeat(12).trim(),
  ...given,
});
