export type PaneName = 'people' | 'conversation' | 'transfers' | 'events';

/** In the order of Tab. */
export const PANES: readonly PaneName[] = ['people', 'conversation', 'transfers', 'events'];
