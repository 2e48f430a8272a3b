import { assign, fromPromise, setup } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import { FIRST_FRAME_MS_MAX, HANDSHAKE_MS_MAX } from '../../base/limits.js';
import { moodOf } from '../../base/moods.js';
import { notProvided } from '../effects.js';
import type { HandshakeOutput } from './initiator.machine.js';

/*
 * The side that is called, PROTOCOL [P-3]: HELLO in, perhaps RETRY out, frame 2 out, frame 3 in, verify, and only then
 * the question whether the caller is welcome. A caller who is not hears nothing but the end of the link.
 */

export type ResponderEvent =
  /** A well-formed HELLO; what to do with it was decided by suite, cookie and flood limits. */
  | { readonly type: 'frame.hello'; readonly verdict: 'answer' | 'retry' }
  /** A frame as long as frame 3; the engine holds its bytes. */
  | { readonly type: 'frame.third' }
  /** The caller gives up, or somebody says so: the end of the link will tell. */
  | { readonly type: 'frame.error' }
  /** Nothing of the handshake, more frames than it has, or a HELLO that is refused. */
  | { readonly type: 'frame.malformed'; readonly code: ErrorCode }
  | { readonly type: 'link.closed'; readonly code: ErrorCode }
  /** We stop, or make room for another caller. */
  | { readonly type: 'cancelled'; readonly code: ErrorCode }
  /** The session owns the link from here on. */
  | { readonly type: 'link.handedOver' }
  | { readonly type: 'fault'; readonly code: ErrorCode };

export const RESPONDER_EVENTS = [
  'frame.hello',
  'frame.third',
  'frame.error',
  'frame.malformed',
  'link.closed',
  'cancelled',
  'link.handedOver',
  'fault',
] as const satisfies readonly ResponderEvent['type'][];

interface ResponderContext {
  readonly code: ErrorCode | null;
}

/** What verifying frame 3 found out about a caller who is who he says. */
export interface Caller {
  readonly welcome: boolean;
}

const because = (code: ErrorCode) => ({ type: 'note', params: { code } }) as const;

export const responderMachine = setup({
  types: {
    context: {} as ResponderContext,
    events: {} as ResponderEvent,
    output: {} as HandshakeOutput,
  },
  actions: {
    sendRetry: notProvided('sendRetry'),
    sendSecond: notProvided('sendSecond'),
    /** Splits the keys, gives the link to the session, sends READY; then `link.handedOver`. */
    handOver: notProvided('handOver'),
    note: assign((_, { code }: { readonly code: ErrorCode }) => ({ code })),
  },
  actors: {
    /** Signs our identity payload for frame 2: the dear step, taken before the caller is known. */
    prove: fromPromise<void>(notProvided('prove')),
    /** Reads frame 3 and checks all of it; then asks the policy. */
    verifyThird: fromPromise<Caller>(notProvided('verifyThird')),
  },
  guards: {
    mayAnswer: (_, { verdict }: { readonly verdict: 'answer' | 'retry' }) => verdict === 'answer',
  },
  delays: { HANDSHAKE_TIMEOUT: HANDSHAKE_MS_MAX, FIRST_FRAME_TIMEOUT: FIRST_FRAME_MS_MAX },
}).createMachine({
  id: 'responder',
  context: { code: null },
  initial: 'awaitingHello',
  after: { HANDSHAKE_TIMEOUT: { target: '.failed', actions: because('HANDSHAKE_TIMEOUT') } },
  on: {
    'frame.hello': { target: '.failed', actions: because('FRAME_UNEXPECTED') },
    'frame.third': { target: '.failed', actions: because('FRAME_UNEXPECTED') },
    'frame.error': {},
    'frame.malformed': { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
    'link.closed': { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
    cancelled: { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
    'link.handedOver': {},
    fault: { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
  },
  states: {
    awaitingHello: {
      after: { FIRST_FRAME_TIMEOUT: { target: 'failed', actions: because('HANDSHAKE_TIMEOUT') } },
      on: {
        'frame.hello': [
          { guard: { type: 'mayAnswer', params: ({ event }) => ({ verdict: event.verdict }) }, target: 'proving' },
          { target: 'awaitingHelloAgain' },
        ],
      },
    },
    /** A second RETRY is never sent: a HELLO that still does not fit ends it. */
    awaitingHelloAgain: {
      entry: 'sendRetry',
      after: { FIRST_FRAME_TIMEOUT: { target: 'failed', actions: because('HANDSHAKE_TIMEOUT') } },
      on: {
        'frame.hello': [
          { guard: { type: 'mayAnswer', params: ({ event }) => ({ verdict: event.verdict }) }, target: 'proving' },
          { target: 'failed', actions: because('FRAME_UNEXPECTED') },
        ],
      },
    },
    proving: {
      invoke: {
        id: 'prove',
        src: 'prove',
        onDone: { target: 'awaitingThird' },
        onError: { target: 'failed', actions: { type: 'note', params: ({ event }) => ({ code: SansfilError.from(event.error).code }) } },
      },
    },
    awaitingThird: {
      entry: 'sendSecond',
      on: { 'frame.third': { target: 'verifying' } },
    },
    verifying: {
      invoke: {
        id: 'verifyThird',
        src: 'verifyThird',
        onDone: [
          { guard: ({ event }) => event.output.welcome, target: 'handingOver' },
          { target: 'failed', actions: because('PEER_NOT_ALLOWED') },
        ],
        onError: { target: 'failed', actions: { type: 'note', params: ({ event }) => ({ code: SansfilError.from(event.error).code }) } },
      },
    },
    handingOver: {
      entry: 'handOver',
      on: { 'link.handedOver': { target: 'established' } },
    },
    established: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { code } }) => ({ mood: code === null ? 'happy' : moodOf(code), code }),
});
