import { resolve } from 'node:path';
import { TRUST_BYTES_DEFAULT } from '../../../core/base/shellLimits.js';
import { peopleTable } from '../../../core/shell/listings.js';
import { language, words } from '../../shared/words.js';
import { withDevice, type VerbContext } from '../context.js';

export type FriendsAction = 'list' | 'add' | 'accept' | 'decline' | 'remove';

export function friendsList(context: VerbContext): Promise<void> {
  return withDevice(context, async (device) => {
    const people = await device.dispatch({ type: 'friend.list' });
    if (people.length === 0) context.out.note(words.noFriends);
    context.out.result(people, people.length === 0 ? [] : peopleTable(people, language));
  });
}

export function friendsChange(context: VerbContext, action: Exclude<FriendsAction, 'list'>, name: string): Promise<void> {
  return withDevice(context, async (device) => {
    switch (action) {
      case 'add':
      case 'accept': {
        const friend = await device.dispatch({ type: action === 'add' ? 'friend.request' : 'friend.accept', name });
        context.out.note(
          friend.state === 'friend' ? language.console.areFriends(friend.name, `sansfil verify ${friend.name}`) : language.console.asked(friend.name),
        );
        return context.out.result(friend, []);
      }
      case 'decline': {
        const gone = await device.dispatch({ type: 'friend.decline', name });
        context.out.note(language.console.declined(gone.name));
        return context.out.result(gone, []);
      }
      case 'remove': {
        const gone = await device.dispatch({ type: 'friend.remove', name });
        context.out.note(language.console.removed(gone.name));
        return context.out.result(gone, []);
      }
    }
  });
}

export function verify(context: VerbContext, name: string, confirmed: boolean): Promise<void> {
  return withDevice(context, async (device) => {
    const friend = await device.dispatch({ type: 'friend.verify', name, ...(confirmed ? { confirmed } : {}) });
    context.out.result(friend, [friend.safetyNumber]);
    if (friend.keyChanged) context.out.note(language.facts.keyChanged(friend.name));
    context.out.note(
      friend.verified ? language.console.verified(friend.name) : language.console.compare(friend.name, `sansfil verify ${friend.name} --confirm`),
    );
  });
}

export interface TrustOptions {
  readonly off?: boolean;
  readonly limit?: number;
  readonly to?: string;
}

export function friendsTrust(context: VerbContext, name: string, { off, limit, to }: TrustOptions): Promise<void> {
  return withDevice(context, async (device) => {
    // The device has a working folder of its own.
    const into = to === undefined ? {} : { into: resolve(to) };
    const friend = await device.dispatch({ type: 'friend.trust', name, limit: off === true ? 'off' : (limit ?? TRUST_BYTES_DEFAULT), ...into });
    const { trust } = friend;
    context.out.note(
      trust === undefined ? language.console.untrusted(friend.name) : language.console.trusted(friend.name, language.bytes(trust.bytesMax), trust.into),
    );
    if (trust !== undefined && !friend.verified) context.out.note(language.console.trustedUnverified(friend.name, `sansfil verify ${friend.name}`));
    context.out.result(friend, []);
  });
}
