import type { AccountView, NodeView, ShareView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';
import { foldConversations } from './foldConversations.js';
import { foldAway, foldPeople } from './foldPeople.js';
import { foldTransfers } from './foldTransfers.js';
import { foldJournal } from './journal.js';
import type { View } from './View.js';

/** The view after a fact, as far as the fact tells; the same one when nothing changed. `nowMs`: wall clock, ms since 1970. */
export function foldFact(view: View, event: DomainEvent, nowMs: number): View {
  const folded = foldStanding(view, event, nowMs);
  const journal = foldJournal(view, event, nowMs);
  return journal === view.journal ? folded : { ...folded, journal };
}

/** As `foldFact`, without the journal: how things stand, which the same fact twice does not change but for counts of messages. */
export function foldStanding(view: View, event: DomainEvent, nowMs: number): View {
  const { people } = view;
  return replaced(view, {
    node: foldNode(view.node, event),
    account: foldAccount(view.account, event),
    people: foldPeople(people, event),
    away: foldAway(view.away, people, event, nowMs),
    conversations: foldConversations(view.conversations, people, event, nowMs),
    transfers: foldTransfers(view.transfers, event),
    shares: foldShares(view.shares, event),
  });
}

/** The same view when every part is the one it has. */
export function replaced(view: View, parts: Partial<View>): View {
  const isSame = (Object.keys(parts) as (keyof View)[]).every((key) => view[key] === parts[key]);
  return isSame ? view : { ...view, ...parts };
}

function foldNode(node: NodeView | undefined, event: DomainEvent): NodeView | undefined {
  if (!node) return undefined;
  switch (event.type) {
    case 'node.started':
    case 'node.addressesChanged':
      return { ...node, addresses: event.addresses };
    case 'plugin.failed':
      return { ...node, plugins: node.plugins.map((plugin) => (plugin.name === event.plugin ? { ...plugin, state: 'failed', code: event.code } : plugin)) };
    case 'directory.changed': {
      const { state, code } = event;
      const { url } = node.directory;
      return { ...node, directory: { state, ...(url === undefined ? {} : { url }), ...(code === undefined ? {} : { code }) } };
    }
    case 'presence.own':
      return node.presence === event.state ? node : { ...node, presence: event.state };
    default:
      return node;
  }
}

function foldAccount(account: AccountView | undefined, event: DomainEvent): AccountView | undefined {
  if (!account) return undefined;
  if (event.type === 'directory.changed') return account.state === event.state ? account : { ...account, state: event.state };
  return event.type === 'account.registered' ? { ...account, name: event.name } : account;
}

function foldShares(shares: readonly ShareView[], event: DomainEvent): readonly ShareView[] {
  switch (event.type) {
    case 'share.removed':
      return shares.some(({ id }) => id === event.id) ? shares.filter(({ id }) => id !== event.id) : shares;
    case 'share.progressed': {
      const { bytes, total } = event;
      return changeShare(shares, event.id, (share) => ({ ...share, bytes, waiting: { items: share.waiting.items, bytes: Math.max(0, total - bytes) } }));
    }
    case 'share.ready': {
      const { items, bytes, refused } = event;
      const waiting = { items: 0, bytes: 0 };
      return changeShare(shares, event.id, ({ code: _code, ...share }) => ({ ...share, state: 'ready', items, bytes, refused, waiting }));
    }
    case 'share.failed':
      return changeShare(shares, event.id, (share) => ({ ...share, state: 'failed', code: event.code }));
    default:
      return shares;
  }
}

function changeShare(shares: readonly ShareView[], id: ShareView['id'], to: (share: ShareView) => ShareView): readonly ShareView[] {
  const index = shares.findIndex((share) => share.id === id);
  const share = shares[index];
  return share ? shares.with(index, to(share)) : shares;
}
