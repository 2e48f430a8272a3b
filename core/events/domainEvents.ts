import type { ErrorCode } from '../base/errors.js';
import type { AccountName, MessageId, PeerId, SessionId, ShareId, TransferId } from '../base/ids.js';
import type { Mood } from '../base/moods.js';
import type { ContactState } from '../ports/stores.js';

export type { Mood };
export type Presence = 'online' | 'busy' | 'away' | 'offline';
export type DirectoryState = 'unconfigured' | 'offline' | 'connecting' | 'unregistered' | 'online';

export interface TransferItem {
  readonly name: string;
  readonly bytes: number;
}

/** What happened, in the past tense, plain data: what every shell, the CLI and the control socket speak. */
export type DomainEvent =
  | { readonly type: 'node.started'; readonly peer: PeerId; readonly addresses: readonly string[] }
  | { readonly type: 'node.stopped' }
  | { readonly type: 'node.addressesChanged'; readonly addresses: readonly string[] }
  | { readonly type: 'plugin.failed'; readonly plugin: string; readonly code: ErrorCode; readonly detail: string }
  | { readonly type: 'directory.changed'; readonly state: DirectoryState; readonly code?: ErrorCode }
  | { readonly type: 'account.registered'; readonly name: AccountName }
  | { readonly type: 'friend.changed'; readonly peer: PeerId; readonly name: AccountName; readonly state: ContactState | 'removed' }
  | { readonly type: 'friend.keyChanged'; readonly name: AccountName; readonly from: PeerId; readonly to: PeerId }
  | { readonly type: 'friend.verified'; readonly peer: PeerId; readonly name: AccountName; readonly verified: boolean }
  | { readonly type: 'presence.changed'; readonly peer: PeerId; readonly name: AccountName; readonly state: Presence; readonly sinceMs: number }
  | { readonly type: 'presence.own'; readonly state: Presence }
  | { readonly type: 'session.opened'; readonly peer: PeerId; readonly session: SessionId; readonly suite: number; readonly role: 'initiator' | 'responder' }
  | { readonly type: 'session.closed'; readonly peer: PeerId; readonly session: SessionId; readonly mood: Mood; readonly code?: ErrorCode }
  /** A handshake that never became a session; the peer is known only when we dialled or it proved itself. */
  | { readonly type: 'session.refused'; readonly peer?: PeerId; readonly mood: Mood; readonly code: ErrorCode }
  | { readonly type: 'peer.waiting'; readonly peer: PeerId; readonly code: ErrorCode; readonly retryInMs: number }
  | { readonly type: 'message.queued'; readonly peer: PeerId; readonly id: MessageId }
  | { readonly type: 'message.sent'; readonly peer: PeerId; readonly id: MessageId }
  | { readonly type: 'message.delivered'; readonly peer: PeerId; readonly id: MessageId }
  /** `by: 'peer'`: ours was read; `by: 'me'`: theirs was read here. */
  | { readonly type: 'message.read'; readonly peer: PeerId; readonly id: MessageId; readonly by: 'peer' | 'me' }
  | { readonly type: 'message.received'; readonly peer: PeerId; readonly id: MessageId; readonly text: string; readonly createdMs: number }
  | {
      readonly type: 'transfer.offered';
      readonly peer: PeerId;
      readonly id: TransferId;
      readonly direction: 'in' | 'out';
      /** The first of them. */
      readonly items: readonly TransferItem[];
      /** How many there are besides; absent: none. */
      readonly moreItems?: number;
      readonly bytes: number;
    }
  /** `automatic`: nobody was asked, because a person had decided so for this friend. */
  | { readonly type: 'transfer.accepted'; readonly peer: PeerId; readonly id: TransferId; readonly automatic: boolean }
  /** A person asked for something friends share; it is a transfer from here on. */
  | {
      readonly type: 'transfer.fetching';
      readonly peer: PeerId;
      readonly id: TransferId;
      /** As of an offer. */
      readonly items: readonly TransferItem[];
      readonly moreItems?: number;
      readonly bytes: number;
    }
  /** That friend sent what is not the content, and is not asked again for this fetch. */
  | { readonly type: 'transfer.holderDropped'; readonly peer: PeerId; readonly id: TransferId; readonly code: ErrorCode }
  | { readonly type: 'transfer.started'; readonly peer: PeerId; readonly id: TransferId }
  | {
      readonly type: 'transfer.progressed';
      readonly peer: PeerId;
      readonly id: TransferId;
      readonly bytes: number;
      readonly total: number;
      readonly bytesPerSecond: number;
    }
  | { readonly type: 'transfer.interrupted'; readonly peer: PeerId; readonly id: TransferId; readonly code: ErrorCode }
  /** `by: 'peer'`: the other side holds it, or lets go of it. It goes on when nobody holds it. */
  | { readonly type: 'transfer.paused'; readonly peer: PeerId; readonly id: TransferId; readonly by: 'me' | 'peer' }
  | { readonly type: 'transfer.resumed'; readonly peer: PeerId; readonly id: TransferId; readonly by: 'me' | 'peer' }
  /** `paths`: the first of them. */
  | {
      readonly type: 'transfer.completed';
      readonly peer: PeerId;
      readonly id: TransferId;
      readonly direction: 'in' | 'out';
      /** The first TRANSFER_ITEMS_SHOWN, and how many there are besides. */
      readonly paths: readonly string[];
      readonly morePaths?: number;
    }
  | {
      readonly type: 'transfer.ended';
      readonly peer: PeerId;
      readonly id: TransferId;
      readonly state: 'declined' | 'cancelled' | 'failed';
      readonly code: ErrorCode;
      /** The name of the item because of which it failed, when it is one. */
      readonly item?: string;
    }
  | { readonly type: 'share.added'; readonly id: ShareId; readonly name: string }
  /** While it is read, at most ten times a second. */
  | { readonly type: 'share.progressed'; readonly id: ShareId; readonly bytes: number; readonly total: number; readonly bytesPerSecond: number }
  /** All of it that can be read has been; `refused` says how many of its files cannot. */
  | { readonly type: 'share.ready'; readonly id: ShareId; readonly items: number; readonly bytes: number; readonly refused: number }
  | { readonly type: 'share.failed'; readonly id: ShareId; readonly code: ErrorCode }
  | { readonly type: 'share.removed'; readonly id: ShareId }
  | { readonly type: 'fault'; readonly where: string; readonly code: ErrorCode; readonly detail: string };

export type DomainEventType = DomainEvent['type'];
