import { assign, setup } from 'xstate';
import type { ErrorCode } from '../../base/errors.js';
import { CHUNK_CORRUPT_MAX } from '../../base/limits.js';
import type { CancelReason } from '../../protocol/frames.js';
import { notProvided } from '../effects.js';
import { transferMood, type TransferEnd, type TransferOutput } from './sender.machine.js';

/*
 * One transfer as its receiver sees it: a person is asked, then chunks are gathered over as many sessions as it takes.
 * Nothing is written before the person agreed. Each of the two may hold it (PROTOCOL [P-6.11]); who does stands in its
 * record. `ready` of an event: the offer was made in the session that is open now, nobody holds the transfer, and the
 * sender has stopped what it was told to send before. Bytes are the pump's business.
 */

export type ReceiverEvent =
  | { readonly type: 'session.opened' }
  | { readonly type: 'session.closed' }
  /** The sender offers in this session; it repeats the offer in every new one. */
  | { readonly type: 'record.offer'; readonly ready: boolean }
  /** It does not hold the transfer any more. */
  | { readonly type: 'record.resume'; readonly ready: boolean }
  /** Nothing more comes of what it was told to send. */
  | { readonly type: 'record.stopped'; readonly ready: boolean }
  | { readonly type: 'record.cancel'; readonly end: TransferEnd; readonly code: ErrorCode }
  /** A person agreed, and there is room. */
  | { readonly type: 'transfer.accept'; readonly ready: boolean }
  | { readonly type: 'transfer.decline' }
  /** The person here holds it from now on. `asked`: the sender was told to send, and has not said that it stopped. */
  | { readonly type: 'transfer.pause'; readonly asked: boolean }
  /** The person here does not hold it any more. */
  | { readonly type: 'transfer.resume'; readonly ready: boolean }
  | { readonly type: 'transfer.cancel' }
  /** Every item has its final name, and the store knows it. */
  | { readonly type: 'items.completed' }
  | { readonly type: 'chunk.corrupt' }
  /** The disk is full, or did not take something this time. */
  | { readonly type: 'disk.failed'; readonly code: ErrorCode }
  /** It takes something again, and there is room. */
  | { readonly type: 'disk.works'; readonly ready: boolean }
  /** `reason`: what the sender is told. */
  | { readonly type: 'fault'; readonly code: ErrorCode; readonly reason: CancelReason };

export const RECEIVER_EVENTS = [
  'session.opened',
  'session.closed',
  'record.offer',
  'record.resume',
  'record.stopped',
  'record.cancel',
  'transfer.accept',
  'transfer.decline',
  'transfer.pause',
  'transfer.resume',
  'transfer.cancel',
  'items.completed',
  'chunk.corrupt',
  'disk.failed',
  'disk.works',
  'fault',
] as const satisfies readonly ReceiverEvent['type'][];

export interface ReceiverContext {
  readonly accepted: boolean;
  readonly corrupt: number;
  readonly code: ErrorCode | null;
}

const ends = (code: ErrorCode, reason: CancelReason) =>
  [
    { type: 'sendCancel', params: { reason } },
    { type: 'noteCode', params: { code } },
  ] as const;

/** After these the transfer goes on some time: what has arrived is kept. */
const KEEPING: ReadonlySet<string> = new Set<ReceiverEvent['type']>(['session.closed', 'record.stopped', 'transfer.pause']);

export const receiverMachine = setup({
  types: {
    context: {} as ReceiverContext,
    events: {} as ReceiverEvent,
    /** `accepted`: a person agreed in an earlier run. */
    input: {} as { readonly accepted: boolean },
    output: {} as TransferOutput,
  },
  actions: {
    /** Tells the sender in a new session whether the person here holds it; it says when there is nothing any more. */
    sayStanding: notProvided('sayStanding'),
    /** Tells the sender that the person here holds it, or does not. */
    sayHeld: notProvided('sayHeld'),
    sayFree: notProvided('sayFree'),
    sendCancel: (_, params: { readonly reason: CancelReason }) => notProvided(`sendCancel ${params.reason}`)(),
    /** Tells the sender what is held and takes the rest; the transfer is active from here on. */
    startPump: notProvided('startPump'),
    /** `keep`: what has arrived whole is made safe; else it is not wanted any more, or not to be trusted. */
    stopPump: (_, params: { readonly keep: boolean }) => notProvided(`stopPump ${String(params.keep)}`)(),
    /** Accepted, but nothing can come now. */
    pause: notProvided('pause'),
    /** The session is gone in the middle of it: the transfer is paused. */
    interrupt: (_, params: { readonly code: ErrorCode }) => notProvided(`interrupt ${params.code}`)(),
    /** Somebody changed bytes on the way: this session cannot be trusted to carry them. */
    endSession: notProvided('endSession'),
    /** Only another session can begin anew, if the sender was told to send in this one. */
    startOver: (_, params: { readonly code: ErrorCode }) => notProvided(`startOver ${params.code}`)(),
    /** Looks at the disk now and then, and says when it works. */
    awaitDisk: notProvided('awaitDisk'),
    leaveDisk: notProvided('leaveDisk'),
    conclude: (_, params: { readonly state: 'done' | TransferEnd; readonly code: ErrorCode | null }) => notProvided(`conclude ${params.state}`)(),
    noteCorrupt: assign(({ context }) => ({ corrupt: context.corrupt + 1 })),
    noteCode: assign((_, { code }: { readonly code: ErrorCode }) => ({ code })),
  },
  guards: {
    wasAccepted: ({ context }) => context.accepted,
    isReady: ({ event }) => 'ready' in event && event.ready,
    isAsked: ({ event }) => event.type === 'transfer.pause' && event.asked,
    mayTryAgain: ({ context }) => context.corrupt < CHUNK_CORRUPT_MAX,
    isDecline: ({ event }) => event.type === 'record.cancel' && event.end === 'declined',
    isCancel: ({ event }) => event.type === 'record.cancel' && event.end === 'cancelled',
  },
}).createMachine({
  id: 'receiver',
  context: ({ input }) => ({ accepted: input.accepted, corrupt: 0, code: null }),
  initial: 'starting',
  on: {
    'session.opened': {},
    'session.closed': {},
    'record.offer': {},
    'record.resume': {},
    'record.stopped': {},
    'record.cancel': [
      { guard: 'isDecline', target: '.declined', actions: { type: 'noteCode', params: ({ event }) => event } },
      { guard: 'isCancel', target: '.cancelled', actions: { type: 'noteCode', params: ({ event }) => event } },
      { target: '.failed', actions: { type: 'noteCode', params: ({ event }) => event } },
    ],
    'transfer.accept': {},
    'transfer.decline': {},
    'transfer.pause': { actions: 'sayHeld' },
    'transfer.resume': { actions: 'sayFree' },
    'transfer.cancel': { target: '.cancelled', actions: ends('TRANSFER_CANCELLED', 'cancelled') },
    'items.completed': {},
    'chunk.corrupt': {},
    'disk.failed': {},
    'disk.works': {},
    fault: {
      target: '.failed',
      actions: [
        { type: 'sendCancel', params: ({ event }) => event },
        { type: 'noteCode', params: ({ event }) => event },
      ],
    },
  },
  states: {
    /** Left at once. */
    starting: {
      always: [{ guard: 'wasAccepted', target: 'waiting' }, { target: 'asking' }],
    },
    /** A person decides; nothing is stored but the offer. */
    asking: {
      on: {
        // The sender may have ended it while there was no session, and then nobody would ever say so.
        'session.opened': { actions: 'sayStanding' },
        'transfer.accept': [
          { guard: 'isReady', target: 'receiving' },
          // A sender for whom it is over does not offer: asked, it says so.
          { target: 'waiting', actions: ['pause', 'sayStanding'] },
        ],
        'transfer.decline': { target: 'declined', actions: ends('TRANSFER_DECLINED', 'declined') },
      },
    },
    /**
     * Accepted; the sender is not here, or has not repeated its offer yet, or somebody holds the transfer. The last item
     * may just have been finished.
     */
    waiting: {
      on: {
        'session.opened': { actions: 'sayStanding' },
        'record.offer': [{ guard: 'isReady', target: 'receiving' }, {}],
        'record.resume': [{ guard: 'isReady', target: 'receiving' }, {}],
        'transfer.resume': [{ guard: 'isReady', target: 'receiving', actions: 'sayFree' }, { actions: 'sayFree' }],
        'items.completed': { target: 'done' },
      },
    },
    /** What was on its way when somebody took hold of it still comes, until the sender says that it has stopped. */
    receiving: {
      entry: 'startPump',
      exit: { type: 'stopPump', params: ({ event }) => ({ keep: KEEPING.has(event.type) }) },
      on: {
        'transfer.pause': [
          { guard: 'isAsked', actions: 'sayHeld' },
          { target: 'waiting', actions: 'sayHeld' },
        ],
        'record.stopped': [{ guard: 'isReady', target: 'receiving', reenter: true }, { target: 'waiting' }],
        'session.closed': { target: 'waiting', actions: { type: 'interrupt', params: { code: 'LINK_CLOSED' } } },
        'items.completed': { target: 'done' },
        'chunk.corrupt': [
          { guard: 'mayTryAgain', target: 'waiting', actions: ['noteCorrupt', { type: 'interrupt', params: { code: 'CHUNK_CORRUPT' } }, 'endSession'] },
          { target: 'failed', actions: ends('CHUNK_CORRUPT', 'corrupt') },
        ],
        'disk.failed': {
          target: 'resting',
          actions: [
            { type: 'interrupt', params: ({ event: { code } }) => ({ code }) },
            { type: 'startOver', params: ({ event: { code } }) => ({ code }) },
          ],
        },
      },
    },
    /** The disk does not work: the transfer is paused until it does. */
    resting: {
      entry: 'awaitDisk',
      exit: 'leaveDisk',
      on: {
        'session.opened': { actions: 'sayStanding' },
        'disk.works': [{ guard: 'isReady', target: 'receiving' }, { target: 'waiting' }],
        'items.completed': { target: 'done' },
      },
    },
    done: { type: 'final', entry: { type: 'conclude', params: { state: 'done', code: null } } },
    declined: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'declined', code: context.code }) } },
    cancelled: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'cancelled', code: context.code }) } },
    failed: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'failed', code: context.code }) } },
  },
  output: ({ context }) => ({ mood: transferMood(context.code), code: context.code }),
});
