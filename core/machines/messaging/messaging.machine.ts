import { assign, fromPromise, setup } from 'xstate';
import { SansfilError, type ErrorCode } from '../../base/errors.js';
import type { MessageId } from '../../base/ids.js';
import { MESSAGES_IN_FLIGHT_MAX } from '../../base/limits.js';
import { notProvided } from '../effects.js';

/*
 * Sends the durable outbox of one peer over one open session: oldest first, a bounded number unacknowledged,
 * no faster than the link takes it. A new session starts from the oldest entry again, so nothing is ever skipped.
 * Texts and bytes stay in the engine; here are positions and ids only.
 */

/** The window of the outbox that follows the position `after`. */
export interface WindowAsk {
  readonly after: number;
  readonly limit: number;
}

export interface LoadedWindow {
  readonly ids: readonly MessageId[];
  /** Position of the last of them; that of the ask when there are none. */
  readonly position: number;
  /** As many as asked for: there may be more behind them. */
  readonly full: boolean;
}

export type MessagingEvent =
  | { readonly type: 'outbox.grew' }
  /** The link took the message; `full`: it takes no more before `link.drained`. */
  | { readonly type: 'record.taken'; readonly id: MessageId; readonly full: boolean }
  | { readonly type: 'link.drained' }
  /** The peer has these, and the store knows it. */
  | { readonly type: 'acks.committed'; readonly ids: readonly MessageId[] }
  | { readonly type: 'session.closed' };

export const MESSAGING_EVENTS = ['outbox.grew', 'record.taken', 'link.drained', 'acks.committed', 'session.closed'] as const;

export interface MessagingContext {
  readonly position: number;
  /** Loaded and not yet handed to the link, oldest first. */
  readonly ready: readonly MessageId[];
  /** Handed to the link and not acknowledged; with `ready` never more than MESSAGES_IN_FLIGHT_MAX. */
  readonly inFlight: readonly MessageId[];
  /** The outbox may hold more behind `position`. */
  readonly more: boolean;
  readonly code: ErrorCode | null;
}

/** `failed`: the store could not be read. */
export interface MessagingOutput {
  readonly mood: 'happy' | 'errory';
  readonly code: ErrorCode | null;
}

const without = (ids: readonly MessageId[], gone: readonly MessageId[]): readonly MessageId[] => {
  const set = new Set(gone);
  return ids.filter((id) => !set.has(id));
};

const room = ({ ready, inFlight }: MessagingContext): number => MESSAGES_IN_FLIGHT_MAX - ready.length - inFlight.length;

export const messagingMachine = setup({
  types: {
    context: {} as MessagingContext,
    events: {} as MessagingEvent,
    output: {} as MessagingOutput,
  },
  actions: {
    /** Seals and queues the message, then answers with `record.taken`. */
    transmit: (_, params: { readonly id: MessageId | undefined }) => notProvided(`transmit ${params.id}`)(),
    /** Everything there was is acknowledged. */
    outboxDrained: notProvided('outboxDrained'),
    noteGrowth: assign({ more: true }),
    noteAcks: assign(({ context, event }) =>
      event.type === 'acks.committed' ? { ready: without(context.ready, event.ids), inFlight: without(context.inFlight, event.ids) } : {},
    ),
    // An id that is not waiting to be sent was acknowledged in between: it is not in flight.
    noteTaken: assign(({ context, event }) =>
      event.type === 'record.taken' && context.ready.includes(event.id)
        ? { ready: without(context.ready, [event.id]), inFlight: [...context.inFlight, event.id] }
        : {},
    ),
  },
  actors: {
    loadWindow: fromPromise<LoadedWindow, WindowAsk>(notProvided('loadWindow')),
  },
  guards: {
    hasReady: ({ context }) => context.ready.length > 0,
    // Half a window at a time, so that a busy outbox is not read entry by entry.
    wantsMore: ({ context }) => context.more && room(context) >= MESSAGES_IN_FLIGHT_MAX / 2,
    isDrained: ({ context }) => !context.more && context.inFlight.length === 0,
    linkIsFull: ({ event }) => event.type === 'record.taken' && event.full,
  },
}).createMachine({
  id: 'messaging',
  context: { position: 0, ready: [], inFlight: [], more: true, code: null },
  initial: 'loading',
  on: {
    'outbox.grew': { actions: 'noteGrowth' },
    'acks.committed': { actions: 'noteAcks' },
    'record.taken': {},
    'link.drained': {},
    'session.closed': { target: '.closed' },
  },
  states: {
    /** Left at once: what is the next thing to do? */
    deciding: {
      always: [
        { guard: 'hasReady', target: 'sending' },
        { guard: 'wantsMore', target: 'loading' },
        { guard: 'isDrained', target: 'drained' },
        { target: 'awaitingAcks' },
      ],
    },
    loading: {
      entry: assign({ more: false }),
      invoke: {
        id: 'loadWindow',
        src: 'loadWindow',
        input: ({ context }) => ({ after: context.position, limit: room(context) }),
        onDone: {
          target: 'deciding',
          actions: assign(({ context, event }) => ({
            position: event.output.position,
            ready: [...context.ready, ...event.output.ids],
            more: context.more || event.output.full,
          })),
        },
        onError: {
          target: 'failed',
          actions: assign({ code: ({ event }) => SansfilError.from(event.error, 'STORE_FAILED').code }),
        },
      },
    },
    sending: {
      entry: { type: 'transmit', params: ({ context }) => ({ id: context.ready[0] }) },
      on: {
        'record.taken': [
          { guard: 'linkIsFull', target: 'blocked', actions: 'noteTaken' },
          { target: 'deciding', actions: 'noteTaken' },
        ],
      },
    },
    /** The link holds as much as it takes. */
    blocked: {
      on: { 'link.drained': { target: 'deciding' } },
    },
    awaitingAcks: {
      on: {
        'outbox.grew': { target: 'deciding', actions: 'noteGrowth' },
        'acks.committed': { target: 'deciding', actions: 'noteAcks' },
      },
    },
    drained: {
      entry: 'outboxDrained',
      on: { 'outbox.grew': { target: 'deciding', actions: 'noteGrowth' } },
    },
    closed: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context }) => ({ mood: context.code === null ? 'happy' : 'errory', code: context.code }),
});
