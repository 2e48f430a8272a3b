import type { ErrorCode } from '../base/errors.js';
import type { SansfilError } from '../base/errors.js';
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

/** A file as it was found when it was read, or why it was not: FILE_UNREADABLE. */
export type FoundFile = { readonly bytes: number; readonly modifiedMs: number } | SansfilError;

export interface FileSource {
  /** A file, or a folder's files in a fixed order; links are never followed. @throws SansfilError FILE_UNREADABLE */
  list(path: string): Promise<readonly SourceEntry[]>;
  /** Says at once whether there is anything. @throws SansfilError FILE_UNREADABLE */
  survey(path: string): Promise<Survey>;
  /** @throws SansfilError FILE_UNREADABLE */
  open(path: string): Promise<SourceFile>;
  /**
   * Reads many small files in one go, one behind the other: each fills the `bytes` it is said to have. One that has more
   * or less by now is found so, and its place holds nothing.
   */
  readMany(files: readonly { readonly path: string; readonly bytes: number }[], into: Uint8Array): Promise<readonly FoundFile[]>;
}

/** One item being received, under `<transfer-id>-<item>.part` in a private folder. Writes to it may overlap in time. */
export interface PartFile extends AsyncDisposable {
  write(offset: number, bytes: Uint8Array): Promise<void>;
  read(offset: number, into: Uint8Array): Promise<number>;
  /** Returns when what was written is on the disk. */
  sync(): Promise<void>;
}

/** What a received item becomes. */
export interface ItemMeta {
  /** Relative, `/` between clean components. */
  readonly name: string;
  readonly modifiedMs: number;
  /** Permission bits the sender's file has; with FOLDER_MODE it is a folder that holds nothing. */
  readonly mode: number;
}

export interface SmallFile extends ItemMeta {
  /** All of its content; none for a folder. */
  readonly bytes: Uint8Array;
  /**
   * An earlier process may have made it: a file of that name that is the same is taken for it, and one that a power cut
   * left with less is mended.
   */
  readonly again: boolean;
}

/** A small file that was made, or may have been. */
export interface PlacedFile extends SmallFile {
  /** Its final path; '' when nobody knows whether it was made, and under which name. */
  readonly path: string;
}

/** `into` is always the folder in which files appear, absolute; undefined is the usual one. */
export interface FileSink {
  /** Creates, or opens again what an earlier session left. @throws SansfilError DISK_FULL | STORE_FAILED */
  part(transfer: TransferId, item: number): Promise<PartFile>;
  /** The one file of a transfer that its small files are written to before they are made, `<transfer-id>.pack`; as `part`. */
  pack(transfer: TransferId): Promise<PartFile>;
  /** Transfers that have a pack. */
  packs(): Promise<readonly TransferId[]>;
  /**
   * Gives the synced part its final name: exclusive, ` (2)` on a clash, never overwriting, parents made one clean component
   * at a time, no link followed. The final path. The part stays until `discard`, so that asking again, because a crash came
   * before the answer was noted, gives the same file. On the disk when it resolves.
   * @throws SansfilError DISK_FULL | STORE_FAILED | FILE_NAME_UNSAFE
   */
  finish(transfer: TransferId, item: number, meta: ItemMeta, into?: string): Promise<string>;
  /**
   * Makes many small files under the same rules, each at once and whole, but not on the disk before `settle`: until then
   * a power cut may take them, or their content. Their final paths, in order. Those of a failed call are made `again`.
   * @throws SansfilError DISK_FULL | STORE_FAILED | FILE_NAME_UNSAFE
   */
  finishMany(files: readonly SmallFile[], into?: string): Promise<readonly string[]>;
  /** They and their names are on the disk; those that somebody took away are passed over. @throws SansfilError DISK_FULL | STORE_FAILED */
  settle(paths: readonly string[], into?: string): Promise<void>;
  /**
   * Makes those anew that a power cut took, under the same paths, and makes whole what it left with less; what somebody
   * else changed stays. Of a file without a path, one that is left with less is made whole. On the disk when it resolves.
   * @throws SansfilError DISK_FULL | STORE_FAILED | FILE_NAME_UNSAFE
   */
  mend(files: readonly PlacedFile[], into?: string): Promise<void>;
  /**
   * Makes the folder when it is not there, and finds out whether files can be put into it.
   * @throws SansfilError FOLDER_UNUSABLE
   */
  prepare(into: string): Promise<void>;
  /** Removes the parts and the pack of a transfer that is over; what has its final name stays. */
  discard(transfer: TransferId): Promise<void>;
  /** Removes the parts and packs of all transfers but these: what a crash left behind. */
  sweep(keep: ReadonlySet<TransferId>): Promise<void>;
  /** On the fullest of the disks that are written to. */
  freeBytes(into?: string): Promise<number>;
}

export const FILE_SOURCE = token<FileSource>('file-source');
export const FILE_SINK = token<FileSink>('file-sink');
