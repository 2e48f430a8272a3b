import { assign, setup } from 'xstate';

/*
 * What may happen to a device and its directory, and how the device must stand afterwards. Nothing of how the engine
 * does it: no challenge, token or pause is known here.
 */

export type DirectoryModelEvent =
  | { readonly type: 'start' }
  /** Without a directory in its settings. */
  | { readonly type: 'start alone' }
  | { readonly type: 'stop' }
  | { readonly type: 'register' }
  | { readonly type: 'register another name' }
  | { readonly type: 'log in' }
  /** Long enough for every pause. */
  | { readonly type: 'wait' }
  /** Longer than any token lives. */
  | { readonly type: 'wait for hours' }
  | { readonly type: 'the connection drops' }
  | { readonly type: 'the directory goes' }
  | { readonly type: 'the directory comes' }
  /** It lost its database and is back at once. */
  | { readonly type: 'the directory forgets' }
  /** Of a directory that knows no account of that name. */
  | { readonly type: 'somebody takes the name' };

export interface DirectoryModelContext {
  readonly up: boolean;
  /** Whose the name is at the directory. */
  readonly account: 'nobody' | 'ours' | 'theirs';
  /** The device has an account, as far as it knows. */
  readonly registered: boolean;
}

/** What a directory may do while the device is not at it. */
const DIRECTORY = {
  'the directory goes': { guard: 'isUp', actions: 'goDown' },
  'the directory comes': { guard: 'isDown', actions: 'comeUp' },
  'the directory forgets': { guard: 'mayForget', actions: 'forget' },
  'somebody takes the name': { guard: 'mayBeTaken', actions: 'lose' },
} as const;

export const directoryClientModel = setup({
  types: { context: {} as DirectoryModelContext, events: {} as DirectoryModelEvent },
  guards: {
    isUp: ({ context }) => context.up,
    isDown: ({ context }) => !context.up,
    isTheirs: ({ context }) => context.account === 'theirs',
    isNew: ({ context }) => !context.registered,
    mayBeTaken: ({ context }) => context.up && context.account === 'nobody',
    mayForget: ({ context }) => context.up && context.account !== 'nobody',
  },
  actions: {
    goDown: assign({ up: false }),
    comeUp: assign({ up: true }),
    forget: assign({ account: 'nobody' as const }),
    lose: assign({ account: 'theirs' as const }),
    claim: assign({ account: 'ours' as const, registered: true }),
  },
}).createMachine({
  id: 'directory client model',
  context: { up: true, account: 'nobody', registered: false },
  initial: 'off',
  states: {
    off: {
      on: {
        ...DIRECTORY,
        start: [
          { guard: 'isNew', target: 'unregistered' },
          { guard: 'isDown', target: 'offline' },
          { guard: 'isTheirs', target: 'unregistered' },
          { target: 'online', actions: 'claim' },
        ],
        'start alone': { target: 'unconfigured' },
      },
    },
    unconfigured: { on: { ...DIRECTORY, register: {}, 'log in': {}, stop: { target: 'off' } } },
    unregistered: {
      on: {
        ...DIRECTORY,
        stop: { target: 'off' },
        register: [{ guard: 'isDown' }, { guard: 'isTheirs' }, { target: 'online', actions: 'claim' }],
        'register another name': [{ guard: 'isDown' }, { target: 'online', actions: 'claim' }],
        'log in': [{ guard: 'isNew' }, { guard: 'isDown', target: 'offline' }, { guard: 'isTheirs' }, { target: 'online', actions: 'claim' }],
        wait: {},
      },
    },
    online: {
      on: {
        stop: { target: 'off' },
        register: {},
        'log in': {},
        wait: {},
        'wait for hours': {},
        'the connection drops': { target: 'offline' },
        'the directory goes': { target: 'offline', actions: 'goDown' },
        'the directory forgets': { target: 'offline', actions: 'forget' },
      },
    },
    /** Registered, and without a connection. */
    offline: {
      on: {
        ...DIRECTORY,
        stop: { target: 'off' },
        register: {},
        'log in': [{ guard: 'isDown' }, { guard: 'isTheirs', target: 'unregistered' }, { target: 'online', actions: 'claim' }],
        wait: [{ guard: 'isDown' }, { guard: 'isTheirs', target: 'unregistered' }, { target: 'online', actions: 'claim' }],
        'wait for hours': [{ guard: 'isDown' }, { guard: 'isTheirs', target: 'unregistered' }, { target: 'online', actions: 'claim' }],
      },
    },
  },
});
