import { assign, fromPromise, setup } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import { HANDSHAKE_MS_MAX } from '../../base/limits.js';
import { moodOf, type Mood } from '../../base/moods.js';
import { notProvided } from '../effects.js';

/*
 * The side that dials, PROTOCOL [P-3]: HELLO out, frame 2 in, verify, frame 3 out. Frames, keys and identities stay in
 * the engine; here is only which of them may come when, and what a failure is called.
 */

export type InitiatorEvent =
  /** A frame as long as frame 2; the engine holds its bytes. */
  | { readonly type: 'frame.second' }
  | { readonly type: 'frame.retry' }
  /** The clear ERROR frame: anybody may have sent it, so it explains an end but never causes one. */
  | { readonly type: 'frame.error'; readonly hint: ErrorCode }
  /** Nothing of the handshake, or more frames than it has. */
  | { readonly type: 'frame.malformed'; readonly code: ErrorCode }
  | { readonly type: 'link.closed'; readonly code: ErrorCode }
  /** Nobody wants the outcome any more. */
  | { readonly type: 'cancelled'; readonly code: ErrorCode }
  /** The session owns the link from here on. */
  | { readonly type: 'link.handedOver' }
  | { readonly type: 'fault'; readonly code: ErrorCode };

export const INITIATOR_EVENTS = [
  'frame.second',
  'frame.retry',
  'frame.error',
  'frame.malformed',
  'link.closed',
  'cancelled',
  'link.handedOver',
  'fault',
] as const satisfies readonly InitiatorEvent['type'][];

export interface HandshakeOutput {
  readonly mood: Mood;
  /** Null: the session took over. */
  readonly code: ErrorCode | null;
}

interface InitiatorContext {
  readonly code: ErrorCode | null;
  readonly hint: ErrorCode | null;
}

const because = (code: ErrorCode) => ({ type: 'note', params: { code } }) as const;

export const initiatorMachine = setup({
  types: {
    context: {} as InitiatorContext,
    events: {} as InitiatorEvent,
    output: {} as HandshakeOutput,
  },
  actions: {
    sendHello: notProvided('sendHello'),
    /** Another HELLO as the RETRY asks, with a fresh ephemeral key; a RETRY that does not add up is a fault. */
    sendHelloAgain: notProvided('sendHelloAgain'),
    /** Splits the keys, gives the link to the session, sends frame 3 and READY; then `link.handedOver`. */
    handOver: notProvided('handOver'),
    note: assign((_, { code }: { readonly code: ErrorCode }) => ({ code })),
    noteHint: assign((_, { hint }: { readonly hint: ErrorCode }) => ({ hint })),
  },
  actors: {
    /** Reads frame 2 and checks all of it, the suite included, before anything of ours is given away [P-3.9]. */
    verifySecond: fromPromise<void>(notProvided('verifySecond')),
    /** Signs our identity payload for frame 3. */
    prove: fromPromise<void>(notProvided('prove')),
  },
  delays: { HANDSHAKE_TIMEOUT: HANDSHAKE_MS_MAX },
}).createMachine({
  id: 'initiator',
  context: { code: null, hint: null },
  initial: 'awaitingSecond',
  after: { HANDSHAKE_TIMEOUT: { target: '.failed', actions: because('HANDSHAKE_TIMEOUT') } },
  on: {
    'frame.second': { target: '.failed', actions: because('FRAME_UNEXPECTED') },
    'frame.retry': { target: '.failed', actions: because('FRAME_UNEXPECTED') },
    'frame.error': { actions: { type: 'noteHint', params: ({ event }) => ({ hint: event.hint }) } },
    'frame.malformed': { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
    'link.closed': { target: '.failed', actions: { type: 'note', params: ({ context, event }) => ({ code: context.hint ?? event.code }) } },
    cancelled: { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
    'link.handedOver': {},
    fault: { target: '.failed', actions: { type: 'note', params: ({ event }) => ({ code: event.code }) } },
  },
  states: {
    awaitingSecond: {
      entry: 'sendHello',
      on: { 'frame.second': { target: 'verifying' }, 'frame.retry': { target: 'awaitingSecondAgain' } },
    },
    /** After the one RETRY there may be. */
    awaitingSecondAgain: {
      entry: 'sendHelloAgain',
      on: { 'frame.second': { target: 'verifying' } },
    },
    verifying: {
      invoke: {
        id: 'verifySecond',
        src: 'verifySecond',
        onDone: { target: 'proving' },
        onError: { target: 'failed', actions: { type: 'note', params: ({ event }) => ({ code: SansfilError.from(event.error).code }) } },
      },
    },
    proving: {
      invoke: {
        id: 'prove',
        src: 'prove',
        onDone: { target: 'handingOver' },
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
