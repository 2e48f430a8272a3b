import type { Failure } from './Effect.js';

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** A key by name: `a`, `A`, `é`, `space`, `enter`, `esc`, `tab`, `up`, `page-up`, `f1`, with `ctrl-`, `alt-`, `shift-` before it, in this order. */
export interface Key {
  readonly type: 'key';
  readonly name: string;
  /** What it writes, when it writes something. */
  readonly text?: string;
}

/** Everything that comes from outside into the state of the dashboard. */
export type Input =
  | Key
  /** Text from the clipboard in one piece: never a command, whatever is in it. One that is too long is only told of. */
  | { readonly type: 'paste'; readonly text: string; readonly tooLong?: true }
  /** Rows and columns from 0. */
  | { readonly type: 'mouse'; readonly row: number; readonly column: number; readonly button: 'left' | 'wheel-up' | 'wheel-down' }
  /** A click in the dialog on what it offers as a choice. */
  | { readonly type: 'chosen'; readonly choice: string }
  /** What came of an effect; `to` is the dialog that asked. */
  | { readonly type: 'answer'; readonly to: number; readonly tag: string; readonly result: unknown }
  | { readonly type: 'refused'; readonly to: number; readonly tag: string; readonly failure: Failure };
