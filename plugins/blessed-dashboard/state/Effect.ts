import type { AccountName, Command, ErrorCode } from '../../../core/index.js';
import type { Settings } from './Settings.js';

export interface Failure {
  readonly code: ErrorCode;
  /** One sentence in English, from the device, with what is particular to this failure. */
  readonly detail: string;
}

/** A file or folder on this device, for choosing one. */
export interface FolderEntry {
  readonly name: string;
  readonly folder: boolean;
  readonly bytes: number;
}

/** What the state asks the world to do; the answer comes back as an Input. */
export type Effect =
  /** `told`: said to the person when it is done; a refusal is always said when no dialog waits for it. */
  | { readonly do: 'dispatch'; readonly command: Command; readonly to?: number; readonly tag?: string; readonly told?: string }
  /** Loads the newest page of a conversation, if it is not there. */
  | { readonly do: 'load'; readonly name: AccountName }
  /** Loads the page before the first message there is; with a position, all pages back to it that can be kept. */
  | { readonly do: 'load-older'; readonly name: AccountName; readonly backTo?: number }
  /** Answers FolderEntry[], folders first. `path` is absolute or begins with `~/`. */
  | { readonly do: 'list-folder'; readonly path: string; readonly to: number; readonly tag: string }
  /** Writes the text of a safety number as a QR code: answers boolean[][], true is dark. */
  | { readonly do: 'qr'; readonly text: string; readonly to: number; readonly tag: string }
  /** A line of the command language; answers string[] (what it says). */
  | { readonly do: 'run'; readonly line: string; readonly to: number; readonly tag: string }
  | { readonly do: 'save-settings'; readonly settings: Settings }
  | { readonly do: 'quit' }
  | { readonly do: 'redraw' };
