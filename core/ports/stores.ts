import type { AccountName, MessageId, PeerId, TransferId } from '../base/ids.js';
import type { ErrorCode } from '../base/errors.js';
import { token } from './token.js';

/*
 * Every promise of a store resolves only when what it did is on the disk. All rejections are
 * SansfilError STORE_FAILED | DISK_FULL | STORE_CORRUPT, and STOPPED after it was closed. Writes of all stores take
 * effect in call order, and a read sees what was written before it. A rejected write changed nothing.
 */

// ── this device ────────────────────────────────────────────────────────────────────────────────
export interface AccountRecord {
  readonly name: AccountName;
  readonly directoryName: string;
}

export interface SettingsStore {
  account(): Promise<AccountRecord | undefined>;
  setAccount(account: AccountRecord): Promise<void>;
  /** Adds one and returns the new value; 0 before the first call. Used for presence sequence numbers. */
  increment(counter: string): Promise<number>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

// ── people ─────────────────────────────────────────────────────────────────────────────────────
/** `outgoing`: we asked. `incoming`: they asked. `friend`: both agreed. */
export type ContactState = 'outgoing' | 'incoming' | 'friend';

export interface Contact {
  readonly peer: PeerId;
  readonly name: AccountName;
  readonly state: ContactState;
  /** The safety number was compared by a person. */
  readonly verified: boolean;
  /** Set when the directory names another key for this account: nothing is sent until a person decides. */
  readonly changedTo?: PeerId;
  /** Last known `scheme://address` list, best first. */
  readonly addresses: readonly string[];
  /** What is offered is accepted without asking; absent: a person is asked. */
  readonly trust?: Trust;
}

export interface Trust {
  /** Of one transfer. */
  readonly bytesMax: number;
  /** The absolute path of the folder that files go to; absent: the usual one. */
  readonly into?: string;
}

export interface ContactStore {
  all(): Promise<readonly Contact[]>;
  put(contact: Contact): Promise<void>;
  remove(peer: PeerId): Promise<void>;
}

// ── messages ───────────────────────────────────────────────────────────────────────────────────
export type Direction = 'out' | 'in';
/** Outgoing: queued → sent → delivered → read. Incoming: received → read. Never backwards. */
export type MessageState = 'queued' | 'sent' | 'delivered' | 'read' | 'received';

export interface StoredMessage {
  /** Position in the store, ascending in the order of appending. */
  readonly position: number;
  readonly id: MessageId;
  readonly peer: PeerId;
  readonly direction: Direction;
  readonly text: string;
  /** The writer's wall clock. */
  readonly createdMs: number;
  /** Ours, when it was stored. */
  readonly storedMs: number;
  readonly state: MessageState;
}

/** What waits to be acknowledged by the peer, oldest first: texts and read receipts in one order. */
export interface OutboxEntry {
  readonly position: number;
  readonly id: MessageId;
  readonly peer: PeerId;
  /** The encoded content of a MSG record (protocol/messageContent.ts). */
  readonly content: Uint8Array;
}

export interface HistoryQuery {
  readonly peer: PeerId;
  /** Substring, compared as `searchKey` (base/searchKey.ts) folds both. */
  readonly search?: string;
  /** Newest `limit` messages before `before` (a position), returned oldest first. */
  readonly before?: number;
  readonly limit: number;
}

export interface NewMessage {
  readonly id: MessageId;
  readonly peer: PeerId;
  readonly text: string;
  readonly createdMs: number;
  readonly storedMs: number;
}

export interface MessageCounts {
  readonly peer: PeerId;
  /** Outgoing texts the peer has not acknowledged. */
  readonly waiting: number;
  /** Incoming texts nobody has read. */
  readonly unread: number;
}

export interface MessageStore {
  /** In one transaction: the message (state queued) and its outbox entry. @throws OUTBOX_FULL at OUTBOX_PER_PEER_MAX */
  queue(message: NewMessage, content: Uint8Array): Promise<StoredMessage>;
  /** In one transaction: our incoming messages become read, and the receipt for them enters the outbox. */
  markRead(peer: PeerId, ids: readonly MessageId[], receipt: { readonly id: MessageId; readonly content: Uint8Array }): Promise<void>;
  outbox(peer: PeerId, after: number, limit: number): Promise<readonly OutboxEntry[]>;
  outboxPeers(): Promise<readonly PeerId[]>;
  /** Outgoing messages that were queued become sent. The ids of those. */
  markSent(ids: readonly MessageId[]): Promise<readonly MessageId[]>;
  /** The peer acknowledged: entries leave the outbox, messages become delivered. The ids of texts that changed. */
  acknowledged(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]>;
  /**
   * In one transaction, all of them or none: dedupe each by (peer, id) and append. One answer for each, in their order.
   * Many at once, so that a failure cannot commit a later message and lose an earlier one.
   */
  receive(messages: readonly NewMessage[]): Promise<readonly ('new' | 'duplicate')[]>;
  /** Outgoing messages `ids` become read; the same receipt again changes nothing. The ids that changed. */
  receiveReceipt(peer: PeerId, ids: readonly MessageId[]): Promise<readonly MessageId[]>;
  get(id: MessageId, peer: PeerId, direction: Direction): Promise<StoredMessage | undefined>;
  history(query: HistoryQuery): Promise<readonly StoredMessage[]>;
  /** Incoming messages not yet read, oldest first. */
  unread(peer: PeerId): Promise<readonly StoredMessage[]>;
  /** Of every peer with any. */
  counts(): Promise<readonly MessageCounts[]>;
  /** Empties the outbox for that peer; the history stays. */
  forget(peer: PeerId): Promise<void>;
}

// ── transfers ──────────────────────────────────────────────────────────────────────────────────
export type TransferState = 'offered' | 'active' | 'paused' | 'done' | 'declined' | 'cancelled' | 'failed';

/** It has ended, one way or the other. */
export const isOver = (state: TransferState): boolean => state !== 'offered' && state !== 'active' && state !== 'paused';

export interface TransferRecord {
  readonly id: TransferId;
  readonly peer: PeerId;
  readonly direction: Direction;
  readonly state: TransferState;
  /** The encoded manifest (protocol/manifest.ts); holds the file key. */
  readonly manifest: Uint8Array;
  /**
   * One for each item. Sender: its local path. Receiver: its final path when it is finished, '' before.
   */
  readonly paths: readonly string[];
  readonly createdMs: number;
  readonly code?: ErrorCode;
  /** Receiver: the absolute path of the folder chosen for this transfer; absent: the usual one. */
  readonly into?: string;
  /** 32 bytes, when a passphrase gave the key: kept so that a restart goes on by itself. The passphrase is kept nowhere. */
  readonly fileKey?: Uint8Array;
  /** Of one that failed: the item because of which, when it is one. */
  readonly item?: number;
  /** The person here holds it: it does not go on before that person says so. */
  readonly heldHere?: true | undefined;
  /** The other side holds it, as far as it was heard. */
  readonly heldThere?: true | undefined;
  /** A fetch: the roots of the contents of all items in order, 32 bytes each, by which any friend may be asked; absent: it was offered. */
  readonly roots?: Uint8Array;
}

export interface FinishedItem {
  readonly item: number;
  /** Final, absolute. */
  readonly path: string;
}

export interface TransferStore {
  all(): Promise<readonly TransferRecord[]>;
  get(id: TransferId): Promise<TransferRecord | undefined>;
  /** Manifest, roots and paths are those of the first time: they may be large, and only `finished` changes them. */
  put(record: TransferRecord): Promise<void>;
  /** With its chunks, hashes and final paths. */
  remove(id: TransferId): Promise<void>;
  /** Adds final paths of received items; what was added before is not written again. Nothing for an unknown transfer. */
  finished(id: TransferId, items: readonly FinishedItem[]): Promise<void>;
  /**
   * Bitmap of the chunks held on disk (receiver) or confirmed (sender), numbered through all items in their order; bit 7
   * of byte 0 is chunk 0. Empty if none.
   */
  chunks(id: TransferId): Promise<Uint8Array>;
  /** Does nothing for a transfer that is not, or no longer, stored; `setHashes` too. */
  setChunks(id: TransferId, bitmap: Uint8Array): Promise<void>;
  /** Concatenated SHA-256 of an item's chunks in order, 32 bytes each, zeros where unknown. Empty if none. */
  hashes(id: TransferId, item: number): Promise<Uint8Array>;
  setHashes(id: TransferId, item: number, hashes: Uint8Array): Promise<void>;
}

export const SETTINGS_STORE = token<SettingsStore>('settings-store');
export const CONTACT_STORE = token<ContactStore>('contact-store');
export const MESSAGE_STORE = token<MessageStore>('message-store');
export const TRANSFER_STORE = token<TransferStore>('transfer-store');
