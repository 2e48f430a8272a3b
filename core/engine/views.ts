import { SansfilError } from '../base/errors.js';
import type { AccountName, PeerId } from '../base/ids.js';
import { safetyNumber } from '../crypto/fingerprint.js';
import type { FriendView, HolderView, MessageView, TransferView } from '../events/commands.js';
import type { Primitives } from '../ports/primitives.js';
import type { Contact, StoredMessage } from '../ports/stores.js';
import type { Sessions } from './contracts.js';
import type { Delivery } from './Delivery.js';
import type { People } from './People.js';

/** What a transfer looks like to the engine before a person's name is put on it. */
export type PeerTransfer = Omit<TransferView, 'with' | 'holders'> & { readonly peer: PeerId; readonly holders?: readonly PeerHolder[] };
export type PeerHolder = Omit<HolderView, 'with'> & { readonly peer: PeerId };

/** How things stand, for shells: plain data computed from the engine's parts at the moment of asking. */
export class Views {
  constructor(
    private readonly self: PeerId,
    private readonly primitives: Primitives,
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly delivery: Delivery,
  ) {}

  async friend(contact: Contact): Promise<FriendView> {
    const { state, sinceMs } = this.people.presenceOf(contact.peer);
    return {
      name: contact.name,
      peer: contact.peer,
      state: contact.state,
      verified: contact.verified && contact.changedTo === undefined,
      keyChanged: contact.changedTo !== undefined,
      presence: state,
      ...(sinceMs === undefined ? {} : { sinceMs }),
      connected: this.sessions.open(contact.peer) !== undefined,
      unread: this.delivery.unreadCount(contact.peer),
      waiting: this.delivery.waitingCount(contact.peer),
      ...(contact.trust === undefined ? {} : { trust: contact.trust }),
      // What is to be compared: after a change of key that of the new one.
      safetyNumber: safetyNumber(this.primitives, this.self, contact.changedTo ?? contact.peer),
    };
  }

  message(message: StoredMessage, name: AccountName): MessageView {
    const { id, direction, text, createdMs, storedMs, state, position } = message;
    const view = { id, with: name, direction, text, createdMs, storedMs, state, position };
    if (direction !== 'out' || (state !== 'queued' && state !== 'sent')) return view;
    const waits = this.sessions.waits(message.peer);
    return waits ? { ...view, waits } : view;
  }

  transfer(transfer: PeerTransfer): TransferView {
    const { peer, holders, ...rest } = transfer;
    const contact = this.people.byPeer(peer);
    if (!contact) throw new SansfilError('TRANSFER_UNKNOWN', 'the transfer is with somebody who is no friend any more');
    return { ...rest, with: contact.name, ...(holders && { holders: holders.flatMap((holder) => this.#holder(holder)) }) };
  }

  #holder({ peer, ...rest }: PeerHolder): HolderView[] {
    const contact = this.people.byPeer(peer);
    return contact ? [{ ...rest, with: contact.name }] : [];
  }
}
