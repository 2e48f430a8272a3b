import type { AccountName, MessageView } from '../../../../core/index.js';
import type { Failure } from '../../state/Effect.js';
import type { TextField } from '../../state/TextField.js';

/** A text is looked for in messages. */
export interface SearchState {
  /** Whose conversation was open; undefined: nobody's. */
  readonly here: AccountName | undefined;
  readonly everybody: boolean;
  readonly field: TextField;
  /** What was looked for last, to which what was found belongs. */
  readonly sought: string;
  /** Counts what was looked for, so that late answers are told apart. */
  readonly round: number;
  /** Conversations that have not answered yet. */
  readonly waiting: number;
  /** Newest first. */
  readonly found: readonly MessageView[];
  readonly index: number;
  readonly failure?: Failure;
}

/** What is shown is about what is written. */
export const isAnswered = ({ field, sought }: SearchState): boolean => field.text.trim() === sought && sought !== '';
