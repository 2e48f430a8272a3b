import { assign, fromPromise, setup } from 'xstate';
import { ERRORS, SansfilError, type ErrorCode } from '../../base/errors.js';
import { DIRECTORY_BACKOFF_MS_MAX, DIRECTORY_BACKOFF_MS_MIN, DIRECTORY_REFUSED_MS, DIRECTORY_SPREAD_MS } from '../../base/limits.js';
import type { ProofPurpose } from '../../crypto/loginProof.js';
import { notProvided } from '../effects.js';

/*
 * Keeps this device logged in to its directory: connect without a name, answer the challenge, connect again with the
 * token, and again whenever the connection is lost. PROTOCOL [P-7.5], [P-7.6]
 */

export type DirectoryClientEvent =
  | { readonly type: 'started'; readonly configured: boolean; readonly registered: boolean }
  | { readonly type: 'register.asked' }
  /** A person does not want to wait for the next try. */
  | { readonly type: 'login.asked' }
  | { readonly type: 'connection.lost'; readonly code: ErrorCode }
  /** The sequence numbers of this connection are used up: replace it. */
  | { readonly type: 'connection.spent' }
  | { readonly type: 'stopped' }
  /** An effect failed; the engine has reported it. */
  | { readonly type: 'fault' };

export const DIRECTORY_CLIENT_EVENTS = [
  'started',
  'register.asked',
  'login.asked',
  'connection.lost',
  'connection.spent',
  'stopped',
  'fault',
] as const satisfies readonly DirectoryClientEvent['type'][];

/** `reregister`: the directory lost an account that we have; the same key asks for the same name again. */
export type Purpose = ProofPurpose | 'reregister';
export type ClientState = 'unconfigured' | 'offline' | 'connecting' | 'unregistered' | 'online';

export interface DirectoryClientContext {
  readonly registered: boolean;
  readonly hasToken: boolean;
  /** The token was made just now: when even that is refused, another one will not help. */
  readonly fresh: boolean;
  readonly purpose: Purpose;
  /** The account was made just now: when the login that follows fails all the same, making it again will not help. */
  readonly renewed: boolean;
  /** Tries that failed in a row. */
  readonly failures: number;
  /** The connection was lost when it stood: many devices may have lost it together. */
  readonly dropped: boolean;
  readonly code: ErrorCode | null;
}

/** `jitter`: 0…1. Half of the pause fixed, half jitter; after a common loss all of it is jitter. */
export function pauseMs({ failures, dropped }: Pick<DirectoryClientContext, 'failures' | 'dropped'>, jitter: number): number {
  if (dropped) return Math.round(DIRECTORY_SPREAD_MS * jitter);
  const ceiling = Math.min(DIRECTORY_BACKOFF_MS_MAX, DIRECTORY_BACKOFF_MS_MIN * 2 ** Math.min(failures, 16));
  return Math.round((ceiling * (1 + jitter)) / 2);
}

/** No account of our name, or one of another key: asking for it again tells which, and a person may have to choose another. */
const UNKNOWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ACCOUNT_UNKNOWN', 'LOGIN_FAILED']);
const FORGOTTEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['NAME_TAKEN', 'ALREADY_REGISTERED', 'DIRECTORY_CHANGED', 'NAME_INVALID']);
const REFUSED_TOKEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['TOKEN_EXPIRED', 'TOKEN_INVALID']);
const hasCode = (codes: ReadonlySet<ErrorCode>, code: ErrorCode | null): boolean => code !== null && codes.has(code);
const failed = ({ event }: { readonly event: { readonly error: unknown } }): { readonly code: ErrorCode } => ({ code: SansfilError.from(event.error).code });

/** Said when a person or the start is behind it: a device that tries again by itself stays offline until it is through. */
const TELL_CONNECTING = { type: 'announce', params: { state: 'connecting', code: null } } as const;

export const directoryClientMachine = setup({
  types: { context: {} as DirectoryClientContext, events: {} as DirectoryClientEvent },
  actions: {
    /** How things stand, for facts and for those who wait. */
    announce: (_, params: { readonly state: ClientState; readonly code: ErrorCode | null }) => notProvided(`announce ${params.state}`)(),
    /** Ends the connection that was only for logging in. */
    hangUp: notProvided('hangUp'),
    /** The connection stands: tell presence, ask for friends. */
    enter: notProvided('enter'),
    leave: notProvided('leave'),
    noteStart: assign((_, { registered }: { readonly registered: boolean }) => ({ registered })),
    noteFailure: assign(({ context }, { code }: { readonly code: ErrorCode }) => ({ code, failures: context.failures + 1, dropped: false })),
    noteLoss: assign((_, { code }: { readonly code: ErrorCode }) => ({ code, failures: 0, dropped: true })),
    noteEntry: assign({ failures: 0, dropped: false, fresh: false, renewed: false, code: null }),
    noteToken: assign({ hasToken: true, fresh: true }),
    /** It waits with us: it may be too old when it is shown again. */
    ageToken: assign({ fresh: false }),
    forgetToken: assign({ hasToken: false, fresh: false, renewed: false }),
    noteRegistered: assign({ registered: true, renewed: true, purpose: 'login' as const }),
    toLogin: assign({ purpose: 'login' as const }),
    toRegister: assign({ purpose: 'register' as const, failures: 0, hasToken: false, fresh: false, code: null }),
    toReregister: assign({ purpose: 'reregister' as const }),
  },
  actors: {
    /** A connection without a name. */
    greet: fromPromise<void>(notProvided('greet')),
    askChallenge: fromPromise<void, { readonly purpose: Purpose }>(notProvided('askChallenge')),
    /** Signs and sends; what comes back the engine keeps: the account or the token. */
    prove: fromPromise<void, { readonly purpose: Purpose }>(notProvided('prove')),
    /** A connection with the token, and with the will that says we are gone. */
    connect: fromPromise<void>(notProvided('connect')),
  },
  guards: {
    isUnconfigured: (_, { configured }: { readonly configured: boolean }) => !configured,
    isRegistered: ({ context }) => context.registered,
    hasToken: ({ context }) => context.hasToken,
    isRegistering: ({ context }) => context.purpose !== 'login',
    wasAsked: ({ context }) => context.purpose === 'register',
    isUnknownAccount: ({ context }) => context.purpose === 'login' && !context.renewed && hasCode(UNKNOWN, context.code),
    isForgotten: ({ context }) => hasCode(FORGOTTEN, context.code),
    isOldToken: ({ context }) => !context.fresh && hasCode(REFUSED_TOKEN, context.code),
    isRetryable: ({ context }) => context.code !== null && ERRORS[context.code].retryable,
  },
  delays: { BACKOFF: ({ context }) => pauseMs(context, 1), REFUSED_PAUSE: DIRECTORY_REFUSED_MS },
}).createMachine({
  id: 'directoryClient',
  context: { registered: false, hasToken: false, fresh: false, purpose: 'login', renewed: false, failures: 0, dropped: false, code: null },
  initial: 'idle',
  output: { mood: 'happy' as const, code: null },
  on: {
    started: {},
    'register.asked': {},
    'login.asked': {},
    'connection.lost': {},
    'connection.spent': {},
    stopped: { target: '.stopped' },
    fault: {},
  },
  states: {
    idle: {
      on: {
        started: [
          { guard: { type: 'isUnconfigured', params: ({ event }) => event }, target: 'unconfigured' },
          { target: 'starting', actions: { type: 'noteStart', params: ({ event }) => event } },
        ],
      },
    },
    unconfigured: { entry: { type: 'announce', params: { state: 'unconfigured', code: null } } },
    /** Left at once. */
    starting: { always: [{ guard: 'isRegistered', target: 'trying', actions: TELL_CONNECTING }, { target: 'unregistered' }] },
    unregistered: {
      entry: ['hangUp', { type: 'announce', params: ({ context }) => ({ state: 'unregistered', code: context.code }) }],
      on: {
        'register.asked': { target: 'trying', actions: ['toRegister', TELL_CONNECTING] },
        'login.asked': { guard: 'isRegistered', target: 'trying', actions: TELL_CONNECTING },
      },
    },
    /** Left at once. */
    trying: { always: [{ guard: 'hasToken', target: 'reconnecting' }, { target: 'connecting' }] },
    connecting: {
      invoke: {
        id: 'greet',
        src: 'greet',
        onDone: { target: 'challenged' },
        onError: { target: 'judging', actions: { type: 'noteFailure', params: failed } },
      },
    },
    challenged: {
      invoke: {
        id: 'askChallenge',
        src: 'askChallenge',
        input: ({ context }) => ({ purpose: context.purpose }),
        onDone: { target: 'proving' },
        onError: { target: 'judging', actions: { type: 'noteFailure', params: failed } },
      },
    },
    proving: {
      invoke: {
        id: 'prove',
        src: 'prove',
        input: ({ context }) => ({ purpose: context.purpose }),
        onDone: [
          { guard: 'isRegistering', target: 'challenged', actions: 'noteRegistered' },
          { target: 'reconnecting', actions: 'noteToken' },
        ],
        onError: { target: 'judging', actions: { type: 'noteFailure', params: failed } },
      },
    },
    reconnecting: {
      entry: 'hangUp',
      invoke: {
        id: 'connect',
        src: 'connect',
        onDone: { target: 'online', actions: 'noteEntry' },
        onError: { target: 'judging', actions: { type: 'noteFailure', params: failed } },
      },
    },
    /** Left at once: what a failure means. */
    judging: {
      entry: 'hangUp',
      always: [
        { guard: 'wasAsked', target: 'unregistered', actions: 'toLogin' },
        { guard: 'isOldToken', target: 'connecting', actions: 'forgetToken' },
        { guard: 'isUnknownAccount', target: 'connecting', actions: 'toReregister' },
        { guard: 'isForgotten', target: 'unregistered', actions: 'toLogin' },
        { guard: 'isRetryable', target: 'waiting', actions: 'ageToken' },
        { target: 'refused' },
      ],
    },
    online: {
      entry: [{ type: 'announce', params: { state: 'online', code: null } }, 'enter'],
      exit: 'leave',
      on: {
        'connection.lost': { target: 'waiting', actions: { type: 'noteLoss', params: ({ event }) => event } },
        'connection.spent': { target: 'reconnecting' },
      },
    },
    waiting: {
      entry: { type: 'announce', params: ({ context }) => ({ state: 'offline', code: context.code }) },
      on: { 'login.asked': { target: 'trying', actions: TELL_CONNECTING } },
      after: { BACKOFF: { target: 'trying' } },
    },
    refused: {
      entry: ['forgetToken', { type: 'announce', params: ({ context }) => ({ state: 'offline', code: context.code }) }],
      on: { 'login.asked': { target: 'trying', actions: TELL_CONNECTING } },
      after: { REFUSED_PAUSE: { target: 'trying' } },
    },
    stopped: { type: 'final', entry: 'hangUp' },
  },
});
