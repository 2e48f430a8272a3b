import { assign, setup } from 'xstate';
import type { PresenceState } from '../../protocol/presence.js';
import { notProvided } from '../effects.js';

/*
 * What this device tells its friends about itself: the wish of its person, as long as the directory can be told.
 * PROTOCOL [P-7.4]
 */

export type PresenceEvent =
  | { readonly type: 'wished'; readonly state: PresenceState }
  | { readonly type: 'directory.entered' }
  | { readonly type: 'directory.left' }
  | { readonly type: 'addresses.changed' }
  /** The record that is kept for us is not the one we published last. */
  | { readonly type: 'record.lost' }
  | { readonly type: 'stopped' }
  /** An effect failed; the engine has reported it. */
  | { readonly type: 'fault' };

export const PRESENCE_EVENTS = [
  'wished',
  'directory.entered',
  'directory.left',
  'addresses.changed',
  'record.lost',
  'stopped',
  'fault',
] as const satisfies readonly PresenceEvent['type'][];

export interface PresenceContext {
  /** What the person wants to be seen as; outlives each connection. */
  readonly wish: PresenceState;
}

const publish = (state: PresenceState) => ({ type: 'publish', params: { state } }) as const;
const announce = (state: PresenceState) => ({ type: 'announce', params: { state } }) as const;
/** One of the four, seen by friends: published on entry, and again when the record must change or was lost. */
const shown = (state: PresenceState) => ({
  entry: [publish(state), announce(state)],
  on: { 'addresses.changed': { actions: publish(state) }, 'record.lost': { actions: publish(state) } },
});

export const presenceMachine = setup({
  types: { context: {} as PresenceContext, events: {} as PresenceEvent },
  actions: {
    /** A new signed record with the next number. */
    publish: (_, params: { readonly state: PresenceState }) => notProvided(`publish ${params.state}`)(),
    /** What friends see from now on. */
    announce: (_, params: { readonly state: PresenceState }) => notProvided(`announce ${params.state}`)(),
    noteWish: assign((_, { state }: { readonly state: PresenceState }) => ({ wish: state })),
  },
  guards: {
    wishes: ({ context }, { state }: { readonly state: PresenceState }) => context.wish === state,
  },
}).createMachine({
  id: 'presence',
  context: { wish: 'online' },
  initial: 'apart',
  on: {
    wished: { target: '.choosing', actions: { type: 'noteWish', params: ({ event }) => event } },
    'directory.entered': { target: '.choosing' },
    'directory.left': { target: '.apart' },
    'addresses.changed': {},
    'record.lost': {},
    stopped: { target: '.stopped' },
    fault: {},
  },
  states: {
    /** Nobody can be told: friends see us offline, by our will. */
    apart: {
      entry: announce('offline'),
      on: { wished: { actions: { type: 'noteWish', params: ({ event }) => event } }, 'directory.left': {} },
    },
    /** Left at once. */
    choosing: {
      always: [
        { guard: { type: 'wishes', params: { state: 'online' } }, target: 'online' },
        { guard: { type: 'wishes', params: { state: 'busy' } }, target: 'busy' },
        { guard: { type: 'wishes', params: { state: 'away' } }, target: 'away' },
        { target: 'offline' },
      ],
    },
    online: shown('online'),
    busy: shown('busy'),
    away: shown('away'),
    /** Here, and not wanting to be seen. */
    offline: shown('offline'),
    stopped: { type: 'final' },
  },
});
