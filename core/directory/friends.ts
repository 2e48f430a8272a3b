import { SansfilError } from '../base/errors.js';
import { FRIENDS_MAX } from '../base/limits.js';
import type { FriendEntry } from './methods.js';
import type { Decision, DirectoryAccount, Relation } from './store.js';

/** How two accounts become friends and cease to be, PROTOCOL [P-7.7]. Pure: who asks, what stood, what shall stand. */
export type FriendVerb = 'request' | 'accept' | 'decline' | 'remove';

export function decision(verb: FriendVerb, mine: string, other: string): Decision {
  if (mine === other) throw new SansfilError('NOT_ALLOWED', 'an account is not its own friend');
  switch (verb) {
    case 'request':
      return (current, counts) => {
        if (current?.state === 'friends') throw new SansfilError('ALREADY_FRIENDS');
        // Two requests that cross are a friendship.
        if (current?.state === 'requested') return current.by === mine ? current : { state: 'friends', by: mine };
        if (Math.max(counts.mine, counts.other) >= FRIENDS_MAX) throw new SansfilError('NOT_ALLOWED', 'too many friends');
        return { state: 'requested', by: mine };
      };
    case 'accept':
      return (current) => {
        // Said twice because the first answer was lost: still true.
        if (current?.state === 'friends') return current;
        if (current?.state !== 'requested' || current.by === mine) throw new SansfilError('NO_REQUEST');
        return { state: 'friends', by: mine };
      };
    case 'decline':
      return (current) => {
        if (current?.state === 'removed') return current;
        if (current?.state !== 'requested' || current.by === mine) throw new SansfilError('NO_REQUEST');
        return { state: 'removed', by: mine };
      };
    case 'remove':
      return (current) => {
        if (!current) throw new SansfilError('FRIEND_UNKNOWN');
        return current.state === 'removed' ? current : { state: 'removed', by: mine };
      };
  }
}

/** A relation as the account `mine` sees it; `grant` numbers a friendship (PROTOCOL [P-7.7]), 0 when there is none. */
export function entryOf(mine: string, account: DirectoryAccount, relation: Relation, grant: number): FriendEntry {
  const seen = { requested: relation.by === mine ? 'outgoing' : 'incoming', friends: 'friend', removed: 'removed' } as const;
  return { name: account.name, devices: account.devices.map(({ peer }) => peer), state: seen[relation.state], ...(grant > 0 ? { grant } : {}) };
}
