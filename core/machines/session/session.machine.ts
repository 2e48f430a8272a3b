import { assign, setup } from 'xstate';
import { ERRORS, type ErrorCode } from '../../base/errors.js';
import { PING_IDLE_MS, RIVAL_MS_MAX, SESSION_AGE_HARD_MS_MAX, SESSION_AGE_MS_MAX, SESSION_CLOSE_MS_MAX, SESSION_SILENT_MS_MAX } from '../../base/limits.js';
import { moodOf, type Mood } from '../../base/moods.js';
import { closeReasonOf, codeOfClose } from '../../protocol/closeCodes.js';
import type { CloseReason } from '../../protocol/frames.js';
import { notProvided } from '../effects.js';

/*
 * One session from the last handshake frame to the end of its link, PROTOCOL [P-3.10]…[P-3.15]. Records of consumers pass
 * by; here are READY, PING, CLOSE, age, silence and every way to end.
 */

export type SessionEvent =
  | { readonly type: 'record.ready' }
  | { readonly type: 'record.ping' }
  | { readonly type: 'record.pong' }
  | { readonly type: 'record.close'; readonly reason: CloseReason }
  /** The peer broke the protocol, or tampered. */
  | { readonly type: 'record.refused'; readonly code: ErrorCode }
  /** Something arrived; told a few times a minute at most. */
  | { readonly type: 'link.heard' }
  | { readonly type: 'link.closed'; readonly code: ErrorCode }
  /** More waits to be sent than the peer will take in any time. */
  | { readonly type: 'link.overfull' }
  /** We do not read, so that the peer's silence means nothing. */
  | { readonly type: 'reading.paused' }
  | { readonly type: 'reading.resumed' }
  /** The answers to `arbitrate`: this is the session with that peer; or an older one is asked first whether it lives. */
  | { readonly type: 'rivalry.won' }
  | { readonly type: 'rivalry.contested' }
  | { readonly type: 'rivalry.lost' }
  /** As many records or bytes in one direction as a session should carry, and as it may. */
  | { readonly type: 'keys.spent' }
  | { readonly type: 'keys.exhausted' }
  | { readonly type: 'close.requested'; readonly mood: Mood; readonly code: ErrorCode | null }
  | { readonly type: 'fault'; readonly code: ErrorCode };

export const SESSION_EVENTS = [
  'record.ready',
  'record.ping',
  'record.pong',
  'record.close',
  'record.refused',
  'link.heard',
  'link.closed',
  'link.overfull',
  'reading.paused',
  'reading.resumed',
  'rivalry.won',
  'rivalry.contested',
  'rivalry.lost',
  'keys.spent',
  'keys.exhausted',
  'close.requested',
  'fault',
] as const satisfies readonly SessionEvent['type'][];

export interface SessionOutput {
  readonly mood: Mood;
  /** Null: done, nothing went wrong. */
  readonly code: ErrorCode | null;
}

interface SessionContext extends SessionOutput {
  /** What is left of the time for the handshake when the session begins. */
  readonly confirmMs: number;
  /** What the peer is told; null: nothing, because it told us, or because nothing of ours should go out any more. */
  readonly farewell: CloseReason | null;
  readonly linkGone: boolean;
}

type Ending = Partial<Pick<SessionContext, 'mood' | 'code' | 'farewell' | 'linkGone'>>;

/** What tampered gets no answer. */
const failing = (code: ErrorCode): Ending => ({ code, mood: moodOf(code), farewell: moodOf(code) === 'scary' ? null : closeReasonOf(code) });
const faulty = (code: ErrorCode): Ending => ({ code, mood: 'errory', farewell: ERRORS[code].blame === 'peer' ? 'protocol' : 'done' });
const because = (code: ErrorCode) => ({ type: 'note', params: failing(code) }) as const;

function farewellOf(reason: CloseReason): Ending {
  const code = codeOfClose(reason) ?? null;
  return { code, mood: code === null ? 'happy' : moodOf(code), farewell: null };
}

export const sessionMachine = setup({
  types: {
    context: {} as SessionContext,
    events: {} as SessionEvent,
    input: {} as { readonly confirmMs: number },
    output: {} as SessionOutput,
  },
  actions: {
    sendReady: notProvided('sendReady'),
    sendPing: notProvided('sendPing'),
    answerPing: notProvided('answerPing'),
    /** Is this the session with that peer? Answers with a `rivalry` event, now or when an older one was heard. */
    arbitrate: notProvided('arbitrate'),
    /** The older session did not show a sign of life: answers with `rivalry.won`. */
    claim: notProvided('claim'),
    /** Asks for a new session, if that is this side's part. */
    renew: notProvided('renew'),
    /** Tells everybody who used the session; says farewell if there is one; closes the link. */
    end: (_, params: SessionOutput & { readonly farewell: CloseReason | null }) => notProvided(`end ${params.mood}`)(),
    note: assign((_, ending: Ending) => ending),
  },
  delays: {
    CONFIRM_TIMEOUT: ({ context }) => context.confirmMs,
    RIVAL_TIMEOUT: RIVAL_MS_MAX,
    PING_DUE: PING_IDLE_MS,
    SILENT_TOO_LONG: SESSION_SILENT_MS_MAX - PING_IDLE_MS,
    AGED: SESSION_AGE_MS_MAX,
    EXPIRED: SESSION_AGE_HARD_MS_MAX - SESSION_AGE_MS_MAX,
    LINGER: SESSION_CLOSE_MS_MAX,
  },
}).createMachine({
  id: 'session',
  context: ({ input }) => ({ confirmMs: input.confirmMs, mood: 'happy', code: null, farewell: null, linkGone: false }),
  initial: 'confirming',
  on: {
    'record.ready': { target: '.ending', actions: because('FRAME_UNEXPECTED') },
    'record.ping': { target: '.ending', actions: because('FRAME_UNEXPECTED') },
    'record.pong': { target: '.ending', actions: because('FRAME_UNEXPECTED') },
    'record.close': { target: '.ending', actions: because('FRAME_UNEXPECTED') },
    'record.refused': { target: '.ending', actions: { type: 'note', params: ({ event }) => failing(event.code) } },
    'link.heard': {},
    // The end of the link without CLOSE is an abnormal end, whatever the transport calls it.
    'link.closed': { target: '.ending', actions: { type: 'note', params: ({ event }) => ({ ...failing(event.code), linkGone: true }) } },
    'link.overfull': { target: '.ending', actions: because('SEND_QUEUE_FULL') },
    'reading.paused': {},
    'reading.resumed': {},
    'rivalry.won': {},
    'rivalry.contested': {},
    'rivalry.lost': {},
    'keys.spent': {},
    'keys.exhausted': { target: '.ending', actions: because('SESSION_EXPIRED') },
    'close.requested': {
      target: '.ending',
      actions: { type: 'note', params: ({ event }) => ({ mood: event.mood, code: event.code, farewell: closeReasonOf(event.code ?? undefined) }) },
    },
    fault: { target: '.ending', actions: { type: 'note', params: ({ event }) => faulty(event.code) } },
  },
  states: {
    /** READY must be the first record of the peer; before it nothing counts as up. */
    confirming: {
      entry: 'sendReady',
      after: { CONFIRM_TIMEOUT: { target: 'ending', actions: because('HANDSHAKE_TIMEOUT') } },
      on: { 'record.ready': { target: 'confirmed' } },
    },
    confirmed: {
      entry: 'arbitrate',
      on: {
        'rivalry.won': { target: 'open' },
        'rivalry.contested': { target: 'contesting' },
        'rivalry.lost': { target: 'ending', actions: because('SESSION_DUPLICATE') },
      },
    },
    /** An older session that would stay was asked for a sign of life: a peer that restarted is not locked out by a dead one. */
    contesting: {
      after: { RIVAL_TIMEOUT: { actions: 'claim' } },
      on: {
        'rivalry.won': { target: 'open' },
        'rivalry.lost': { target: 'ending', actions: because('SESSION_DUPLICATE') },
      },
    },
    open: {
      type: 'parallel',
      on: {
        'record.ping': { actions: 'answerPing' },
        'record.pong': {},
        'record.close': { target: 'ending', actions: { type: 'note', params: ({ event }) => farewellOf(event.reason) } },
        'rivalry.lost': { target: 'ending', actions: because('SESSION_DUPLICATE') },
      },
      states: {
        liveness: {
          initial: 'lively',
          on: { 'link.heard': { target: '.lively' }, 'reading.paused': { target: '.deaf' } },
          states: {
            lively: { after: { PING_DUE: { target: 'asked' } } },
            asked: {
              entry: 'sendPing',
              after: { SILENT_TOO_LONG: { target: '#session.ending', actions: because('SESSION_IDLE') } },
            },
            /** Answers no PING, for it does not read them: says of its own accord that it lives. */
            deaf: {
              after: { PING_DUE: { target: 'deaf', reenter: true, actions: 'sendPing' } },
              on: { 'reading.resumed': { target: 'lively' }, 'link.heard': {}, 'reading.paused': {} },
            },
          },
        },
        lifetime: {
          initial: 'fresh',
          states: {
            fresh: { after: { AGED: { target: 'spent' } }, on: { 'keys.spent': { target: 'spent' } } },
            spent: {
              entry: 'renew',
              after: { EXPIRED: { target: '#session.ending', actions: because('SESSION_EXPIRED') } },
            },
          },
        },
      },
    },
    ending: {
      entry: { type: 'end', params: ({ context: { mood, code, farewell } }) => ({ mood, code, farewell }) },
      always: [{ guard: ({ context }) => context.linkGone, target: 'closed' }, { target: 'closing' }],
    },
    /** What was sent is being flushed; nothing that comes is listened to. */
    closing: {
      after: { LINGER: { target: 'closed' } },
      on: {
        'record.ready': {},
        'record.ping': {},
        'record.pong': {},
        'record.close': {},
        'record.refused': {},
        'link.closed': { target: 'closed' },
        'link.overfull': {},
        'keys.exhausted': {},
        'close.requested': {},
        fault: {},
      },
    },
    closed: { type: 'final' },
  },
  output: ({ context: { mood, code } }) => ({ mood, code }),
});
