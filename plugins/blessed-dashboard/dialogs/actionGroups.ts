import type { ActionName } from '../state/actionNames.js';

export type GroupName = 'people' | 'files' | 'places' | 'list' | 'shell';

/** Everything one can do, as the help lists it: what one is here for first. */
export const ACTION_GROUPS: readonly { readonly group: GroupName; readonly actions: readonly ActionName[] }[] = [
  { group: 'people', actions: ['write', 'add-friend', 'answer', 'accept-friend', 'decline-friend', 'verify', 'remove-friend', 'presence', 'search'] },
  { group: 'files', actions: ['send-file', 'browse', 'shares', 'accept-file', 'decline-file', 'show-transfer', 'pause', 'resume', 'cancel'] },
  {
    group: 'places',
    actions: [
      'jump',
      'next-unread',
      'next-pane',
      'previous-pane',
      ...(['person-1', 'person-2', 'person-3', 'person-4', 'person-5', 'person-6', 'person-7', 'person-8', 'person-9'] as const),
    ],
  },
  { group: 'list', actions: ['open', 'back', 'filter', 'mark', 'up', 'down', 'page-up', 'page-down', 'first', 'last'] },
  { group: 'shell', actions: ['help', 'command', 'settings', 'language', 'account', 'redraw', 'quit'] },
];

const SELDOM: ReadonlySet<ActionName> = new Set(['open', 'back', 'mark', 'up', 'down', 'page-up', 'page-down', 'first', 'last', 'jump']);

/** Those that mean something wherever one is: what one can jump to. */
export const JUMP_ACTIONS: readonly ActionName[] = ACTION_GROUPS.flatMap(({ actions }) => actions).filter(
  (action) => !SELDOM.has(action) && !action.startsWith('person-'),
);
