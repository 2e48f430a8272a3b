import { assign, setup } from 'xstate';
import type { ErrorCode } from '../../base/errors.js';
import { CHUNK_CORRUPT_MAX } from '../../base/limits.js';
import type { CancelReason } from '../../protocol/frames.js';
import { notProvided } from '../effects.js';
import { transferMood, type TransferEnd, type TransferOutput } from './sender.machine.js';

/*
 * One transfer as its receiver sees it: a person is asked, then chunks are gathered over as many sessions as it takes.
 * Nothing is written before the person agreed. Bytes are the pump's business.
 */

export type ReceiverEvent =
  | { readonly type: 'session.opened' }
  | { readonly type: 'session.closed' }
  /** The sender offers in this session; it repeats the offer in every new one. */
  | { readonly type: 'record.offer' }
  | { readonly type: 'record.cancel'; readonly end: TransferEnd; readonly code: ErrorCode }
  /** A person agreed, and there is room. `offered`: the offer was made in the session that is open now. */
  | { readonly type: 'transfer.accept'; readonly offered: boolean }
  | { readonly type: 'transfer.decline' }
  | { readonly type: 'transfer.cancel' }
  /** Every item has its final name, and the store knows it. */
  | { readonly type: 'items.completed' }
  | { readonly type: 'chunk.corrupt' }
  /** The disk is full, or did not take something this time. */
  | { readonly type: 'disk.failed'; readonly code: ErrorCode }
  /** It takes something again, and there is room. `offered`: as above. */
  | { readonly type: 'disk.works'; readonly offered: boolean }
  /** `reason`: what the sender is told. */
  | { readonly type: 'fault'; readonly code: ErrorCode; readonly reason: CancelReason };

export const RECEIVER_EVENTS = [
  'session.opened',
  'session.closed',
  'record.offer',
  'record.cancel',
  'transfer.accept',
  'transfer.decline',
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

export const receiverMachine = setup({
  types: {
    context: {} as ReceiverContext,
    events: {} as ReceiverEvent,
    /** `accepted`: a person agreed in an earlier run. */
    input: {} as { readonly accepted: boolean },
    output: {} as TransferOutput,
  },
  actions: {
    /** Asks the sender to go on: it repeats its offer, or says that there is nothing any more. */
    sendResume: notProvided('sendResume'),
    sendCancel: (_, params: { readonly reason: CancelReason }) => notProvided(`sendCancel ${params.reason}`)(),
    /** Tells the sender what is held and takes the rest; the transfer is active from here on. */
    startPump: notProvided('startPump'),
    stopPump: notProvided('stopPump'),
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
    isOffered: ({ event }) => (event.type === 'transfer.accept' || event.type === 'disk.works') && event.offered,
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
    'record.cancel': [
      { guard: 'isDecline', target: '.declined', actions: { type: 'noteCode', params: ({ event }) => event } },
      { guard: 'isCancel', target: '.cancelled', actions: { type: 'noteCode', params: ({ event }) => event } },
      { target: '.failed', actions: { type: 'noteCode', params: ({ event }) => event } },
    ],
    'transfer.accept': {},
    'transfer.decline': {},
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
        'session.opened': { actions: 'sendResume' },
        'transfer.accept': [
          { guard: 'isOffered', target: 'receiving' },
          // A sender for whom it is over does not offer: asked, it says so.
          { target: 'waiting', actions: ['pause', 'sendResume'] },
        ],
        'transfer.decline': { target: 'declined', actions: ends('TRANSFER_DECLINED', 'declined') },
      },
    },
    /** Accepted; the sender is not here, or has not repeated its offer yet. The last item may just have been finished. */
    waiting: {
      on: { 'session.opened': { actions: 'sendResume' }, 'record.offer': { target: 'receiving' }, 'items.completed': { target: 'done' } },
    },
    receiving: {
      entry: 'startPump',
      exit: 'stopPump',
      on: {
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
        'session.opened': { actions: 'sendResume' },
        'disk.works': [{ guard: 'isOffered', target: 'receiving' }, { target: 'waiting' }],
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
