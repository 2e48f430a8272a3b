import type { AnyEventObject } from 'xstate';
import { CHUNK_CORRUPT_MAX } from '../../core/base/limits.js';
import type { ErrorCode } from '../../core/base/errors.js';
import type { MessageId } from '../../core/base/ids.js';
import type { Candidates, DialerContext, DialerEvent } from '../../core/machines/dialer/dialer.machine.js';
import type { DirectoryClientContext, DirectoryClientEvent } from '../../core/machines/directoryClient/directoryClient.machine.js';
import type { InitiatorEvent } from '../../core/machines/handshake/initiator.machine.js';
import type { Caller, ResponderEvent } from '../../core/machines/handshake/responder.machine.js';
import type { LoadedWindow, MessagingContext, MessagingEvent } from '../../core/machines/messaging/messaging.machine.js';
import type { PresenceEvent } from '../../core/machines/presence/presence.machine.js';
import type { SessionEvent } from '../../core/machines/session/session.machine.js';
import type { ReceiverContext, ReceiverEvent } from '../../core/machines/transfer/receiver.machine.js';
import type { SenderEvent } from '../../core/machines/transfer/sender.machine.js';

/** What a machine may hear, with contents that take its guards both ways. Deadlines need no sample: the machine names them. */
export interface MachineSamples {
  readonly events: readonly AnyEventObject[];
  /** What each ask may answer, given the context it is asked in; nothing when it is not listed. */
  readonly answers?: Readonly<Record<string, (context: never) => readonly unknown[]>>;
  /** What any ask may fail with. */
  readonly failures?: readonly ErrorCode[];
  /** Counters go no further than this: a situation with more is one more of the same. */
  readonly isFar?: (context: never) => boolean;
}

const DIALER: readonly DialerEvent[] = [
  { type: 'wanted' },
  { type: 'unwanted' },
  { type: 'nudged' },
  { type: 'session.opened' },
  { type: 'session.lost', code: 'LINK_CLOSED', lasted: true, jitter: 0.5 },
  { type: 'session.lost', code: 'SESSION_IDLE', lasted: false, jitter: 0 },
  { type: 'session.spent' },
  { type: 'stopped' },
  { type: 'fault' },
];

const DIRECTORY_CLIENT: readonly DirectoryClientEvent[] = [
  { type: 'started', configured: false, registered: false },
  { type: 'started', configured: true, registered: false },
  { type: 'started', configured: true, registered: true },
  { type: 'register.asked' },
  { type: 'login.asked' },
  { type: 'connection.lost', code: 'LINK_CLOSED' },
  { type: 'connection.spent' },
  { type: 'stopped' },
  { type: 'fault' },
];

const INITIATOR: readonly InitiatorEvent[] = [
  { type: 'frame.second' },
  { type: 'frame.retry' },
  { type: 'frame.error', hint: 'SUITE_UNSUPPORTED' },
  { type: 'frame.malformed', code: 'FRAME_MALFORMED' },
  { type: 'link.closed', code: 'LINK_CLOSED' },
  { type: 'cancelled', code: 'STOPPED' },
  { type: 'link.handedOver' },
  { type: 'fault', code: 'BUG' },
];

const RESPONDER: readonly ResponderEvent[] = [
  { type: 'frame.hello', verdict: 'answer' },
  { type: 'frame.hello', verdict: 'retry' },
  { type: 'frame.third' },
  { type: 'frame.error' },
  { type: 'frame.malformed', code: 'FRAME_MALFORMED' },
  { type: 'link.closed', code: 'LINK_CLOSED' },
  { type: 'cancelled', code: 'TOO_MANY_HALF_OPEN' },
  { type: 'link.handedOver' },
  { type: 'fault', code: 'BUG' },
];
const VERIFIED: readonly Caller[] = [{ welcome: true }, { welcome: false }];

const [FIRST, SECOND, THIRD] = ['m1', 'm2', 'm3'] as readonly string[] as readonly [MessageId, MessageId, MessageId];
const OUTBOX = [FIRST, SECOND, THIRD];
const MESSAGING: readonly MessagingEvent[] = [
  { type: 'outbox.grew' },
  ...OUTBOX.flatMap((id): MessagingEvent[] => [
    { type: 'record.taken', id, full: false },
    { type: 'record.taken', id, full: true },
  ]),
  { type: 'link.drained' },
  { type: 'acks.committed', ids: [FIRST] },
  { type: 'acks.committed', ids: OUTBOX },
  { type: 'session.closed' },
];
/** An outbox of three, read one or two at a time. */
const windowAfter = ({ position }: MessagingContext): readonly LoadedWindow[] =>
  [0, 1, 2].map((count) => {
    const ids = OUTBOX.slice(position, position + count);
    return { ids, position: position + ids.length, full: ids.length > 0 && position + ids.length < OUTBOX.length };
  });

const PRESENCE: readonly PresenceEvent[] = [
  { type: 'wished', state: 'online' },
  { type: 'wished', state: 'busy' },
  { type: 'wished', state: 'away' },
  { type: 'wished', state: 'offline' },
  { type: 'directory.entered' },
  { type: 'directory.left' },
  { type: 'addresses.changed' },
  { type: 'record.lost' },
  { type: 'stopped' },
  { type: 'fault' },
];

const SESSION: readonly SessionEvent[] = [
  { type: 'record.ready' },
  { type: 'record.ping' },
  { type: 'record.pong' },
  { type: 'record.close', reason: 'done' },
  { type: 'record.close', reason: 'protocol' },
  { type: 'record.refused', code: 'RECORD_MALFORMED' },
  { type: 'record.refused', code: 'DECRYPT_FAILED' },
  { type: 'link.heard' },
  { type: 'link.closed', code: 'LINK_CLOSED' },
  { type: 'link.overfull' },
  { type: 'reading.paused' },
  { type: 'reading.resumed' },
  { type: 'rivalry.won' },
  { type: 'rivalry.contested' },
  { type: 'rivalry.lost' },
  { type: 'keys.spent' },
  { type: 'keys.exhausted' },
  { type: 'close.requested', mood: 'happy', code: null },
  { type: 'fault', code: 'BUG' },
  { type: 'fault', code: 'RECORD_MALFORMED' },
];

const SENDER: readonly SenderEvent[] = [
  { type: 'session.opened' },
  { type: 'session.closed' },
  { type: 'record.accept', held: false },
  { type: 'record.accept', held: true },
  { type: 'record.pause' },
  { type: 'record.cancel', end: 'declined', code: 'TRANSFER_DECLINED' },
  { type: 'record.cancel', end: 'cancelled', code: 'TRANSFER_CANCELLED' },
  { type: 'record.cancel', end: 'failed', code: 'DISK_FULL' },
  { type: 'items.sent' },
  { type: 'items.confirmed' },
  { type: 'pump.drained' },
  { type: 'transfer.pause' },
  { type: 'transfer.resume' },
  { type: 'transfer.cancel' },
  { type: 'fault', code: 'FILE_CHANGED', reason: 'changed' },
];

const RECEIVER: readonly ReceiverEvent[] = [
  { type: 'session.opened' },
  { type: 'session.closed' },
  { type: 'record.offer', ready: true },
  { type: 'record.offer', ready: false },
  { type: 'record.resume', ready: true },
  { type: 'record.resume', ready: false },
  { type: 'record.stopped', ready: true },
  { type: 'record.stopped', ready: false },
  { type: 'record.cancel', end: 'declined', code: 'TRANSFER_DECLINED' },
  { type: 'record.cancel', end: 'cancelled', code: 'TRANSFER_CANCELLED' },
  { type: 'record.cancel', end: 'failed', code: 'FILE_CHANGED' },
  { type: 'transfer.accept', ready: true },
  { type: 'transfer.accept', ready: false },
  { type: 'transfer.decline' },
  { type: 'transfer.pause', asked: true },
  { type: 'transfer.pause', asked: false },
  { type: 'transfer.resume', ready: true },
  { type: 'transfer.resume', ready: false },
  { type: 'transfer.cancel' },
  { type: 'items.completed' },
  { type: 'chunk.corrupt' },
  { type: 'disk.failed', code: 'DISK_FULL' },
  { type: 'disk.works', ready: true },
  { type: 'disk.works', ready: false },
  { type: 'fault', code: 'STORE_CORRUPT', reason: 'disk' },
];

const NOWHERE: Candidates = { count: 0, jitter: 0 };
const TWO_ADDRESSES: Candidates = { count: 2, jitter: 0.5 };

/** By machine name; a machine without samples is refused by its spec. */
export const MACHINE_SAMPLES: Readonly<Record<string, MachineSamples>> = {
  dialer: {
    events: DIALER,
    answers: { lookUp: () => [NOWHERE, TWO_ADDRESSES] },
    failures: ['LINK_FAILED', 'IDENTITY_MISMATCH'],
    isFar: ({ rounds }: DialerContext) => rounds > 0,
  },
  directoryClient: {
    events: DIRECTORY_CLIENT,
    failures: ['DIRECTORY_UNREACHABLE', 'DIRECTORY_REFUSED', 'ACCOUNT_UNKNOWN', 'NAME_TAKEN', 'TOKEN_EXPIRED'],
    isFar: ({ failures }: DirectoryClientContext) => failures > 2,
  },
  initiator: { events: INITIATOR, failures: ['HANDSHAKE_FAILED'] },
  responder: { events: RESPONDER, answers: { verifyThird: () => VERIFIED }, failures: ['SIGNATURE_INVALID'] },
  messaging: { events: MESSAGING, answers: { loadWindow: windowAfter }, failures: ['STORE_FAILED'] },
  presence: { events: PRESENCE },
  session: { events: SESSION },
  sender: { events: SENDER },
  receiver: { events: RECEIVER, isFar: ({ corrupt }: ReceiverContext) => corrupt > CHUNK_CORRUPT_MAX },
};
