import type { ActionName } from './actionNames.js';
import type { PaneName } from './paneNames.js';

/**
 * What a click means: an action; a choice in the dialog that is open; or a pane to go to, with the key of what its cursor
 * goes on: a name, the id of a transfer, the key of an item of the conversation, the number of an event.
 */
export type Hit = { readonly action: ActionName; readonly on?: string } | { readonly choose: string } | { readonly go: PaneName; readonly to?: string };
