import type { Effect } from './Effect.js';
import type { Ui } from './Ui.js';

/** What an input comes to: how the shell looks then, and what is to be done outside of it. */
export interface Step {
  readonly ui: Ui;
  readonly effects: readonly Effect[];
}

export const step = (ui: Ui, ...effects: readonly Effect[]): Step => ({ ui, effects });
