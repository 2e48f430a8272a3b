import type { ActionName } from './actionNames.js';

/** Where a key means something: first the pane, then every list, then everywhere. */
export const KEY_CONTEXTS = ['everywhere', 'list', 'people', 'conversation', 'transfers', 'events', 'composer'] as const;
export type KeyContext = (typeof KEY_CONTEXTS)[number];

export interface Keymap {
  readonly bindings: readonly Binding[];
}

export interface Binding {
  readonly context: KeyContext;
  /** As Input names it. */
  readonly key: string;
  readonly action: ActionName;
}

/** The keys of an action, the one to be shown first; only those of the contexts that are named, when some are. */
export function keysOf(keymap: Keymap, action: ActionName, contexts?: readonly KeyContext[]): readonly string[] {
  return keymap.bindings.filter((binding) => binding.action === action && (contexts?.includes(binding.context) ?? true)).map(({ key }) => key);
}

/** What a key does where contexts count in their order; undefined: nothing. */
export function actionOf(keymap: Keymap, key: string, contexts: readonly KeyContext[]): ActionName | undefined {
  for (const context of contexts) {
    const found = keymap.bindings.find((binding) => binding.context === context && binding.key === key);
    if (found) return found.action;
  }
  return undefined;
}
