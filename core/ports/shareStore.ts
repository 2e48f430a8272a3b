import type { ErrorCode } from '../base/errors.js';
import type { ShareId } from '../base/ids.js';
import { token } from './token.js';

/** `hashing`: being looked through and read. `failed`: nothing of it can be read. */
export type ShareState = 'hashing' | 'ready' | 'failed';

/** A file or folder that all friends may see. */
export interface ShareRecord {
  readonly id: ShareId;
  /** Absolute and local: never leaves the device. One share per path. */
  readonly path: string;
  /** What friends see: the last component, safe and NFC. */
  readonly name: string;
  readonly folder: boolean;
  readonly state: ShareState;
  /** The number of the last look through the disk; what that did not find is gone. */
  readonly scan: number;
  readonly createdMs: number;
  readonly code?: ErrorCode;
}

/** A file, or an empty folder, as a look through the disk found it. */
export interface FoundItem {
  /** Relative, beginning with the name of the share, safe and NFC; the path of one whose name friends could not use. */
  readonly name: string;
  /** Absolute and local. */
  readonly path: string;
  readonly bytes: number;
  /** Whole ms since 1970. */
  readonly modifiedMs: number;
  /** Permission bits, 0…0o777; an empty folder also has 0o40000. */
  readonly mode: number;
  /** Why it cannot be shared. */
  readonly code?: ErrorCode;
}

export interface ShareItem extends FoundItem {
  readonly share: ShareId;
  /** Names it among the items of all shares, in the order in which they were found; above 0. */
  readonly position: number;
  /** 32 bytes, PROTOCOL [P-6.20]; absent until all of it was read. */
  readonly root?: Uint8Array;
}

/** `hashed` has its root; `waiting` is to be read; `refused` has a code. */
export type ItemStage = 'hashed' | 'waiting' | 'refused';

export interface StageCount {
  readonly items: number;
  readonly bytes: number;
}

/** One file that was read to its end, or that could not be. */
export type ReadItem =
  | {
      readonly position: number;
      /** As they were when it was read. */
      readonly bytes: number;
      readonly modifiedMs: number;
      readonly root: Uint8Array;
      /** SHA-256 of its chunks in order, 32 bytes each; empty when it has at most one. */
      readonly hashes: Uint8Array;
    }
  | { readonly position: number; readonly code: ErrorCode };

/** The promises and rejections of a store, as `stores.ts` has them. What is asked about an unknown share or item does nothing, or gives nothing. */
export interface ShareStore {
  /** In the order in which they were added. */
  all(): Promise<readonly ShareRecord[]>;
  /** Adds, or replaces by id; the items stay. */
  put(record: ShareRecord): Promise<void>;
  /** With its items. */
  remove(id: ShareId): Promise<void>;
  /**
   * What the look `scan` found: a new name is added; a known one of the same size and time keeps its root and hashes, of
   * another one they are forgotten.
   */
  note(id: ShareId, scan: number, items: readonly FoundItem[]): Promise<void>;
  /** Forgets what the look `scan` did not find. */
  prune(id: ShareId, scan: number): Promise<void>;
  counts(id: ShareId): Promise<{ readonly [S in ItemStage]: StageCount }>;
  /** Those after that position, in order. */
  items(id: ShareId, stage: ItemStage, after: number, limit: number): Promise<readonly ShareItem[]>;
  /** All that have this content, in the order of their positions, at most `limit`. */
  find(root: Uint8Array, limit: number): Promise<readonly ShareItem[]>;
  /** Those of the whole item, or of its beginning when it is not read to its end; 32 bytes each. Empty if none. */
  hashes(position: number): Promise<Uint8Array>;
  /** Of the beginning of a file that is still read. */
  setHashes(position: number, hashes: Uint8Array): Promise<void>;
  /** In one transaction. */
  finish(read: readonly ReadItem[]): Promise<void>;
}

export const SHARE_STORE = token<ShareStore>('share-store');
