import type { PeerId } from '../base/ids.js';
import type { Commands } from '../events/commands.js';
import type { Meanwhile } from './Meanwhile.js';
import { replaced } from './foldFact.js';
import { keepSame, keepSameRows } from './sameData.js';
import type { ViewPart } from './stalePartsOf.js';
import type { View } from './View.js';

/** What the device answers for one part of the view. */
export const READS: Readonly<Record<ViewPart, (commands: Commands) => Promise<Partial<View>>>> = {
  node: async (commands) => ({ node: await commands.dispatch({ type: 'node.show' }) }),
  account: async (commands) => ({ account: await commands.dispatch({ type: 'account.show' }) }),
  people: async (commands) => ({ people: await commands.dispatch({ type: 'friend.list' }) }),
  transfers: async (commands) => ({ transfers: await commands.dispatch({ type: 'transfer.list' }) }),
  shares: async (commands) => ({ shares: await commands.dispatch({ type: 'share.list' }) }),
};

/** The view with one part as the device answered, and the facts on top that came meanwhile. */
export function withAnswer(view: View, part: ViewPart, answer: Partial<View>, meanwhile: Meanwhile): View {
  const { node, account, people, away, transfers, shares } = meanwhile.onTopOf({ ...view, ...answer }, view);
  switch (part) {
    case 'node':
      return replaced(view, { node: keepSame(view.node, node) });
    case 'account':
      return replaced(view, { account: keepSame(view.account, account) });
    case 'people':
      return withoutStrangers({ ...view, people, away }, view);
    case 'transfers':
      return replaced(view, { transfers: keepSameRows(view.transfers, transfers, ({ id }) => id) });
    case 'shares':
      return replaced(view, { shares: keepSameRows(view.shares, shares, ({ id }) => id) });
  }
}

/** Nothing is shown with somebody who is not there any more, or whose name is another device now. */
function withoutStrangers(view: View, before: View): View {
  const was = new Map(before.people.map(({ name, peer }) => [name, peer] as const));
  const people = keepSameRows(before.people, view.people, ({ peer }) => peer);
  const kept = new Map<string, PeerId>(people.map(({ name, peer }) => [name, peer] as const));
  const stays = (name: Parameters<typeof was.get>[0]): boolean => kept.has(name) && (!was.has(name) || was.get(name) === kept.get(name));
  const conversations = [...view.conversations].every(([name]) => stays(name))
    ? before.conversations
    : new Map([...view.conversations].filter(([name]) => stays(name)));
  const away = new Map([...view.away].filter(([name]) => stays(name)));
  return replaced(before, { people, conversations, away: keepSameMap(before.away, away) });
}

function keepSameMap<K, V>(before: ReadonlyMap<K, V>, after: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const isSame = before.size === after.size && [...after].every(([key, value]) => before.has(key) && keepSame(before.get(key), value) === before.get(key));
  return isSame ? before : after;
}
