import type { ActionName } from './actionNames.js';

/** What a click means: an action, on something; or a choice in the dialog that is open. */
export type Hit = { readonly action: ActionName; readonly on?: string } | { readonly choose: string };
