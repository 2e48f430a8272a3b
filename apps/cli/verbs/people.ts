import type { FriendView } from '../../../core/events/commands.js';
import { formatTable } from '../../shared/format.js';
import { words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';

export type FriendsAction = 'list' | 'add' | 'accept' | 'decline' | 'remove';

export function friendsList(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const people = await device.dispatch({ type: 'friend.list' });
    if (people.length === 0) context.out.note(words.noFriends);
    context.out.result(people, people.length === 0 ? [] : formatTable(words.peopleHead, people.map(row)));
  });
}

export function friendsChange(context: VerbContext, action: Exclude<FriendsAction, 'list'>, name: string): Promise<void> {
  return withDevice(context, async (device) => {
    switch (action) {
      case 'add':
      case 'accept': {
        const friend = await device.dispatch({ type: action === 'add' ? 'friend.request' : 'friend.accept', name });
        context.out.note(friend.state === 'friend' ? words.areFriends(friend.name) : words.asked(friend.name));
        return context.out.result(friend, []);
      }
      case 'decline': {
        const gone = await device.dispatch({ type: 'friend.decline', name });
        context.out.note(words.declined(gone.name));
        return context.out.result(gone, []);
      }
      case 'remove': {
        const gone = await device.dispatch({ type: 'friend.remove', name });
        context.out.note(words.removed(gone.name));
        return context.out.result(gone, []);
      }
    }
  });
}

export function verify(context: VerbContext, name: string, confirmed: boolean): Promise<void> {
  return withDevice(context, async (device) => {
    const friend = await device.dispatch({ type: 'friend.verify', name, ...(confirmed ? { confirmed } : {}) });
    context.out.result(friend, [friend.safetyNumber]);
    if (friend.keyChanged) context.out.note(words.keyChanged(friend.name));
    context.out.note(friend.verified ? words.verified(friend.name) : words.compare(friend.name));
  });
}

function row(friend: FriendView): string[] {
  return [
    friend.name,
    words.states[friend.state],
    friend.presence,
    friend.keyChanged ? words.changed : friend.verified ? words.yes : words.no,
    String(friend.unread),
    String(friend.waiting),
  ];
}
