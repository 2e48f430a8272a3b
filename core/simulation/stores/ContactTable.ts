import type { PeerId } from '../../base/ids.js';
import type { Contact, ContactStore } from '../../ports/stores.js';
import type { Immediate } from './passage.js';

export class ContactTable implements Immediate<ContactStore> {
  readonly #contacts = new Map<PeerId, Contact>();

  all(): readonly Contact[] {
    return [...this.#contacts.values()];
  }

  put(contact: Contact): void {
    this.#contacts.set(contact.peer, contact);
  }

  remove(peer: PeerId): void {
    this.#contacts.delete(peer);
  }
}
