import type { ReadItem, ShareStore } from '../../ports/shareStore.js';
import type { ContactStore, MessageStore, SettingsStore, TransferStore } from '../../ports/stores.js';
import type { ContactTable } from './ContactTable.js';
import type { MessageTable } from './MessageTable.js';
import type { Passage } from './passage.js';
import type { SettingsTable } from './SettingsTable.js';
import type { ShareTable } from './ShareTable.js';
import type { TransferTable } from './TransferTable.js';

/** What one device keeps, to be looked at and changed at once. */
export interface Tables {
  readonly settings: SettingsTable;
  readonly contacts: ContactTable;
  readonly messages: MessageTable;
  readonly transfers: TransferTable;
  readonly shares: ShareTable;
}

export interface Stores {
  readonly settings: SettingsStore;
  readonly contacts: ContactStore;
  readonly messages: MessageStore;
  readonly transfers: TransferStore;
  readonly shares: ShareStore;
}

/**
 * The ports over tables that a passage leads to. What a caller may change afterwards is copied at the call, because the
 * call may take effect much later. Each method says what it asks of the disk: a new one of a port does not compile before.
 */
export const storesThrough = ({ settings, contacts, messages, transfers, shares }: Tables, pass: Passage): Stores => ({
  settings: settingsThrough(settings, pass),
  contacts: contactsThrough(contacts, pass),
  messages: messagesThrough(messages, pass),
  transfers: transfersThrough(transfers, pass),
  shares: sharesThrough(shares, pass),
});

const settingsThrough = (table: SettingsTable, pass: Passage): SettingsStore => ({
  account: () => pass('read', () => table.account()),
  setAccount: (account) => pass('write', () => table.setAccount(account)),
  increment: (counter) => pass('write', () => table.increment(counter)),
  get: (key) => pass('read', () => table.get(key)),
  set: (key, value) => pass('write', () => table.set(key, value)),
});

const contactsThrough = (table: ContactTable, pass: Passage): ContactStore => ({
  all: () => pass('read', () => table.all()),
  put: (contact) => {
    const kept = { ...contact, addresses: [...contact.addresses] };
    return pass('write', () => table.put(kept));
  },
  remove: (peer) => pass('write', () => table.remove(peer)),
});

const messagesThrough = (table: MessageTable, pass: Passage): MessageStore => ({
  queue: (message, content) => {
    const kept = content.slice();
    return pass('write', () => table.queue(message, kept));
  },
  markRead: (peer, ids, { id, content }) => {
    const [keptIds, kept] = [[...ids], content.slice()];
    return pass('write', () => table.markRead(peer, keptIds, { id, content: kept }));
  },
  outbox: (peer, after, limit) => pass('read', () => table.outbox(peer, after, limit)),
  outboxPeers: () => pass('read', () => table.outboxPeers()),
  markSent: (ids) => {
    const kept = [...ids];
    return pass('write', () => table.markSent(kept));
  },
  acknowledged: (peer, ids) => {
    const kept = [...ids];
    return pass('write', () => table.acknowledged(peer, kept));
  },
  receive: (messages) => {
    const kept = [...messages];
    return pass('write', () => table.receive(kept));
  },
  receiveReceipt: (peer, ids) => {
    const kept = [...ids];
    return pass('write', () => table.receiveReceipt(peer, kept));
  },
  get: (id, peer, direction) => pass('read', () => table.get(id, peer, direction)),
  history: (query) => pass('read', () => table.history(query)),
  unread: (peer) => pass('read', () => table.unread(peer)),
  counts: () => pass('read', () => table.counts()),
  forget: (peer) => pass('write', () => table.forget(peer)),
});

const transfersThrough = (table: TransferTable, pass: Passage): TransferStore => ({
  all: () => pass('read', () => table.all()),
  get: (id) => pass('read', () => table.get(id)),
  put: (record) => {
    const kept = { ...record, manifest: record.manifest.slice(), paths: [...record.paths] };
    return pass('write', () => table.put(kept));
  },
  remove: (id) => pass('write', () => table.remove(id)),
  finished: (id, items) => {
    const kept = [...items];
    return pass('write', () => table.finished(id, kept));
  },
  chunks: (id) => pass('read', () => table.chunks(id)),
  setChunks: (id, bitmap) => {
    const kept = bitmap.slice();
    return pass('write', () => table.setChunks(id, kept));
  },
  hashes: (id, item) => pass('read', () => table.hashes(id, item)),
  setHashes: (id, item, hashes) => {
    const kept = hashes.slice();
    return pass('write', () => table.setHashes(id, item, kept));
  },
});

const ownOf = (item: ReadItem): ReadItem => ('code' in item ? { ...item } : { ...item, root: item.root.slice(), hashes: item.hashes.slice() });

const sharesThrough = (table: ShareTable, pass: Passage): ShareStore => ({
  all: () => pass('read', () => table.all()),
  put: (record) => pass('write', () => table.put(record)),
  remove: (id) => pass('write', () => table.remove(id)),
  note: (id, scan, items) => {
    const kept = items.map((item) => ({ ...item }));
    return pass('write', () => table.note(id, scan, kept));
  },
  prune: (id, scan) => pass('write', () => table.prune(id, scan)),
  counts: (id) => pass('read', () => table.counts(id)),
  items: (id, stage, after, limit) => pass('read', () => table.items(id, stage, after, limit)),
  find: (root, limit) => {
    const kept = root.slice();
    return pass('read', () => table.find(kept, limit));
  },
  hashes: (position) => pass('read', () => table.hashes(position)),
  setHashes: (position, hashes) => {
    const kept = hashes.slice();
    return pass('write', () => table.setHashes(position, kept));
  },
  finish: (read) => {
    const kept = read.map(ownOf);
    return pass('write', () => table.finish(kept));
  },
});
