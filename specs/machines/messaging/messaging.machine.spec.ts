import { describe, expect, test } from '@jest/globals';
import { createActor, fromPromise, type Actor } from 'xstate';
import type { MessageId } from '../../../core/base/ids.js';
import { MESSAGES_IN_FLIGHT_MAX } from '../../../core/base/limits.js';
import { messagingMachine, type LoadedWindow, type WindowAsk } from '../../../core/machines/messaging/messaging.machine.js';
import { messageIdOf } from '../../support/samples.js';
import { settled } from '../../support/settled.js';

interface Load {
  readonly ask: WindowAsk;
  readonly answer: (ids: readonly MessageId[], full?: boolean) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

interface Driven {
  readonly actor: Actor<typeof messagingMachine>;
  readonly events: string[];
  readonly loads: Load[];
  /** The last load that is not answered yet. */
  readonly load: () => Load;
}

/** The machine with neighbours that only write down what they are asked; the link takes nothing by itself. */
function drive(): Driven {
  const events: string[] = [];
  const loads: Load[] = [];
  const machine = messagingMachine.provide({
    actors: {
      loadWindow: fromPromise<LoadedWindow, WindowAsk>(
        ({ input }) =>
          new Promise((resolve, reject) => {
            loads.push({
              ask: input,
              answer: (ids, full = false) => {
                resolve({ ids, full, position: input.after + ids.length });
                return settled();
              },
              fail: (error) => {
                reject(error);
                return settled();
              },
            });
          }),
      ),
    },
    actions: {
      transmit: (_, { id }) => void events.push(`transmit ${Number.parseInt(id ?? '', 16)}`),
      outboxDrained: () => void events.push('drained'),
    },
  });
  const actor = createActor(machine).start();
  return {
    actor,
    events,
    loads,
    load: () => {
      const load = loads.at(-1);
      if (!load) throw new Error('nothing is being loaded');
      return load;
    },
  };
}

const ids = (...numbers: number[]): MessageId[] => numbers.map(messageIdOf);
const taken = (n: number, full = false) => ({ type: 'record.taken', id: messageIdOf(n), full }) as const;

describe('the messaging machine', () => {
  test('loads the oldest window first and is drained when there is nothing', async () => {
    const { actor, events, load } = drive();
    expect(load().ask).toEqual({ after: 0, limit: MESSAGES_IN_FLIGHT_MAX });
    await load().answer([]);
    expect([actor.getSnapshot().value, events]).toEqual(['drained', ['drained']]);
  });

  test('hands over one message at a time, the next when the last was taken', async () => {
    const { actor, events, load } = drive();
    await load().answer(ids(1, 2));
    expect(events).toEqual(['transmit 1']);
    actor.send(taken(1));
    actor.send(taken(2));
    expect(events).toEqual(['transmit 1', 'transmit 2']);
    expect(actor.getSnapshot()).toMatchObject({ value: 'awaitingAcks', context: { ready: [], inFlight: ids(1, 2) } });
  });

  test('waits for a full link, even with its last message', async () => {
    const { actor, events, load } = drive();
    await load().answer(ids(1, 2));
    actor.send(taken(1, true));
    expect([actor.getSnapshot().value, events]).toEqual(['blocked', ['transmit 1']]);
    actor.send({ type: 'acks.committed', ids: ids(1) });
    actor.send({ type: 'outbox.grew' });
    expect(actor.getSnapshot().value).toBe('blocked');
    actor.send({ type: 'link.drained' });
    expect(events).toEqual(['transmit 1', 'transmit 2']);
  });

  test('a message queued while a window is being loaded is loaded next', async () => {
    const { actor, load, loads } = drive();
    actor.send({ type: 'outbox.grew' });
    await load().answer([]);
    expect([actor.getSnapshot().value, loads.length]).toEqual(['loading', 2]);
    await load().answer(ids(1));
    expect(actor.getSnapshot().value).toBe('sending');
  });

  test('a drained outbox that grows is loaded from where it was', async () => {
    const { actor, events, load } = drive();
    await load().answer(ids(1));
    actor.send(taken(1));
    actor.send({ type: 'acks.committed', ids: ids(1) });
    expect(events).toEqual(['transmit 1', 'drained']);
    actor.send({ type: 'outbox.grew' });
    expect(load().ask).toEqual({ after: 1, limit: MESSAGES_IN_FLIGHT_MAX });
  });

  test('refills when half of the window is acknowledged, and asks for no more than the window', async () => {
    const { actor, load, loads } = drive();
    const all = Array.from({ length: MESSAGES_IN_FLIGHT_MAX }, (_, i) => i + 1);
    await load().answer(ids(...all), true);
    for (const n of all) actor.send(taken(n));
    const half = MESSAGES_IN_FLIGHT_MAX / 2;
    actor.send({ type: 'acks.committed', ids: ids(...all.slice(0, half - 1)) });
    expect(loads).toHaveLength(1);
    actor.send({ type: 'acks.committed', ids: ids(half) });
    expect(load().ask).toEqual({ after: MESSAGES_IN_FLIGHT_MAX, limit: half });
  });

  test('what was acknowledged before it was sent is not sent', async () => {
    const { actor, events, load } = drive();
    await load().answer(ids(1, 2, 3));
    actor.send({ type: 'acks.committed', ids: ids(2) });
    actor.send(taken(1));
    expect(events).toEqual(['transmit 1', 'transmit 3']);
  });

  test('what is acknowledged while the link takes it is not waited for', async () => {
    const { actor, events, load } = drive();
    await load().answer(ids(1));
    actor.send({ type: 'acks.committed', ids: ids(1) });
    actor.send(taken(1));
    expect([events, actor.getSnapshot().context.inFlight]).toEqual([['transmit 1', 'drained'], []]);
  });

  test('ends happy with its session, whatever it is doing', async () => {
    for (const state of ['loading', 'sending', 'blocked', 'awaitingAcks', 'drained']) {
      const { actor, load } = drive();
      if (state !== 'loading') await load().answer(state === 'drained' ? [] : ids(1));
      if (state === 'blocked') actor.send(taken(1, true));
      if (state === 'awaitingAcks') actor.send(taken(1));
      expect(actor.getSnapshot().value).toBe(state);
      actor.send({ type: 'session.closed' });
      expect(actor.getSnapshot()).toMatchObject({ status: 'done', output: { mood: 'happy', code: null } });
    }
  });

  test('ends errory with the code of a store that cannot be read', async () => {
    const { actor, load } = drive();
    await load().fail(new Error('I/O'));
    expect(actor.getSnapshot()).toMatchObject({ status: 'done', value: 'failed', output: { mood: 'errory', code: 'STORE_FAILED' } });
  });
});
