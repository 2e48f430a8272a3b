import { SansfilError } from '../base/errors.js';
import { parseAccountName, parseMessageId, parseShareId, parseTransferId } from '../base/ids.js';
import type { AccountView, CommandOf, CommandResults, CommandType, FriendView, NodeView } from '../events/commands.js';
import type { OpenPgp } from '../ports/openpgp.js';
import type { Contact, MessageStore } from '../ports/stores.js';
import type { Catalogue } from './Catalogue.js';
import type { Delivery } from './Delivery.js';
import type { DirectoryAgent } from './DirectoryAgent.js';
import { chosenItems } from './fetch/chosenItems.js';
import type { People } from './People.js';
import { pgpHandlers } from './pgpHandlers.js';
import type { Transfers } from './Transfers.js';
import type { Views } from './views.js';

/** Who carries out which command. */
export type Handlers = { readonly [T in CommandType]: (command: CommandOf<T>) => Promise<CommandResults[T]> };

export interface HandlerParts {
  readonly people: People;
  readonly directory: DirectoryAgent;
  readonly delivery: Delivery;
  readonly transfers: Transfers;
  readonly catalogue: Catalogue;
  readonly messages: MessageStore;
  readonly views: Views;
  readonly pgp: OpenPgp | undefined;
  readonly show: () => NodeView;
  readonly account: () => AccountView;
  readonly verify: (name: string, confirmed: boolean | undefined) => Promise<FriendView>;
}

/** Somebody known, friend or not yet. @throws SansfilError NAME_INVALID | FRIEND_UNKNOWN */
export function contactNamed(people: People, name: string): Contact {
  const contact = people.byName(parseAccountName(name));
  if (!contact) throw new SansfilError('FRIEND_UNKNOWN', `you have no friend called '${name}'`);
  return contact;
}

/** Somebody to whom things may be sent. @throws SansfilError NAME_INVALID | FRIEND_UNKNOWN | KEY_CHANGED */
function friendNamed(people: People, name: string): Contact {
  const contact = contactNamed(people, name);
  if (contact.changedTo) throw new SansfilError('KEY_CHANGED', `the key of '${contact.name}' has changed`);
  if (contact.state !== 'friend') throw new SansfilError('FRIEND_UNKNOWN', `'${contact.name}' has not become a friend yet`);
  return contact;
}

export function commandHandlers(parts: HandlerParts): Handlers {
  const { people, directory, delivery, transfers, messages, views, pgp, show, account, verify } = parts;
  return {
    ...pgpHandlers({ pgp, people, friend: (name) => friendNamed(people, name), account }),
    'node.show': () => Promise.resolve(show()),
    'account.show': () => Promise.resolve(account()),
    'account.register': async ({ name }) => {
      await directory.register(parseAccountName(name));
      return account();
    },
    'account.login': async () => {
      await directory.login();
      return account();
    },
    'friend.list': () => Promise.all(people.all().map((contact) => views.friend(contact))),
    'friend.request': async ({ name }) => views.friend(await directory.requestFriend(parseAccountName(name))),
    'friend.accept': async ({ name }) => views.friend(await directory.acceptFriend(parseAccountName(name))),
    'friend.decline': async ({ name }) => {
      await directory.declineFriend(parseAccountName(name));
      return { name };
    },
    'friend.remove': async ({ name }) => {
      await directory.removeFriend(parseAccountName(name));
      return { name };
    },
    'friend.verify': ({ name, confirmed }) => verify(name, confirmed),
    'friend.trust': async ({ name, limit, into }) => {
      if (limit === 'off') return views.friend(await people.setTrust(contactNamed(people, name).peer, undefined));
      const { peer } = friendNamed(people, name);
      if (into !== undefined) await transfers.prepare(into);
      return views.friend(await people.setTrust(peer, { bytesMax: limit, ...(into === undefined ? {} : { into }) }));
    },
    'presence.set': async ({ state }) => {
      await directory.setPresence(state);
      return { state };
    },
    'message.send': async ({ to, text }) => {
      const friend = friendNamed(people, to);
      return views.message(await delivery.send(friend.peer, text), friend.name);
    },
    'message.show': async ({ to, id }) => {
      const contact = contactNamed(people, to);
      const message = await messages.get(parseMessageId(id), contact.peer, 'out');
      if (!message) throw new SansfilError('MESSAGE_UNKNOWN');
      return views.message(message, contact.name);
    },
    'message.history': async ({ with: name, search, before, limit }) => {
      const contact = contactNamed(people, name);
      const query = { peer: contact.peer, limit: limit ?? 50, ...(search === undefined ? {} : { search }), ...(before === undefined ? {} : { before }) };
      return (await messages.history(query)).map((message) => views.message(message, contact.name));
    },
    'message.read': async ({ from }) => {
      const contact = contactNamed(people, from);
      return (await delivery.markRead(contact.peer)).map((message) => views.message(message, contact.name));
    },
    'file.send': async ({ to, paths, passphrase }) => views.transfer(await transfers.send(friendNamed(people, to).peer, paths, passphrase)),
    'transfer.list': async () => (await transfers.list()).filter(({ peer }) => people.byPeer(peer)).map((transfer) => views.transfer(transfer)),
    'transfer.accept': async ({ id, into, passphrase }) =>
      views.transfer(
        await transfers.accept(parseTransferId(id), { ...(into === undefined ? {} : { into }), ...(passphrase === undefined ? {} : { passphrase }) }),
      ),
    'transfer.decline': async ({ id }) => views.transfer(await transfers.decline(parseTransferId(id))),
    'transfer.pause': async ({ id }) => views.transfer(await transfers.pause(parseTransferId(id))),
    'transfer.resume': async ({ id }) => views.transfer(await transfers.resume(parseTransferId(id))),
    'transfer.cancel': async ({ id }) => views.transfer(await transfers.cancel(parseTransferId(id))),
    ...shareHandlers(parts),
  };
}

type ShareCommand = 'share.add' | 'share.remove' | 'share.list' | 'share.browse' | 'share.fetch';

const shareHandlers = ({ people, catalogue, transfers, views }: HandlerParts): Pick<Handlers, ShareCommand> => ({
  'share.add': ({ path }) => catalogue.add(path),
  'share.remove': async ({ id }) => {
    const share = parseShareId(id);
    await catalogue.remove(share);
    return { id: share };
  },
  'share.list': () => catalogue.list(),
  'share.browse': async ({ name, id, after }) => {
    const friend = friendNamed(people, name);
    return catalogue.browse(friend.peer, friend.name, id === undefined ? undefined : parseShareId(id), after);
  },
  'share.fetch': async ({ name, id, items, into }) => {
    const { peer } = friendNamed(people, name);
    const { items: all } = await catalogue.contentsOf(peer, parseShareId(id));
    return views.transfer(await transfers.fetches.begin(peer, chosenItems(all, items), into));
  },
});
