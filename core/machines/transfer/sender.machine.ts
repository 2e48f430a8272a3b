import { assign, setup } from 'xstate';
import type { ErrorCode } from '../../base/errors.js';
import type { Mood } from '../../base/moods.js';
import type { CancelReason } from '../../protocol/frames.js';
import { notProvided } from '../effects.js';

/*
 * One transfer as its sender sees it, from the offer to the receiver's word that everything is on its disk, across
 * sessions: what was offered stays offered, what was under way goes on. Each of the two may hold it (PROTOCOL [P-6.11]);
 * who does stands in its record. Bytes are the pump's business.
 */

export type SenderEvent =
  | { readonly type: 'session.opened' }
  | { readonly type: 'session.closed' }
  /** The receiver wants items, and told which chunks it has. `held`: by the person here. */
  | { readonly type: 'record.accept'; readonly held: boolean }
  /** The receiver holds it. */
  | { readonly type: 'record.pause' }
  | { readonly type: 'record.cancel'; readonly end: TransferEnd; readonly code: ErrorCode }
  /** The pump has sent everything that was wanted. */
  | { readonly type: 'items.sent' }
  /** The receiver has told of every item that it is complete and on its disk. */
  | { readonly type: 'items.confirmed' }
  /** The pump has stopped, and every chunk it announced is sent whole. */
  | { readonly type: 'pump.drained' }
  /** The person here holds it from now on, or no longer. */
  | { readonly type: 'transfer.pause' }
  | { readonly type: 'transfer.resume' }
  | { readonly type: 'transfer.cancel' }
  /** `reason`: what the receiver is told. */
  | { readonly type: 'fault'; readonly code: ErrorCode; readonly reason: CancelReason };

export const SENDER_EVENTS = [
  'session.opened',
  'session.closed',
  'record.accept',
  'record.pause',
  'record.cancel',
  'items.sent',
  'items.confirmed',
  'pump.drained',
  'transfer.pause',
  'transfer.resume',
  'transfer.cancel',
  'fault',
] as const satisfies readonly SenderEvent['type'][];

/** How a transfer ends other than done. */
export type TransferEnd = 'declined' | 'cancelled' | 'failed';

export interface TransferOutput {
  readonly mood: Mood;
  readonly code: ErrorCode | null;
}

export interface SenderContext {
  readonly accepted: boolean;
  readonly code: ErrorCode | null;
}

export const senderMachine = setup({
  types: {
    context: {} as SenderContext,
    events: {} as SenderEvent,
    /** `accepted`: the receiver accepted in an earlier run. */
    input: {} as { readonly accepted: boolean },
    output: {} as TransferOutput,
  },
  actions: {
    sendOffer: notProvided('sendOffer'),
    sendCancel: (_, params: { readonly reason: CancelReason }) => notProvided(`sendCancel ${params.reason}`)(),
    /** Sends what the last ACCEPT asked for, over the open session; the transfer is active from here on. */
    startPump: notProvided('startPump'),
    stopPump: notProvided('stopPump'),
    /** Says when what was announced is sent. */
    drainPump: notProvided('drainPump'),
    /** Tells the receiver that the person here holds it, or does not. */
    sayHeld: notProvided('sayHeld'),
    sayFree: notProvided('sayFree'),
    /** Tells the receiver that nothing more comes of what it accepted last. */
    sayStopped: notProvided('sayStopped'),
    /** Accepted, but nothing goes now. */
    pause: notProvided('pause'),
    /** The session is gone: the transfer is paused. */
    interrupt: (_, params: { readonly code: ErrorCode }) => notProvided(`interrupt ${params.code}`)(),
    conclude: (_, params: { readonly state: 'done' | TransferEnd; readonly code: ErrorCode | null }) => notProvided(`conclude ${params.state}`)(),
    noteAccepted: assign({ accepted: true }),
    noteCode: assign((_, { code }: { readonly code: ErrorCode }) => ({ code })),
  },
  guards: {
    wasAccepted: ({ context }) => context.accepted,
    isHeld: ({ event }) => event.type === 'record.accept' && event.held,
    isDecline: ({ event }) => event.type === 'record.cancel' && event.end === 'declined',
    isCancel: ({ event }) => event.type === 'record.cancel' && event.end === 'cancelled',
  },
}).createMachine({
  id: 'sender',
  context: ({ input }) => ({ accepted: input.accepted, code: null }),
  initial: 'starting',
  on: {
    'session.opened': { target: '.offering', actions: 'sendOffer' },
    'session.closed': {},
    'record.accept': {},
    'record.pause': {},
    'record.cancel': [
      { guard: 'isDecline', target: '.declined', actions: { type: 'noteCode', params: ({ event }) => event } },
      { guard: 'isCancel', target: '.cancelled', actions: { type: 'noteCode', params: ({ event }) => event } },
      { target: '.failed', actions: { type: 'noteCode', params: ({ event }) => event } },
    ],
    'items.sent': {},
    'items.confirmed': { target: '.done' },
    'pump.drained': {},
    'transfer.pause': {},
    'transfer.resume': {},
    'transfer.cancel': {
      target: '.cancelled',
      actions: [
        { type: 'sendCancel', params: { reason: 'cancelled' } },
        { type: 'noteCode', params: { code: 'TRANSFER_CANCELLED' } },
      ],
    },
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
      always: [{ guard: 'wasAccepted', target: 'interrupted' }, { target: 'away' }],
    },
    /** Nobody has accepted yet, and there is no session. */
    away: {},
    /** The offer stands; a person decides, or the receiver goes on where it was. */
    offering: {
      on: {
        'session.opened': {},
        'session.closed': [{ guard: 'wasAccepted', target: 'interrupted' }, { target: 'away' }],
        'record.accept': [
          { guard: 'isHeld', actions: ['noteAccepted', 'pause', 'sayStopped'] },
          { target: 'running', actions: 'noteAccepted' },
        ],
        'transfer.pause': { actions: 'sayHeld' },
        'transfer.resume': { actions: 'sayFree' },
      },
    },
    running: {
      entry: 'startPump',
      exit: 'stopPump',
      initial: 'sending',
      on: {
        'session.opened': {},
        'session.closed': { target: 'interrupted', actions: { type: 'interrupt', params: { code: 'LINK_CLOSED' } } },
        'record.pause': { target: 'stopping' },
        'transfer.pause': { target: 'stopping' },
      },
      states: {
        sending: { on: { 'items.sent': { target: 'confirming' } } },
        /** Everything is on its way; the receiver's word is missing. */
        confirming: {},
      },
    },
    /** Somebody holds it, or did: what was announced is still sent whole before the receiver hears that nothing more comes. */
    stopping: {
      entry: 'drainPump',
      on: { 'session.opened': {}, 'session.closed': { target: 'interrupted' }, 'pump.drained': { target: 'offering', actions: 'sayStopped' } },
    },
    /** Accepted and not complete, and there is no session. */
    interrupted: {},
    done: { type: 'final', entry: { type: 'conclude', params: { state: 'done', code: null } } },
    declined: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'declined', code: context.code }) } },
    cancelled: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'cancelled', code: context.code }) } },
    failed: { type: 'final', entry: { type: 'conclude', params: ({ context }) => ({ state: 'failed', code: context.code }) } },
  },
  output: ({ context }) => ({ mood: transferMood(context.code), code: context.code }),
});

export function transferMood(code: ErrorCode | null): Mood {
  if (code === null) return 'happy';
  if (code === 'TRANSFER_DECLINED' || code === 'TRANSFER_CANCELLED' || code === 'TRANSFER_LIMIT') return 'unwelcome';
  return code === 'CHUNK_CORRUPT' || code === 'FILE_HASH_MISMATCH' || code === 'FILE_NAME_UNSAFE' ? 'scary' : 'errory';
}
