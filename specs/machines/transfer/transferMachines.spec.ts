import { describe, expect, test } from '@jest/globals';
import { initialTransition, transition, type AnyMachineSnapshot } from 'xstate';
import { CHUNK_CORRUPT_MAX } from '../../../core/base/limits.js';
import { receiverMachine, type ReceiverEvent } from '../../../core/machines/transfer/receiver.machine.js';
import { senderMachine, type SenderEvent } from '../../../core/machines/transfer/sender.machine.js';

interface Step {
  readonly state: unknown;
  /** Effects by name, with their params where there are any. */
  readonly effects: readonly string[];
  readonly output: unknown;
}

const OPENED = { type: 'session.opened' } as const;
const CLOSED = { type: 'session.closed' } as const;
const ACCEPT = { type: 'record.accept', held: false } as const;

function step(snapshot: AnyMachineSnapshot, actions: readonly { readonly type: string; readonly params?: unknown }[]): Step {
  const effects = actions
    .filter(({ type }) => !type.startsWith('xstate.') && !type.startsWith('note'))
    .map(({ type, params }) => (params && Object.keys(params).length > 0 ? `${type} ${Object.values(params).join(' ')}` : type));
  return { state: snapshot.value, effects, output: snapshot.output };
}

function send(events: readonly SenderEvent[], accepted = false): Step {
  let [snapshot, actions] = initialTransition(senderMachine, { accepted });
  for (const event of events) [snapshot, actions] = transition(senderMachine, snapshot, event);
  return step(snapshot, actions);
}

function receive(events: readonly ReceiverEvent[], accepted = false): Step {
  let [snapshot, actions] = initialTransition(receiverMachine, { accepted });
  for (const event of events) [snapshot, actions] = transition(receiverMachine, snapshot, event);
  return step(snapshot, actions);
}

describe('[P-6.9] the sender', () => {
  test('offers when a session opens, and again in every new one', () => {
    expect(send([]).state).toBe('away');
    expect(send([], true).state).toBe('interrupted');
    expect(send([OPENED])).toMatchObject({ state: 'offering', effects: ['sendOffer'] });
    expect(send([OPENED, CLOSED])).toMatchObject({ state: 'away', effects: [] });
    expect(send([OPENED, ACCEPT, CLOSED, OPENED])).toMatchObject({ state: 'offering', effects: ['sendOffer'] });
    expect(send([OPENED, ACCEPT, CLOSED, OPENED, CLOSED])).toMatchObject({ state: 'interrupted', effects: [] });
  });

  test('sends after ACCEPT, and is done only at the receiver’s word', () => {
    expect(send([OPENED, ACCEPT])).toMatchObject({ state: { running: 'sending' }, effects: ['startPump'] });
    expect(send([OPENED, ACCEPT, { type: 'items.sent' }])).toMatchObject({ state: { running: 'confirming' }, effects: [] });
    expect(send([OPENED, ACCEPT, { type: 'items.sent' }, { type: 'items.confirmed' }])).toMatchObject({
      state: 'done',
      effects: ['stopPump', 'conclude done '],
      output: { mood: 'happy', code: null },
    });
  });

  test('stops the pump and is told as interrupted when the session goes', () => {
    for (const events of [
      [OPENED, ACCEPT],
      [OPENED, ACCEPT, { type: 'items.sent' } as const],
    ]) {
      expect(send([...events, CLOSED])).toMatchObject({ state: 'interrupted', effects: ['stopPump', 'interrupt LINK_CLOSED'] });
    }
  });

  test('ends as the receiver says', () => {
    const cancel = (end: 'declined' | 'cancelled' | 'failed', code: 'TRANSFER_DECLINED' | 'TRANSFER_CANCELLED' | 'DISK_FULL'): SenderEvent => ({
      type: 'record.cancel',
      end,
      code,
    });
    expect(send([OPENED, cancel('declined', 'TRANSFER_DECLINED')])).toMatchObject({
      state: 'declined',
      output: { mood: 'unwelcome', code: 'TRANSFER_DECLINED' },
    });
    expect(send([OPENED, ACCEPT, cancel('cancelled', 'TRANSFER_CANCELLED')]).effects).toEqual(['stopPump', 'conclude cancelled TRANSFER_CANCELLED']);
    expect(send([OPENED, ACCEPT, cancel('failed', 'DISK_FULL')])).toMatchObject({ state: 'failed', output: { mood: 'errory', code: 'DISK_FULL' } });
  });

  test('tells the receiver why it gives up', () => {
    const fault = { type: 'fault', code: 'FILE_CHANGED', reason: 'changed' } as const;
    expect(send([OPENED, ACCEPT, fault])).toMatchObject({ state: 'failed', output: { code: 'FILE_CHANGED' } });
    expect(send([OPENED, ACCEPT, { type: 'transfer.cancel' }]).effects).toEqual(['stopPump', 'sendCancel cancelled', 'conclude cancelled TRANSFER_CANCELLED']);
    expect(send([{ type: 'transfer.cancel' }]).state).toBe('cancelled');
  });
});

describe('[P-6.11] a sender of what somebody holds', () => {
  const PAUSE = { type: 'transfer.pause' } as const;
  const RESUME = { type: 'transfer.resume' } as const;
  const DRAINED = { type: 'pump.drained' } as const;

  test('sends whole what it announced before it says that nothing more comes, whoever took hold', () => {
    for (const hold of [PAUSE, { type: 'record.pause' } as const]) {
      expect(send([OPENED, ACCEPT, hold])).toMatchObject({ state: 'stopping', effects: ['stopPump', 'drainPump'] });
      expect(send([OPENED, ACCEPT, hold, DRAINED])).toMatchObject({ state: 'offering', effects: ['sayStopped'] });
      expect(send([OPENED, ACCEPT, hold, CLOSED])).toMatchObject({ state: 'interrupted', effects: [] });
      expect(send([OPENED, ACCEPT, hold, { type: 'items.confirmed' }]).state).toBe('done');
    }
  });

  test('goes on at the next ACCEPT, without offering again', () => {
    expect(send([OPENED, ACCEPT, PAUSE, DRAINED, RESUME])).toMatchObject({ state: 'offering', effects: ['sayFree'] });
    expect(send([OPENED, ACCEPT, PAUSE, DRAINED, RESUME, ACCEPT])).toMatchObject({ state: { running: 'sending' }, effects: ['startPump'] });
    // It let go before it had stopped: the receiver is told both at once.
    expect(send([OPENED, ACCEPT, PAUSE, RESUME])).toMatchObject({ state: 'stopping', effects: [] });
  });

  test('answers an ACCEPT that it cannot follow', () => {
    expect(send([OPENED, PAUSE])).toMatchObject({ state: 'offering', effects: ['sayHeld'] });
    expect(send([OPENED, PAUSE, { type: 'record.accept', held: true }])).toMatchObject({ state: 'offering', effects: ['pause', 'sayStopped'] });
    expect(send([OPENED, { type: 'record.accept', held: true }, CLOSED]).state).toBe('interrupted');
  });
});

describe('[P-6.11] a receiver of what somebody holds', () => {
  const HERE = { type: 'transfer.accept', ready: true } as const;
  const stopped = (ready: boolean): ReceiverEvent => ({ type: 'record.stopped', ready });
  const pause = (asked: boolean): ReceiverEvent => ({ type: 'transfer.pause', asked });
  const resume = (ready: boolean): ReceiverEvent => ({ type: 'transfer.resume', ready });

  test('takes what is on its way until the sender has stopped, and keeps it', () => {
    expect(receive([HERE, pause(true)])).toMatchObject({ state: 'receiving', effects: ['sayHeld'] });
    expect(receive([HERE, pause(true), stopped(false)])).toMatchObject({ state: 'waiting', effects: ['stopPump true'] });
    expect(receive([HERE, pause(true), { type: 'items.completed' }]).state).toBe('done');
    // The sender was not told to send yet.
    expect(receive([HERE, pause(false)])).toMatchObject({ state: 'waiting', effects: ['stopPump true', 'sayHeld'] });
  });

  test('asks again only when nobody holds it, and the sender has stopped what it was asked for before', () => {
    expect(receive([HERE, pause(true), resume(false)])).toMatchObject({ state: 'receiving', effects: ['sayFree'] });
    expect(receive([HERE, pause(true), resume(false), stopped(true)])).toMatchObject({ state: 'receiving', effects: ['stopPump true', 'startPump'] });
    expect(receive([HERE, pause(true), stopped(false), resume(true)])).toMatchObject({ state: 'receiving', effects: ['sayFree', 'startPump'] });
    expect(receive([HERE, pause(true), stopped(false), resume(false)])).toMatchObject({ state: 'waiting', effects: ['sayFree'] });
    expect(receive([HERE, stopped(false), { type: 'record.resume', ready: true }])).toMatchObject({ state: 'receiving', effects: ['startPump'] });
    expect(receive([{ type: 'record.offer', ready: false }], true).state).toBe('waiting');
  });
});

describe('[P-6.9] the receiver', () => {
  const HERE = { type: 'transfer.accept', ready: true } as const;
  const AWAY = { type: 'transfer.accept', ready: false } as const;
  const OFFER = { type: 'record.offer', ready: true } as const;

  test('takes nothing before a person agreed', () => {
    // Whether the offer still stands is asked: the sender may have ended it while there was no session.
    expect(receive([OPENED])).toMatchObject({ state: 'asking', effects: ['sayStanding'] });
    for (const event of [CLOSED, OFFER, { type: 'items.completed' } as const, { type: 'chunk.corrupt' } as const]) {
      expect(receive([event])).toMatchObject({ state: 'asking', effects: [] });
    }
    expect(receive([HERE])).toMatchObject({ state: 'receiving', effects: ['startPump'] });
  });

  test('that agreed while the sender is away waits, asks it to go on, and starts with its offer', () => {
    expect(receive([AWAY])).toMatchObject({ state: 'waiting', effects: ['pause', 'sayStanding'] });
    expect(receive([AWAY, OPENED])).toMatchObject({ state: 'waiting', effects: ['sayStanding'] });
    expect(receive([AWAY, OPENED, OFFER])).toMatchObject({ state: 'receiving', effects: ['startPump'] });
    expect(receive([OFFER], true).state).toBe('receiving');
  });

  test('declines with a word to the sender', () => {
    expect(receive([{ type: 'transfer.decline' }])).toMatchObject({
      state: 'declined',
      effects: ['sendCancel declined', 'conclude declined TRANSFER_DECLINED'],
      output: { mood: 'unwelcome', code: 'TRANSFER_DECLINED' },
    });
    expect(receive([HERE, { type: 'transfer.decline' }]).state).toBe('receiving');
  });

  test('ends the session over damaged chunks, and the transfer when that does not help', () => {
    const corrupt = { type: 'chunk.corrupt' } as const;
    expect(receive([HERE, corrupt])).toMatchObject({ state: 'waiting', effects: ['stopPump false', 'interrupt CHUNK_CORRUPT', 'endSession'] });
    const again = Array.from({ length: CHUNK_CORRUPT_MAX }, () => [corrupt, CLOSED, OPENED, OFFER] as const).flat();
    expect(receive([HERE, ...again, corrupt])).toMatchObject({
      state: 'failed',
      effects: ['stopPump false', 'sendCancel corrupt', 'conclude failed CHUNK_CORRUPT'],
      output: { mood: 'scary', code: 'CHUNK_CORRUPT' },
    });
  });

  test('is paused by a disk that fails, and goes on when it works again', () => {
    const failed = { type: 'disk.failed', code: 'DISK_FULL' } as const;
    const works = { type: 'disk.works', ready: false } as const;
    const stopped = ['stopPump false', 'interrupt DISK_FULL', 'startOver DISK_FULL', 'awaitDisk'];
    expect(receive([HERE, failed])).toMatchObject({ state: 'resting', effects: stopped });
    expect(receive([HERE, failed, CLOSED, OPENED])).toMatchObject({ state: 'resting', effects: ['sayStanding'] });
    expect(receive([HERE, failed, OFFER])).toMatchObject({ state: 'resting', effects: [] });
    expect(receive([HERE, failed, works])).toMatchObject({ state: 'waiting', effects: ['leaveDisk'] });
    expect(receive([HERE, failed, { ...works, ready: true }])).toMatchObject({ state: 'receiving', effects: ['leaveDisk', 'startPump'] });
    expect(receive([HERE, failed, { type: 'transfer.cancel' }]).state).toBe('cancelled');
    expect(receive([HERE, CLOSED, failed]).state).toBe('waiting');
  });

  test('is done when every item has its name, even if the session went in that moment', () => {
    expect(receive([HERE, { type: 'items.completed' }])).toMatchObject({ state: 'done', effects: ['stopPump false', 'conclude done '] });
    expect(receive([HERE, CLOSED, { type: 'items.completed' }]).state).toBe('done');
  });

  test('tells the sender why it gives up', () => {
    expect(receive([HERE, { type: 'fault', code: 'DATA_UNWRITABLE', reason: 'disk' }])).toMatchObject({ state: 'failed', output: { code: 'DATA_UNWRITABLE' } });
    expect(receive([HERE, { type: 'transfer.cancel' }]).effects).toContain('sendCancel cancelled');
  });
});
