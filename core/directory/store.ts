import type { AccountName, PeerId } from '../base/ids.js';

/** One device of an account; an account may come to have several. */
export interface DirectoryDevice {
  readonly peer: PeerId;
  readonly spki: Uint8Array;
  /** Topic tag, PROTOCOL [P-7.2]. */
  readonly tag: string;
}

export interface DirectoryAccount {
  /** `accountKey(name)`: what is unique. */
  readonly key: string;
  readonly name: AccountName;
  readonly createdMs: number;
  readonly devices: readonly DirectoryDevice[];
}

/** What stands between two accounts; nothing when they never met. */
export interface Relation {
  /** `removed`: was declined, withdrawn or ended; kept so that the other side learns of it. */
  readonly state: 'requested' | 'friends' | 'removed';
  /** Key of the account that brought the state about. */
  readonly by: string;
}

export interface RelatedAccount {
  readonly account: DirectoryAccount;
  readonly relation: Relation;
}

/**
 * Where a directory keeps what it knows. Each call is one transaction; calls take effect in call order; a promise
 * resolves when the change is on the disk. All rejections are SansfilErrors.
 */
export interface DirectoryStore {
  /** A new account with its first device. @throws SansfilError NAME_TAKEN | ALREADY_REGISTERED (the device has another account) */
  addAccount(account: DirectoryAccount): Promise<void>;
  accountByKey(key: string): Promise<DirectoryAccount | undefined>;
  accountByPeer(peer: PeerId): Promise<DirectoryAccount | undefined>;
  /**
   * Reads what stands between two accounts, lets `decide` say what shall stand, and writes that, in one transaction.
   * `counts` are the relations each of the two has, the removed ones left out. What `decide` throws changes nothing.
   */
  relate(mine: string, other: string, decide: Decision): Promise<Relation>;
  /** Relations of an account in the order of the other's key, those after `after` (a key), at most `limit`. */
  related(key: string, after: string, limit: number): Promise<readonly RelatedAccount[]>;
  /** Every pair of tags of devices whose accounts are friends: what the authorization knows in memory. */
  friendTags(): Promise<readonly (readonly [string, string])[]>;
}

export type Decision = (current: Relation | undefined, counts: { readonly mine: number; readonly other: number }) => Relation;
