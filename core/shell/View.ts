import type { ErrorCode } from '../base/errors.js';
import type { AccountName } from '../base/ids.js';
import type { AccountView, FriendView, MessageView, NodeView, ShareView, TransferView } from '../events/commands.js';
import type { DomainEvent } from '../events/domainEvents.js';

/** What a shell shows: how things stand, as plain data. Every shell is a rendering of this one. */
export interface View {
  /** Undefined until the device has answered for the first time. */
  readonly node: NodeView | undefined;
  readonly account: AccountView | undefined;
  readonly people: readonly FriendView[];
  /** Why there is no session with somebody, and when it is tried again. */
  readonly away: ReadonlyMap<AccountName, Away>;
  /** Those that were opened, newest page first to be there. */
  readonly conversations: ReadonlyMap<AccountName, Conversation>;
  /** Oldest first. */
  readonly transfers: readonly TransferView[];
  readonly shares: readonly ShareView[];
  /** What happened, oldest first; at most JOURNAL_MAX. */
  readonly journal: readonly JournalEntry[];
}

export interface Away {
  readonly code: ErrorCode;
  /** Wall clock, ms since 1970. */
  readonly retryAtMs: number;
}

export interface Conversation {
  /** Oldest first. */
  readonly messages: readonly MessageView[];
  /** There is nothing before the first of them. */
  readonly complete: boolean;
}

export interface JournalEntry {
  /** Counts up from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly event: DomainEvent;
}

export const EMPTY_VIEW: View = {
  node: undefined,
  account: undefined,
  people: [],
  away: new Map(),
  conversations: new Map(),
  transfers: [],
  shares: [],
  journal: [],
};
