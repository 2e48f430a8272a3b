import type { PeerId, ShareId } from '../../base/ids.js';
import type { RemoteItem } from '../../protocol/cataloguePages.js';

/** A file of this device that has a wanted content, as it is on the disk now. */
export interface LocalContent {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  /** Whole ms since 1970; a file that is another one later has not the same content any more. */
  readonly modifiedMs: number;
  /** SHA-256 of its chunks of CONTENT_CHUNK_BYTES in order, 32 bytes each; empty when it has at most one: its root says it all. */
  hashes(): Promise<Uint8Array>;
}

/** All that a friend tells of one share. Names are safe, and no two of them meet in one file. */
export interface RemoteContents {
  readonly share: ShareId;
  readonly items: readonly RemoteItem[];
}

/** What other parts ask of the catalogue (engine/Catalogue.ts implements it). */
export interface Contents {
  /** Of what this device shares. A file that is not what it was is none, and is read again. @throws SansfilError STORE_… */
  find(root: Uint8Array): Promise<LocalContent | undefined>;
  /**
   * Asks the friend, page by page; waits a moment for a session when there is none.
   * @throws SansfilError SHARE_UNKNOWN | PEER_OFFLINE | PEER_SILENT | CATALOGUE_INVALID | FILE_NAME_UNSAFE | STOPPED
   */
  contentsOf(peer: PeerId, share: ShareId): Promise<RemoteContents>;
}
