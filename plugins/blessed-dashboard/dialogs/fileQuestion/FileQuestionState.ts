import type { TransferView } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { Scene } from '../../state/Scene.js';
import type { TextField } from '../../state/TextField.js';
import type { PathField } from '../paths/PathField.js';

export type Stop = 'files' | 'into' | 'passphrase' | 'trust' | 'accept' | 'decline';

/** A friend offers files: what is said about that so far. */
export interface FileQuestionState {
  readonly id: string;
  readonly stop: Stop;
  /** The file the cursor is on. */
  readonly index: number;
  /** Nothing written: the usual folder. */
  readonly into: PathField;
  readonly passphrase: TextField;
  /** Up to how many bytes that friend is not asked about from now on; undefined: as it was. */
  readonly trust: number | undefined;
  /** What was asked of the device and not answered yet. */
  readonly asked: 'accept' | 'decline' | undefined;
  readonly failure?: Failure;
}

export const offerOf = ({ id }: FileQuestionState, { view }: Scene): TransferView | undefined => view.transfers.find((one) => one.id === id);

/** What is asked, in the order Tab goes through it. */
export function stopsOf({ needsPassphrase }: TransferView): readonly Stop[] {
  return ['files', 'into', ...(needsPassphrase === true ? (['passphrase'] as const) : []), 'trust', 'accept', 'decline'];
}
