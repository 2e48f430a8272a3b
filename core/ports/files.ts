import type { TransferId } from '../base/ids.js';
import { token } from './token.js';

/** One file a sender offers. `path` is local and never leaves the device; `name` is what the receiver sees. */
export interface SourceEntry {
  readonly path: string;
  /** Relative, `/` between clean components, NFC. */
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Permission bits, 0…0o777. */
  readonly mode: number;
}

export interface SourceFile extends AsyncDisposable {
  /** As found at open; a sender compares it with the manifest (FILE_CHANGED). */
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Fills `into` from `offset`; the number of bytes read, less than asked only at the end. */
  read(offset: number, into: Uint8Array): Promise<number>;
}

export interface FileSource {
  /** A file, or a folder's files in a fixed order; links are never followed. @throws SansfilError FILE_UNREADABLE */
  list(path: string): Promise<readonly SourceEntry[]>;
  /** @throws SansfilError FILE_UNREADABLE */
  open(path: string): Promise<SourceFile>;
}

/** One item being received, under `<transfer-id>-<item>.part` in a private folder. */
export interface PartFile extends AsyncDisposable {
  write(offset: number, bytes: Uint8Array): Promise<void>;
  read(offset: number, into: Uint8Array): Promise<number>;
  /** Returns when what was written is on the disk. */
  sync(): Promise<void>;
}

export interface FileSink {
  /** Creates, or opens again what an earlier session left. @throws SansfilError DISK_FULL | STORE_FAILED */
  part(transfer: TransferId, item: number): Promise<PartFile>;
  /**
   * Gives the synced part its final name in the receiving folder: exclusive, ` (2)` on a clash, never overwriting,
   * parents made one clean component at a time, no link followed. The final path. The part stays until `discard`, so
   * that asking again, because a crash came before the answer was noted, gives the same file.
   * @throws SansfilError DISK_FULL | STORE_FAILED | FILE_NAME_UNSAFE
   */
  finish(transfer: TransferId, item: number, name: string, meta: { readonly modifiedMs: number; readonly mode: number }): Promise<string>;
  /** Removes the parts of a transfer that is over; what has its final name stays. */
  discard(transfer: TransferId): Promise<void>;
  /** Removes the parts of all transfers but these: what a crash left behind. */
  sweep(keep: ReadonlySet<TransferId>): Promise<void>;
  freeBytes(): Promise<number>;
}

export const FILE_SOURCE = token<FileSource>('file-source');
export const FILE_SINK = token<FileSink>('file-sink');
