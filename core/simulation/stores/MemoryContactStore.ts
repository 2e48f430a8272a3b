import type { PeerId } from '../../base/ids.js';
import type { Contact, ContactStore } from '../../ports/stores.js';

export class MemoryContactStore implements ContactStore {
  readonly #contacts = new Map<PeerId, Contact>();

  async all(): Promise<readonly Contact[]> {
    return Promise.resolve([...this.#contacts.values()]);
  }

  async put(contact: Contact): Promise<void> {
    this.#contacts.set(contact.peer, { ...contact, addresses: [...contact.addresses] });
    return Promise.resolve();
  }

  async remove(peer: PeerId): Promise<void> {
    this.#contacts.delete(peer);
    return Promise.resolve();
  }
}
