import type { Failure } from '../state/Effect.js';
import type { TextField } from '../state/TextField.js';

export interface WelcomeState {
  readonly field: TextField;
  /** What the device is doing, and with which name. */
  readonly busy: { readonly what: 'register' | 'login'; readonly name: string } | undefined;
  readonly failure: Failure | undefined;
  /** There was no account when it was opened. */
  readonly guides: boolean;
}
