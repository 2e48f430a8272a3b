import { parseBytes, peopleTable, TRUST_BYTES_DEFAULT, type FriendView, type Language } from '../../../core/index.js';
import { pathOf } from './paths.js';
import { refuse } from './refuse.js';
import { quoted } from './splitLine.js';
import type { Verb } from './Verb.js';

const FRIEND = [{ kind: 'friend' }] as const;

export const friends: Verb = {
  args: [],
  run: async (_, { commands, language }) => {
    const people = await commands.dispatch({ type: 'friend.list' });
    return people.length === 0 ? [language.console.noFriends] : peopleTable(people, language);
  },
};

export const friendsAdd: Verb = {
  args: [{ kind: 'newName' }],
  run: async ({ args: [name = ''] }, { commands, language }) => [askedOrFriends(await commands.dispatch({ type: 'friend.request', name }), language)],
};

export const friendsAccept: Verb = {
  args: FRIEND,
  run: async ({ args: [name = ''] }, { commands, language }) => [askedOrFriends(await commands.dispatch({ type: 'friend.accept', name }), language)],
};

export const friendsDecline: Verb = {
  args: FRIEND,
  run: async ({ args: [name = ''] }, { commands, language }) => [language.console.declined((await commands.dispatch({ type: 'friend.decline', name })).name)],
};

export const friendsRemove: Verb = {
  args: FRIEND,
  run: async ({ args: [name = ''] }, { commands, language }) => [language.console.removed((await commands.dispatch({ type: 'friend.remove', name })).name)],
};

export const friendsTrust: Verb = {
  args: FRIEND,
  flags: { limit: 'size', to: 'folder', off: 'alone' },
  run: async ({ args: [name = ''], flags }, { commands, language, ...places }) => {
    const size = flags.get('limit');
    const bytes = size === undefined ? TRUST_BYTES_DEFAULT : parseBytes(size);
    if (bytes === undefined) return refuse(language.console.notSize(size ?? ''));
    const to = flags.get('to');
    const friend = await commands.dispatch({
      type: 'friend.trust',
      name,
      limit: flags.has('off') ? 'off' : bytes,
      ...(to === undefined ? {} : { into: pathOf(to, places) }),
    });
    const { trust } = friend;
    if (trust === undefined) return [language.console.untrusted(friend.name)];
    const said = language.console.trusted(friend.name, language.bytes(trust.bytesMax), trust.into);
    return friend.verified ? [said] : [said, language.console.trustedUnverified(friend.name, `verify ${quoted(friend.name)}`)];
  },
};

export const verify: Verb = {
  args: FRIEND,
  flags: { confirm: 'alone' },
  run: async ({ args: [name = ''], flags }, { commands, language: { console: words, facts } }) => {
    const friend = await commands.dispatch({ type: 'friend.verify', name, ...(flags.has('confirm') ? { confirmed: true } : {}) });
    return [
      friend.safetyNumber,
      ...(friend.keyChanged ? [facts.keyChanged(friend.name)] : []),
      friend.verified ? words.verified(friend.name) : words.compare(friend.name, `verify ${quoted(friend.name)} --confirm`),
    ];
  },
};

const askedOrFriends = ({ name, state }: FriendView, { console: words }: Language): string =>
  state === 'friend' ? words.areFriends(name, `verify ${quoted(name)}`) : words.asked(name);
