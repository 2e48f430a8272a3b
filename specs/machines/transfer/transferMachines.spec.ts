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
const ACCEPT = { type: 'record.accept' } as const;

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

describe('[P-6.9] the receiver', () => {
  const HERE = { type: 'transfer.accept', offered: true } as const;
  const AWAY = { type: 'transfer.accept', offered: false } as const;
  const OFFER = { type: 'record.offer' } as const;

  test('takes nothing before a person agreed', () => {
    // Whether the offer still stands is asked: the sender may have ended it while there was no session.
    expect(receive([OPENED])).toMatchObject({ state: 'asking', effects: ['sendResume'] });
    for (const event of [CLOSED, OFFER, { type: 'items.completed' } as const, { type: 'chunk.corrupt' } as const]) {
      expect(receive([event])).toMatchObject({ state: 'asking', effects: [] });
    }
    expect(receive([HERE])).toMatchObject({ state: 'receiving', effects: ['startPump'] });
  });

  test('that agreed while the sender is away waits, asks it to go on, and starts with its offer', () => {
    expect(receive([AWAY])).toMatchObject({ state: 'waiting', effects: ['pause', 'sendResume'] });
    expect(receive([AWAY, OPENED])).toMatchObject({ state: 'waiting', effects: ['sendResume'] });
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
    expect(receive([HERE, corrupt])).toMatchObject({ state: 'waiting', effects: ['stopPump', 'interrupt CHUNK_CORRUPT', 'endSession'] });
    const again = Array.from({ length: CHUNK_CORRUPT_MAX }, () => [corrupt, CLOSED, OPENED, OFFER] as const).flat();
    expect(receive([HERE, ...again, corrupt])).toMatchObject({
      state: 'failed',
      effects: ['stopPump', 'sendCancel corrupt', 'conclude failed CHUNK_CORRUPT'],
      output: { mood: 'scary', code: 'CHUNK_CORRUPT' },
    });
  });

  test('is paused by a disk that fails, and goes on when it works again', () => {
    const failed = { type: 'disk.failed', code: 'DISK_FULL' } as const;
    const works = { type: 'disk.works', offered: false } as const;
    const stopped = ['stopPump', 'interrupt DISK_FULL', 'startOver DISK_FULL', 'awaitDisk'];
    expect(receive([HERE, failed])).toMatchObject({ state: 'resting', effects: stopped });
    expect(receive([HERE, failed, CLOSED, OPENED])).toMatchObject({ state: 'resting', effects: ['sendResume'] });
    expect(receive([HERE, failed, OFFER])).toMatchObject({ state: 'resting', effects: [] });
    expect(receive([HERE, failed, works])).toMatchObject({ state: 'waiting', effects: ['leaveDisk'] });
    expect(receive([HERE, failed, { ...works, offered: true }])).toMatchObject({ state: 'receiving', effects: ['leaveDisk', 'startPump'] });
    expect(receive([HERE, failed, { type: 'transfer.cancel' }]).state).toBe('cancelled');
    expect(receive([HERE, CLOSED, failed]).state).toBe('waiting');
  });

  test('is done when every item has its name, even if the session went in that moment', () => {
    expect(receive([HERE, { type: 'items.completed' }])).toMatchObject({ state: 'done', effects: ['stopPump', 'conclude done '] });
    expect(receive([HERE, CLOSED, { type: 'items.completed' }]).state).toBe('done');
  });

  test('tells the sender why it gives up', () => {
    expect(receive([HERE, { type: 'fault', code: 'DATA_UNWRITABLE', reason: 'disk' }])).toMatchObject({ state: 'failed', output: { code: 'DATA_UNWRITABLE' } });
    expect(receive([HERE, { type: 'transfer.cancel' }]).effects).toContain('sendCancel cancelled');
  });
});
