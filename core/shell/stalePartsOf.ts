import type { PeerId } from '../base/ids.js';
import type { DomainEvent } from '../events/domainEvents.js';

/** What one command of the device answers whole. */
export type ViewPart = 'node' | 'account' | 'people' | 'transfers' | 'shares';
export const VIEW_PARTS: readonly ViewPart[] = ['node', 'account', 'people', 'transfers', 'shares'];

/** A part of the view, or the conversation with somebody. */
export type StalePart = ViewPart | { readonly conversation: PeerId };

/** What must be read again from the device, because the fact does not carry all that has changed. */
export function stalePartsOf(event: DomainEvent): readonly StalePart[] {
  switch (event.type) {
    case 'node.started':
      return ['node', 'account'];
    case 'plugin.failed':
      return ['node'];
    case 'directory.changed':
    case 'account.registered':
      return ['account'];
    case 'friend.changed':
      return ['people', 'transfers'];
    case 'friend.keyChanged':
      return ['people', { conversation: event.from }];
    case 'session.opened':
      return ['node'];
    // Another session may have taken its place, and what waits now waits for something else.
    case 'session.closed':
      return ['node', 'people', { conversation: event.peer }];
    // One has no text, the other no place in the store.
    case 'message.queued':
    case 'message.received':
      return [{ conversation: event.peer }];
    case 'transfer.offered':
    case 'transfer.fetching':
    case 'transfer.accepted':
    case 'transfer.holderDropped':
    case 'transfer.started':
    case 'transfer.interrupted':
    case 'transfer.paused':
    case 'transfer.resumed':
    case 'transfer.completed':
    case 'transfer.ended':
      return ['transfers'];
    case 'share.added':
    case 'share.ready':
    case 'share.failed':
      return ['shares'];
    case 'node.stopped':
    case 'node.addressesChanged':
    case 'friend.verified':
    case 'presence.changed':
    case 'presence.own':
    case 'session.refused':
    case 'peer.waiting':
    case 'message.sent':
    case 'message.delivered':
    case 'message.read':
    case 'transfer.progressed':
    case 'share.progressed':
    case 'share.removed':
    case 'fault':
      return [];
  }
  // From a device of another version.
  return [];
}
