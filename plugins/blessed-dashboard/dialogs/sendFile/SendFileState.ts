import type { AccountName } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { TextField } from '../../state/TextField.js';
import type { PathField } from '../paths/PathField.js';

/** A file or folder that is to be sent. */
export interface Chosen {
  /** Absolute. */
  readonly path: string;
  readonly folder: boolean;
  /** Undefined where it is not known: of a folder, or of a path that was written and not listed. */
  readonly bytes: number | undefined;
}

export type SendStop = 'passphrase' | 'again' | 'send';

/** What is sent to somebody: first it is chosen, then it is sent, with a passphrase if one is wanted. */
export interface SendFileState {
  readonly to: AccountName;
  readonly path: PathField;
  /** Chosen to be sent together, in whatever folders they are. */
  readonly marked: readonly Chosen[];
  /** What is about to be sent; empty while it is chosen. */
  readonly sending: readonly Chosen[];
  readonly stop: SendStop;
  readonly passphrase: TextField;
  readonly again: TextField;
  /** The passphrase was not the same twice. */
  readonly differs: boolean;
  readonly asked: boolean;
  readonly failure?: Failure;
}
