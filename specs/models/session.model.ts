import { assign, setup } from 'xstate';

/*
 * What may happen to two friends' devices and the line between them, and whether a session must stand afterwards on
 * either side. Handshakes, pings and rivals are the engine's business.
 */

export type SessionModelEvent =
  | { readonly type: 'pi calls' }
  | { readonly type: 'board calls' }
  /** At the same instant. */
  | { readonly type: 'both call' }
  | { readonly type: 'line is cut' }
  | { readonly type: 'line heals' }
  | { readonly type: 'board crashes' }
  | { readonly type: 'board starts' }
  | { readonly type: 'pi removes board' }
  | { readonly type: 'board removes pi' }
  /** While the directory is away, so that pi is not told. */
  | { readonly type: 'board disowns pi' }
  | { readonly type: 'pi is told' }
  | { readonly type: 'they befriend' }
  /** Longer than anybody may be silent. */
  | { readonly type: 'time passes' };

export interface SessionModelContext {
  readonly cut: boolean;
  /** Something was said and has not arrived. */
  readonly waits: boolean;
}

type Call = 'pi calls' | 'board calls' | 'both call';
/** Whoever calls, and if both do: it comes to the same. */
const called = <T>(transition: T): Readonly<Record<Call, T>> => ({ 'pi calls': transition, 'board calls': transition, 'both call': transition });

export const sessionModel = setup({
  types: { context: {} as SessionModelContext, events: {} as SessionModelEvent },
  guards: {
    isCut: ({ context }) => context.cut,
    isWhole: ({ context }) => !context.cut,
    waits: ({ context }) => context.waits,
    isQuiet: ({ context }) => !context.waits,
    isReached: ({ context }) => context.waits && !context.cut,
  },
  actions: {
    cut: assign({ cut: true }),
    heal: assign({ cut: false }),
    wait: assign({ waits: true }),
    arrive: assign({ waits: false }),
  },
}).createMachine({
  id: 'session model',
  context: { cut: false, waits: false },
  initial: 'apart',
  states: {
    /** Both are there, and neither has anything to say. */
    apart: {
      on: {
        ...called([{ guard: 'isCut', target: 'calling', actions: 'wait' }, { target: 'open' }] as const),
        'line is cut': { guard: 'isWhole', actions: 'cut' },
        'line heals': { guard: 'isCut', actions: 'heal' },
        'board crashes': { target: 'alone' },
        'pi removes board': { target: 'strangers' },
        'board removes pi': { target: 'strangers' },
        'board disowns pi': { guard: 'isWhole', target: 'disowned' },
        'time passes': {},
      },
    },
    open: {
      on: {
        ...called({}),
        'line is cut': { target: 'silent', actions: 'cut' },
        'board crashes': { target: 'alone' },
        'pi removes board': { target: 'strangers' },
        'board removes pi': { target: 'strangers' },
        'time passes': {},
      },
    },
    /** The line is cut and nobody has noticed. */
    silent: {
      on: {
        ...called({ actions: 'wait' }),
        'line heals': { target: 'open', actions: ['heal', 'arrive'] },
        'board crashes': { target: 'deceived' },
        'pi removes board': { guard: 'isQuiet', target: 'strangers' },
        'board removes pi': { guard: 'isQuiet', target: 'strangers' },
        'time passes': [{ guard: 'waits', target: 'calling' }, { target: 'apart' }],
      },
    },
    /** Something is to be said, and the line is cut. */
    calling: {
      on: {
        ...called({}),
        'line heals': { target: 'open', actions: ['heal', 'arrive'] },
        'board crashes': { target: 'alone' },
        'time passes': {},
      },
    },
    /** The board is gone behind a cut line: pi holds on to a session with nobody. */
    deceived: {
      on: {
        'pi calls': { actions: 'wait' },
        'board starts': { target: 'half' },
        'time passes': { target: 'alone' },
      },
    },
    /** The board is back and knows nothing of the session that pi holds on to. */
    half: {
      on: {
        ...called({ actions: 'wait' }),
        'line heals': [
          { guard: 'waits', target: 'open', actions: ['heal', 'arrive'] },
          { target: 'half healed', actions: 'heal' },
        ],
        'time passes': [{ guard: 'waits', target: 'calling' }, { target: 'apart' }],
      },
    },
    'half healed': {
      on: {
        ...called({ target: 'open' } as const),
        'time passes': { target: 'apart' },
      },
    },
    /** The board is off. */
    alone: {
      on: {
        'pi calls': { actions: 'wait' },
        'line is cut': { guard: 'isWhole', actions: 'cut' },
        'line heals': { guard: 'isCut', actions: 'heal' },
        'board starts': [{ guard: 'isReached', target: 'open', actions: 'arrive' }, { guard: 'waits', target: 'calling' }, { target: 'apart' }],
        'time passes': {},
      },
    },
    /** Pi believes in a friend who would not let it in. */
    disowned: {
      on: {
        'pi calls': { actions: 'wait' },
        // What was said to somebody who is no friend is dropped.
        'pi is told': { target: 'strangers', actions: 'arrive' },
        'time passes': {},
      },
    },
    /** No friends any more: nothing can be said. */
    strangers: {
      on: {
        ...called({}),
        'line is cut': { guard: 'isWhole', actions: 'cut' },
        'line heals': { guard: 'isCut', actions: 'heal' },
        'they befriend': { target: 'apart' },
        'time passes': {},
      },
    },
  },
});
