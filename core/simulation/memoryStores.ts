import type { ShareStore } from '../ports/shareStore.js';
import type { ContactStore, MessageStore, SettingsStore, TransferStore } from '../ports/stores.js';
import { ContactTable } from './stores/ContactTable.js';
import { MessageTable } from './stores/MessageTable.js';
import { atOnce } from './stores/passage.js';
import { SettingsTable } from './stores/SettingsTable.js';
import { ShareTable } from './stores/ShareTable.js';
import { storesThrough, type Stores, type Tables } from './stores/storesThrough.js';
import { TransferTable } from './stores/TransferTable.js';

/**
 * The stores of one device without a disk. What a promise has said is kept for as long as the object lives, so a
 * device that is started again with the same stores finds what a database would have kept.
 */
export class MemoryStores implements Stores {
  /** The same without promises: for whoever looks from outside. */
  readonly tables: Tables = {
    settings: new SettingsTable(),
    contacts: new ContactTable(),
    messages: new MessageTable(),
    transfers: new TransferTable(),
    shares: new ShareTable(),
  };
  readonly settings: SettingsStore;
  readonly contacts: ContactStore;
  readonly messages: MessageStore;
  readonly transfers: TransferStore;
  readonly shares: ShareStore;

  constructor() {
    ({
      settings: this.settings,
      contacts: this.contacts,
      messages: this.messages,
      transfers: this.transfers,
      shares: this.shares,
    } = storesThrough(this.tables, atOnce));
  }
}
