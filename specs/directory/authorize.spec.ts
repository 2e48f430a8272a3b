import { describe, expect, test } from '@jest/globals';
import { parseAccountName } from '../../core/base/ids.js';
import { ACTIONS, authorize, FriendGraph, type Action, type Principal } from '../../core/directory/authorize.js';
import { inboxTag } from '../../core/crypto/presenceRecord.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

const device = (name: string): Extract<Principal, { kind: 'device' }> => {
  const { peerId } = toyIdentity(name).signer;
  const tag = inboxTag(toyPrimitives(), peerId);
  return { kind: 'device', clientId: tag, tag, peer: peerId, name: parseAccountName(name) };
};
const ada = device('ada');
const friend = device('friend');
const stranger = device('stranger');
const login = `login-${'a'.repeat(26)}`;
const otherLogin = `login-${'b'.repeat(26)}`;
const anonymous: Principal = { kind: 'anonymous', clientId: login };
const graph = new FriendGraph();
graph.join(ada.tag, friend.tag);

const at = (rest: string): string => `sansfil/1/${rest}`;
const NONE: readonly Action[] = [];
const HEARS: readonly Action[] = ['subscribe', 'forward'];

/** Every cell of topic × principal; each is checked for all five actions, so each row is five decisions. */
const TABLE: readonly (readonly [string, string, Principal, readonly Action[]])[] = [
  ['its own login requests', at(`login/${login}/up`), anonymous, ['publish']],
  ['its own login answers', at(`login/${login}/down`), anonymous, HEARS],
  ['login requests of another connection', at(`login/${otherLogin}/up`), anonymous, NONE],
  ['login answers of another connection', at(`login/${otherLogin}/down`), anonymous, NONE],
  ['requests of a device, before login', at(`rpc/${ada.tag}/up`), anonymous, NONE],
  ['answers to a device, before login', at(`rpc/${ada.tag}/down`), anonymous, NONE],
  ['a presence, before login', at(`presence/${ada.tag}`), anonymous, NONE],
  ['an inbox, before login', at(`inbox/${ada.tag}`), anonymous, NONE],
  ['login requests, after login', at(`login/${login}/up`), ada, NONE],
  ['login answers, after login', at(`login/${login}/down`), ada, NONE],
  ['its own requests', at(`rpc/${ada.tag}/up`), ada, ['publish']],
  ['its own answers', at(`rpc/${ada.tag}/down`), ada, HEARS],
  ['requests of a friend', at(`rpc/${friend.tag}/up`), ada, NONE],
  ['answers to a friend', at(`rpc/${friend.tag}/down`), ada, NONE],
  ['requests of a stranger', at(`rpc/${stranger.tag}/up`), ada, NONE],
  ['answers to a stranger', at(`rpc/${stranger.tag}/down`), ada, NONE],
  ['its own presence', at(`presence/${ada.tag}`), ada, ['retained', 'will', 'subscribe', 'forward']],
  ['the presence of a friend', at(`presence/${friend.tag}`), ada, HEARS],
  ['the presence of a stranger', at(`presence/${stranger.tag}`), ada, NONE],
  ['its presence, asked by a friend', at(`presence/${ada.tag}`), friend, HEARS],
  ['its presence, asked by a stranger', at(`presence/${ada.tag}`), stranger, NONE],
  ['its own inbox', at(`inbox/${ada.tag}`), ada, ['publish', 'subscribe', 'forward']],
  ['the inbox of a friend', at(`inbox/${friend.tag}`), ada, ['publish']],
  ['the inbox of a stranger', at(`inbox/${stranger.tag}`), ada, ['publish']],
  ['everything', '#', ada, NONE],
  ['everything of ours', at('#'), ada, NONE],
  ['every presence', at('presence/+'), ada, NONE],
  ['every presence, deeply', at('presence/#'), ada, NONE],
  ['every inbox', at('inbox/+'), ada, NONE],
  ['every answer', at('rpc/+/down'), ada, NONE],
  ['its presence under a wildcard', `+/1/presence/${ada.tag}`, ada, NONE],
  ['every login answer', at('login/+/down'), anonymous, NONE],
  ['everything, before login', '#', anonymous, NONE],
  ['the state of the broker', '$SYS/broker/clients', ada, NONE],
  ['all of the state of the broker', '$SYS/#', ada, NONE],
  ['a shared subscription', `$share/group/${at(`presence/${ada.tag}`)}`, ada, NONE],
  ['another version', `sansfil/2/presence/${ada.tag}`, ada, NONE],
  ['another root', `home/1/presence/${ada.tag}`, ada, NONE],
  ['a kind that is not there', at(`relay/${ada.tag}`), ada, NONE],
  ['a level too many', at(`presence/${ada.tag}/x`), ada, NONE],
  ['a level too few', at('presence'), ada, NONE],
  ['a hundred levels', `${at(`presence/${ada.tag}`)}${'/x'.repeat(100)}`, ada, NONE],
  ['a tag in capitals', at(`presence/${ada.tag.toUpperCase()}`), ada, NONE],
  ['a tag with spare bits', at(`presence/${ada.tag.slice(0, 25)}b`), ada, NONE],
  ['no topic', '', ada, NONE],
  ['a leading slash', `/${at(`presence/${ada.tag}`)}`, ada, NONE],
  ['a way that is not there', at(`rpc/${ada.tag}/sideways`), ada, NONE],
  ['a prototype', at('presence/__proto__'), ada, NONE],
];

describe('[P-7.1] what a client may do', () => {
  test.each(TABLE)('%s', (_what, topic, principal, allowed) => {
    expect(ACTIONS.filter((action) => authorize(graph, principal, action, topic))).toEqual(ACTIONS.filter((action) => allowed.includes(action)));
  });

  test('ends with the friendship, both ways', () => {
    const own = new FriendGraph();
    own.join(ada.tag, friend.tag);
    own.part(friend.tag, ada.tag);
    for (const action of ACTIONS) {
      expect(authorize(own, ada, action, at(`presence/${friend.tag}`))).toBe(false);
      expect(authorize(own, friend, action, at(`presence/${ada.tag}`))).toBe(false);
    }
  });
});
