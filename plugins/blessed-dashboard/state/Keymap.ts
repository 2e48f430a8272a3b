import type { ActionName } from './actionNames.js';

/** Where a key means something: first the pane, then everywhere. While text is written only `everywhere` counts, and of it only keys that write nothing. */
export type KeyContext = 'everywhere' | 'list' | 'people' | 'conversation' | 'transfers' | 'events' | 'composer';

export interface Keymap {
  readonly bindings: readonly Binding[];
}

export interface Binding {
  readonly context: KeyContext;
  readonly key: string;
  readonly action: ActionName;
}

/** The keys of an action, the one to be shown first. */
export const keysOf = (keymap: Keymap, action: ActionName): readonly string[] =>
  keymap.bindings.filter((binding) => binding.action === action).map(({ key }) => key);
