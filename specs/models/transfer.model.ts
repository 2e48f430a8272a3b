import { and, assign, not, setup } from 'xstate';

/*
 * What may happen to files that one device offers another, and how both must stand afterwards. Chunks, credit and
 * records are the engine's business; here a transfer is offered, under way, waiting or over, with or without a link.
 */

export type TransferModelEvent =
  | { readonly type: 'offer' }
  | { readonly type: 'accept' }
  | { readonly type: 'decline' }
  | { readonly type: 'sender cancels' }
  | { readonly type: 'receiver cancels' }
  | { readonly type: 'sender pauses' }
  | { readonly type: 'sender resumes' }
  | { readonly type: 'receiver pauses' }
  | { readonly type: 'receiver resumes' }
  | { readonly type: 'link breaks' }
  | { readonly type: 'link comes' }
  /** The process ends without a word and another one starts on the same disk. */
  | { readonly type: 'sender crashes' }
  | { readonly type: 'receiver crashes' }
  | { readonly type: 'source changes' }
  | { readonly type: 'disk fills' }
  | { readonly type: 'disk has room' }
  /** Time enough for everything that is under way. */
  | { readonly type: 'finish' };

export interface TransferModelContext {
  readonly link: boolean;
  readonly changed: boolean;
  readonly full: boolean;
  readonly heldBySender: boolean;
  readonly heldByReceiver: boolean;
}

const LINK = {
  'link breaks': { guard: 'isLinked', actions: 'cut' },
  'link comes': { guard: 'isApart', actions: 'connect' },
} as const;

export const transferModel = setup({
  types: { context: {} as TransferModelContext, events: {} as TransferModelEvent },
  guards: {
    isLinked: ({ context }) => context.link,
    isApart: ({ context }) => !context.link,
    isDoomed: ({ context }) => context.changed,
    isSound: ({ context }) => !context.changed && !context.full,
    isFull: ({ context }) => context.full,
    hasRoom: ({ context }) => !context.full,
    isHeldBySender: ({ context }) => context.heldBySender,
    isHeldByReceiver: ({ context }) => context.heldByReceiver,
    isHeldByOne: ({ context }) => context.heldBySender !== context.heldByReceiver,
    isHeldByOneApart: ({ context }) => context.heldBySender !== context.heldByReceiver && !context.link,
  },
  actions: {
    cut: assign({ link: false }),
    connect: assign({ link: true }),
    change: assign({ changed: true }),
    fill: assign({ full: true }),
    free: assign({ full: false }),
    senderHolds: assign({ heldBySender: true }),
    receiverHolds: assign({ heldByReceiver: true }),
    senderLetsGo: assign({ heldBySender: false }),
    receiverLetsGo: assign({ heldByReceiver: false }),
  },
}).createMachine({
  id: 'transfer model',
  context: { link: true, changed: false, full: false, heldBySender: false, heldByReceiver: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ...LINK,
        offer: [{ guard: 'isLinked', target: 'asked' }, { target: 'unheard' }],
      },
    },
    /** Offered, and the receiver has not heard of it. */
    unheard: {
      on: {
        'link comes': { target: 'asked', actions: 'connect' },
        'sender cancels': { target: 'gone' },
        'sender crashes': {},
        'receiver crashes': {},
      },
    },
    /** A person decides. */
    asked: {
      on: {
        ...LINK,
        accept: [{ guard: 'isFull' }, { guard: 'isApart', target: 'promised' }, { target: 'running' }],
        decline: [{ guard: 'isApart', target: 'over at the receiver' }, { target: 'declined' }],
        'sender cancels': [{ guard: 'isApart', target: 'over at the sender' }, { target: 'cancelled' }],
        'receiver cancels': [{ guard: 'isApart', target: 'over at the receiver' }, { target: 'cancelled' }],
        'sender crashes': { actions: 'cut' },
        'receiver crashes': { actions: 'cut' },
        'disk fills': { guard: 'hasRoom', actions: 'fill' },
        'disk has room': { guard: 'isFull', actions: 'free' },
      },
    },
    /** Accepted, and the sender has not heard of it. */
    promised: {
      on: {
        'link comes': { target: 'running', actions: 'connect' },
        'sender cancels': { target: 'over at the sender' },
        'receiver cancels': { target: 'over at the receiver' },
        'sender crashes': {},
        'receiver crashes': {},
      },
    },
    /** Under way, in the middle of it. What must fail sooner or later may only be waited for, or be mended in time. */
    running: {
      on: {
        finish: [{ guard: 'isDoomed', target: 'failed' }, { guard: 'isFull', target: 'waiting', actions: 'cut' }, { target: 'done' }],
        'sender cancels': { guard: 'isSound', target: 'cancelled' },
        'receiver cancels': { guard: 'isSound', target: 'cancelled' },
        'sender pauses': { guard: 'isSound', target: 'held', actions: 'senderHolds' },
        'receiver pauses': { guard: 'isSound', target: 'held', actions: 'receiverHolds' },
        'link breaks': { guard: 'isSound', target: 'waiting', actions: 'cut' },
        'sender crashes': { guard: 'isSound', target: 'waiting', actions: 'cut' },
        'receiver crashes': { guard: 'isSound', target: 'waiting', actions: 'cut' },
        'source changes': { guard: 'isSound', actions: 'change' },
        'disk fills': { guard: 'isSound', actions: 'fill' },
        'disk has room': { guard: 'isFull', actions: 'free' },
      },
    },
    /** Begun, and there is no link. */
    waiting: {
      on: {
        'link comes': [
          { guard: 'isDoomed', target: 'failed', actions: 'connect' },
          { guard: 'isFull', target: 'halted', actions: 'connect' },
          { target: 'running', actions: 'connect' },
        ],
        'sender cancels': { target: 'over at the sender' },
        'receiver cancels': { target: 'over at the receiver' },
        'sender pauses': { guard: 'isSound', target: 'held', actions: 'senderHolds' },
        'receiver pauses': { guard: 'isSound', target: 'held', actions: 'receiverHolds' },
        'sender crashes': {},
        'receiver crashes': {},
        'source changes': { guard: 'isSound', actions: 'change' },
        'disk has room': { guard: 'isFull', actions: 'free' },
      },
    },
    /** Begun, and paused by one of the two persons, or both. It stays so until both have let go. */
    held: {
      on: {
        ...LINK,
        'sender pauses': { guard: not('isHeldBySender'), actions: 'senderHolds' },
        'receiver pauses': { guard: not('isHeldByReceiver'), actions: 'receiverHolds' },
        'sender resumes': [
          { guard: and(['isHeldBySender', 'isHeldByOneApart']), target: 'waiting', actions: 'senderLetsGo' },
          { guard: and(['isHeldBySender', 'isHeldByOne']), target: 'running', actions: 'senderLetsGo' },
          { guard: 'isHeldBySender', actions: 'senderLetsGo' },
        ],
        'receiver resumes': [
          { guard: and(['isHeldByReceiver', 'isHeldByOneApart']), target: 'waiting', actions: 'receiverLetsGo' },
          { guard: and(['isHeldByReceiver', 'isHeldByOne']), target: 'running', actions: 'receiverLetsGo' },
          { guard: 'isHeldByReceiver', actions: 'receiverLetsGo' },
        ],
        'sender cancels': [{ guard: 'isApart', target: 'over at the sender' }, { target: 'cancelled' }],
        'receiver cancels': [{ guard: 'isApart', target: 'over at the receiver' }, { target: 'cancelled' }],
        'sender crashes': { actions: 'cut' },
        'receiver crashes': { actions: 'cut' },
      },
    },
    /** The sender offers to go on, and the receiver has no room. */
    halted: {
      on: {
        'disk has room': { target: 'running', actions: 'free' },
        'link breaks': { target: 'waiting', actions: 'cut' },
        'sender crashes': { target: 'waiting', actions: 'cut' },
        'receiver crashes': { target: 'waiting', actions: 'cut' },
        'sender cancels': { target: 'cancelled' },
        'receiver cancels': { target: 'cancelled' },
      },
    },
    /** One side ended it, and could not tell the other yet. */
    'over at the sender': { on: { 'link comes': { target: 'cancelled', actions: 'connect' }, 'sender crashes': {}, 'receiver crashes': {} } },
    'over at the receiver': { on: { 'link comes': { target: 'refused', actions: 'connect' }, 'sender crashes': {}, 'receiver crashes': {} } },
    /** Cancelled before the receiver ever heard of it. */
    gone: { on: { ...LINK, 'sender crashes': { actions: 'cut' } } },
    declined: {},
    cancelled: {},
    /** Declined or cancelled by the receiver, and told later. */
    refused: {},
    failed: {},
    done: {},
  },
});
