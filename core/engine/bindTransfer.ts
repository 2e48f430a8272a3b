import { createActor, type Actor } from 'xstate';
import type { ErrorCode } from '../base/errors.js';
import { receiverMachine } from '../machines/transfer/receiver.machine.js';
import { senderMachine, type TransferEnd } from '../machines/transfer/sender.machine.js';
import type { Clock } from '../ports/clock.js';
import type { CancelReason } from '../protocol/frames.js';
import { Bindings, BOUND, type Bound } from './Bindings.js';

interface TransferEffects extends Bound {
  sendCancel(reason: CancelReason): void;
  sayHeld(): void;
  sayFree(): void;
  pause(): Promise<void>;
  startPump(): Promise<void>;
  interrupt(code: ErrorCode): Promise<void>;
  conclude(state: 'done' | TransferEnd, code: ErrorCode | null): Promise<void>;
}

/** What the sender's machine makes happen. */
export interface SenderEffects extends TransferEffects {
  sendOffer(): void;
  sayStopped(): void;
  stopPump(): void;
  drainPump(): void;
}

/** What the receiver's machine makes happen. */
export interface ReceiverEffects extends TransferEffects {
  sayStanding(): void;
  stopPump(keep: boolean): void;
  endSession(): void;
  startOver(code: ErrorCode): void;
  awaitDisk(): void;
  leaveDisk(): void;
}

const senders = new Bindings<SenderEffects>();
const receivers = new Bindings<ReceiverEffects>();

const boundSender = senderMachine.provide({
  actions: {
    sendOffer: senders.action((effects) => effects.sendOffer()),
    sendCancel: senders.action((effects, { reason }) => effects.sendCancel(reason)),
    startPump: senders.action((effects) => effects.startPump()),
    stopPump: senders.action((effects) => effects.stopPump()),
    drainPump: senders.action((effects) => effects.drainPump()),
    sayHeld: senders.action((effects) => effects.sayHeld()),
    sayFree: senders.action((effects) => effects.sayFree()),
    sayStopped: senders.action((effects) => effects.sayStopped()),
    pause: senders.action((effects) => effects.pause()),
    interrupt: senders.action((effects, { code }) => effects.interrupt(code)),
    conclude: senders.action((effects, { state, code }) => effects.conclude(state, code)),
  },
});

const boundReceiver = receiverMachine.provide({
  actions: {
    sayStanding: receivers.action((effects) => effects.sayStanding()),
    sayHeld: receivers.action((effects) => effects.sayHeld()),
    sayFree: receivers.action((effects) => effects.sayFree()),
    sendCancel: receivers.action((effects, { reason }) => effects.sendCancel(reason)),
    startPump: receivers.action((effects) => effects.startPump()),
    stopPump: receivers.action((effects, { keep }) => effects.stopPump(keep)),
    pause: receivers.action((effects) => effects.pause()),
    interrupt: receivers.action((effects, { code }) => effects.interrupt(code)),
    endSession: receivers.action((effects) => effects.endSession()),
    startOver: receivers.action((effects, { code }) => effects.startOver(code)),
    awaitDisk: receivers.action((effects) => effects.awaitDisk()),
    leaveDisk: receivers.action((effects) => effects.leaveDisk()),
    conclude: receivers.action((effects, { state, code }) => effects.conclude(state, code)),
  },
});

/** `accepted`: the receiver accepted in an earlier run. */
export function bindSender(effects: SenderEffects, clock: Clock, accepted: boolean): Actor<typeof senderMachine> {
  const actor = createActor(boundSender, { systemId: BOUND, clock, input: { accepted } });
  senders.bind(actor, effects);
  return actor;
}

/** `accepted`: a person agreed in an earlier run. */
export function bindReceiver(effects: ReceiverEffects, clock: Clock, accepted: boolean): Actor<typeof receiverMachine> {
  const actor = createActor(boundReceiver, { systemId: BOUND, clock, input: { accepted } });
  receivers.bind(actor, effects);
  return actor;
}
