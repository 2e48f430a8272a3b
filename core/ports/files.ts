import type { ErrorCode } from '../base/errors.js';
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

/** One file or empty folder of a survey; with a code when it cannot be read. */
export interface SurveyEntry extends SourceEntry {
  readonly code?: ErrorCode;
}

/** What stands at a path, to be looked through bit by bit. */
export interface Survey {
  /** Absolute, in its only spelling. */
  readonly path: string;
  /** The last component, NFC. */
  readonly name: string;
  readonly folder: boolean;
  /**
   * Some at a time, in a fixed order: files, and folders that hold nothing with 0o40000 in their mode. Links and special
   * files are left out. @throws (while iterating) SansfilError FILE_UNREADABLE when the path itself cannot be read
   */
  entries(): AsyncIterable<readonly SurveyEntry[]>;
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
  /** Says at once whether there is anything. @throws SansfilError FILE_UNREADABLE */
  survey(path: string): Promise<Survey>;
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
