import { assign, fromPromise, setup } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import { DIAL_BACKOFF_MS_MAX, DIAL_BACKOFF_MS_MIN, DIAL_MS_MAX } from '../../base/limits.js';
import { notProvided } from '../effects.js';

/*
 * Keeps one peer connected while somebody wants it: through its addresses one by one, then a pause that doubles, with
 * jitter so that two devices that lost one another do not call at the same instant for ever.
 */

export type DialerEvent =
  | { readonly type: 'wanted' }
  | { readonly type: 'unwanted' }
  /** The peer's addresses or presence changed for the better. */
  | { readonly type: 'nudged' }
  /** A session with that peer is open, whoever dialled. */
  | { readonly type: 'session.opened' }
  /** The one there was is gone and none took over. `jitter`: 0…1. */
  | { readonly type: 'session.lost'; readonly code: ErrorCode; readonly lasted: boolean; readonly jitter: number }
  /** The open session should be replaced by a new one, and that is this side's part. */
  | { readonly type: 'session.spent' }
  | { readonly type: 'stopped' }
  /** Telling somebody failed; the engine has reported it. */
  | { readonly type: 'fault' };

export const DIALER_EVENTS = [
  'wanted',
  'unwanted',
  'nudged',
  'session.opened',
  'session.lost',
  'session.spent',
  'stopped',
  'fault',
] as const satisfies readonly DialerEvent['type'][];

export interface Candidates {
  readonly count: number;
  readonly jitter: number;
}

export interface DialerContext {
  readonly wanted: boolean;
  readonly connected: boolean;
  readonly index: number;
  readonly count: number;
  /** Pauses in a row without a session that lasted. */
  readonly rounds: number;
  readonly jitter: number;
  /** Why there is no session. */
  readonly code: ErrorCode;
}

/** Half of it fixed, half of it jitter. */
export function backoffMs({ rounds, jitter }: Pick<DialerContext, 'rounds' | 'jitter'>): number {
  const ceiling = Math.min(DIAL_BACKOFF_MS_MAX, DIAL_BACKOFF_MS_MIN * 2 ** Math.min(rounds, 16));
  return Math.round((ceiling * (1 + jitter)) / 2);
}

/** That nothing listens is not worth telling apart from that nobody knows where; what a handshake found is. */
const reasonOf = (error: unknown): ErrorCode => {
  const { code } = SansfilError.from(error);
  return code === 'LINK_FAILED' || code === 'ADDRESS_INVALID' ? 'PEER_UNREACHABLE' : code;
};

export const dialerMachine = setup({
  types: {
    context: {} as DialerContext,
    events: {} as DialerEvent,
  },
  actions: {
    /** The pause begins: why, and how long it is. */
    announce: (_, params: { readonly code: ErrorCode; readonly retryInMs: number }) => notProvided(`announce ${params.code}`)(),
    noteWanted: assign({ wanted: true }),
    noteUnwanted: assign({ wanted: false }),
    noteConnected: assign({ connected: true }),
    noteLost: assign(({ context }, { code, lasted, jitter }: { readonly code: ErrorCode; readonly lasted: boolean; readonly jitter: number }) => ({
      connected: false,
      code,
      jitter,
      rounds: lasted ? 0 : context.rounds,
    })),
    noteCandidates: assign((_, { count, jitter }: Candidates) => ({ count, jitter, index: 0, code: 'PEER_UNREACHABLE' as const })),
    // What one address found out is not forgotten because the next one does not answer.
    noteFailure: assign(({ context }, { code }: { readonly code: ErrorCode }) => ({ code: code === 'PEER_UNREACHABLE' ? context.code : code })),
    nextCandidate: assign(({ context }) => ({ index: context.index + 1 })),
    nextRound: assign(({ context }) => ({ rounds: context.rounds + 1 })),
  },
  actors: {
    /** Where the peer may be now. */
    lookUp: fromPromise<Candidates>(notProvided('lookUp')),
    /** A link to one of those addresses; the engine keeps it. Gives up when the state is left. */
    dial: fromPromise<void, { readonly index: number }>(notProvided('dial')),
    /** The handshake over that link, and READY both ways. */
    greet: fromPromise<void>(notProvided('greet')),
  },
  guards: {
    isWanted: ({ context }) => context.wanted,
    isConnected: ({ context }) => context.connected,
    hasCandidate: ({ context }) => context.index < context.count,
  },
  delays: { DIAL_TIMEOUT: DIAL_MS_MAX, BACKOFF: ({ context }) => backoffMs(context) },
}).createMachine({
  id: 'dialer',
  context: { wanted: false, connected: false, index: 0, count: 0, rounds: 0, jitter: 0, code: 'PEER_UNREACHABLE' },
  initial: 'idle',
  on: {
    wanted: { actions: 'noteWanted' },
    // Dialling beside an open session is for its replacement: that goes on.
    unwanted: [
      { guard: 'isConnected', actions: 'noteUnwanted' },
      { target: '.idle', actions: 'noteUnwanted' },
    ],
    nudged: {},
    'session.opened': { target: '.connected', actions: 'noteConnected' },
    'session.lost': [
      { guard: 'isWanted', actions: { type: 'noteLost', params: ({ event }) => event } },
      { target: '.idle', actions: { type: 'noteLost', params: ({ event }) => event } },
    ],
    'session.spent': {},
    stopped: { target: '.stopped' },
    fault: {},
  },
  states: {
    idle: {
      on: { wanted: { target: 'lookingUp', actions: 'noteWanted' }, unwanted: {}, 'session.lost': {} },
    },
    lookingUp: {
      invoke: {
        id: 'lookUp',
        src: 'lookUp',
        onDone: { target: 'choosing', actions: { type: 'noteCandidates', params: ({ event }) => event.output } },
        onError: { target: 'waiting', actions: { type: 'noteFailure', params: ({ event }) => ({ code: reasonOf(event.error) }) } },
      },
    },
    /** Left at once. */
    choosing: {
      always: [{ guard: 'hasCandidate', target: 'dialing' }, { target: 'waiting' }],
    },
    dialing: {
      invoke: {
        id: 'dial',
        src: 'dial',
        input: ({ context }) => ({ index: context.index }),
        onDone: { target: 'greeting' },
        onError: {
          target: 'choosing',
          actions: ['nextCandidate', { type: 'noteFailure', params: ({ event }) => ({ code: reasonOf(event.error) }) }],
        },
      },
      after: { DIAL_TIMEOUT: { target: 'choosing', actions: ['nextCandidate', { type: 'noteFailure', params: { code: 'PEER_UNREACHABLE' } }] } },
    },
    greeting: {
      invoke: {
        id: 'greet',
        src: 'greet',
        onDone: { target: 'connected', actions: 'noteConnected' },
        onError: {
          target: 'choosing',
          actions: ['nextCandidate', { type: 'noteFailure', params: ({ event }) => ({ code: reasonOf(event.error) }) }],
        },
      },
    },
    waiting: {
      entry: { type: 'announce', params: ({ context }) => ({ code: context.code, retryInMs: backoffMs(context) }) },
      on: { nudged: { target: 'lookingUp' } },
      after: { BACKOFF: { target: 'lookingUp', actions: 'nextRound' } },
    },
    connected: {
      on: {
        unwanted: { actions: 'noteUnwanted' },
        'session.spent': { target: 'lookingUp' },
        'session.lost': [
          { guard: 'isWanted', target: 'waiting', actions: { type: 'noteLost', params: ({ event }) => event } },
          { target: 'idle', actions: { type: 'noteLost', params: ({ event }) => event } },
        ],
      },
    },
    stopped: { type: 'final' },
  },
});
