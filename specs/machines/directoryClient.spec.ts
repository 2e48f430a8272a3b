import { describe, expect, test } from '@jest/globals';
import { createActor, fromPromise } from 'xstate';
import { SansfilError, type ErrorCode } from '../../core/base/errors.js';
import { DIRECTORY_BACKOFF_MS_MAX, DIRECTORY_REFUSED_MS, DIRECTORY_SPREAD_MS } from '../../core/base/limits.js';
import { directoryClientMachine, pauseMs } from '../../core/machines/directoryClient/directoryClient.machine.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';

type Ask = 'greet' | 'askChallenge' | 'prove' | 'connect';

/** The machine alone: each ask answers as `answers` says, `announce` and the asks are written down. */
function run(answers: Partial<Record<Ask, (time: number) => ErrorCode | undefined>>, registered = true) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const asked: Ask[] = [];
  const ask = (name: Ask) => () => {
    asked.push(name);
    const code = answers[name]?.(asked.filter((each) => each === name).length);
    return code === undefined ? Promise.resolve() : Promise.reject(new SansfilError(code));
  };
  const machine = directoryClientMachine.provide({
    actions: {
      announce: (_, { state, code }) => void told.push(code === null ? state : `${state} ${code}`),
      hangUp: () => undefined,
      enter: () => void told.push('enter'),
      leave: () => void told.push('leave'),
    },
    actors: {
      greet: fromPromise(ask('greet')),
      askChallenge: fromPromise(ask('askChallenge')),
      prove: fromPromise(ask('prove')),
      connect: fromPromise(ask('connect')),
    },
  });
  const actor = createActor(machine, { clock });
  actor.start();
  actor.send({ type: 'started', configured: true, registered });
  const pass = async (ms = 0): Promise<void> => {
    const until = clock.monotonic() + ms;
    for (let i = 0; i < 50; i++) await Promise.resolve();
    for (let wait = clock.next(); wait !== undefined && clock.monotonic() + wait <= until; wait = clock.next()) {
      clock.step();
      for (let i = 0; i < 50; i++) await Promise.resolve();
    }
    clock.skip(until - clock.monotonic());
  };
  return { actor, told, asked, pass, clock };
}

describe('the directory client', () => {
  test('connects, answers the challenge, and connects again with the token', async () => {
    const { told, asked, pass } = run({});
    await pass();
    expect(asked).toEqual(['greet', 'askChallenge', 'prove', 'connect']);
    expect(told).toEqual(['connecting', 'online', 'enter']);
  });

  test('comes back with the token it has, and asks for another when that is refused', async () => {
    const { actor, asked, pass } = run({ connect: (time) => (time === 2 ? 'TOKEN_EXPIRED' : undefined) });
    await pass();
    actor.send({ type: 'connection.lost', code: 'DIRECTORY_UNREACHABLE' });
    await pass(DIRECTORY_SPREAD_MS);
    expect(asked.slice(4)).toEqual(['connect', 'greet', 'askChallenge', 'prove', 'connect']);
    expect(actor.getSnapshot().value).toBe('online');
  });

  test('does not ask for token after token when even a fresh one is refused', async () => {
    const { actor, told, asked, pass } = run({ connect: () => 'TOKEN_INVALID' });
    await pass(DIRECTORY_REFUSED_MS - 1);
    expect(asked).toHaveLength(4);
    expect(told.at(-1)).toBe('offline TOKEN_INVALID');
    await pass(2);
    expect(asked).toHaveLength(8);
    expect(actor.getSnapshot().value).toBe('refused');
  });

  test('asks for another token when the one it has could not be used for so long that it expired', async () => {
    const { actor, asked, pass } = run({ connect: (time) => (time === 1 ? 'DISK_FULL' : time === 2 ? 'TOKEN_EXPIRED' : undefined) });
    await pass(DIRECTORY_BACKOFF_MS_MAX);
    expect(asked.slice(3)).toEqual(['connect', 'connect', 'greet', 'askChallenge', 'prove', 'connect']);
    expect(actor.getSnapshot().value).toBe('online');
  });

  test("registers again under its name when its account is not known, and gives up when the name is another's", async () => {
    const lost = run({ prove: (time) => (time === 1 ? 'ACCOUNT_UNKNOWN' : undefined) });
    await lost.pass();
    expect(lost.asked).toEqual(['greet', 'askChallenge', 'prove', 'greet', 'askChallenge', 'prove', 'askChallenge', 'prove', 'connect']);
    const taken = run({ prove: (time) => (time === 1 ? 'ACCOUNT_UNKNOWN' : 'NAME_TAKEN') });
    await taken.pass();
    expect(taken.told.at(-1)).toBe('unregistered NAME_TAKEN');
    await taken.pass(24 * 60 * 60_000);
    expect(taken.asked).toHaveLength(6);
  });

  test('asks for its name again when the directory knows the name and not its key, so that a person hears that it is taken', async () => {
    const { asked, told, pass } = run({ prove: (time) => (time === 1 ? 'LOGIN_FAILED' : 'NAME_TAKEN') });
    await pass();
    expect(asked).toEqual(['greet', 'askChallenge', 'prove', 'greet', 'askChallenge', 'prove']);
    expect(told.at(-1)).toBe('unregistered NAME_TAKEN');
  });

  test('does not make its account again and again at a directory that makes it and then does not know it', async () => {
    const { actor, asked, told, pass } = run({ prove: (time) => (time % 2 === 1 ? 'ACCOUNT_UNKNOWN' : undefined) });
    await pass();
    expect([actor.getSnapshot().value, told.at(-1)]).toEqual(['refused', 'offline ACCOUNT_UNKNOWN']);
    expect(asked.filter((each) => each === 'prove')).toHaveLength(3);
  });

  test('tries again much later when the directory refuses its proof whatever it is for', async () => {
    const { actor, asked, told, pass } = run({ prove: () => 'LOGIN_FAILED' });
    await pass();
    expect([actor.getSnapshot().value, asked.length, told.at(-1)]).toEqual(['refused', 6, 'offline LOGIN_FAILED']);
  });

  test("takes a person's failed registration for what it is, and does not repeat it by itself", async () => {
    const { actor, told, asked, pass } = run({ greet: () => 'DIRECTORY_UNREACHABLE' }, false);
    await pass();
    expect(told).toEqual(['unregistered']);
    actor.send({ type: 'register.asked' });
    await pass(24 * 60 * 60_000);
    expect([told.at(-1), asked.length]).toEqual(['unregistered DIRECTORY_UNREACHABLE', 1]);
  });

  test('tries again and again, less and less often, and at once when a person asks', async () => {
    const { actor, asked, pass, clock } = run({ greet: () => 'DIRECTORY_UNREACHABLE' });
    await pass(60 * 60_000);
    const hour = asked.length;
    expect(hour).toBeGreaterThanOrEqual((60 * 60_000) / DIRECTORY_BACKOFF_MS_MAX);
    expect(clock.next()).toBeLessThanOrEqual(DIRECTORY_BACKOFF_MS_MAX);
    actor.send({ type: 'login.asked' });
    await pass();
    expect(asked).toHaveLength(hour + 1);
  });

  test('stops from anywhere and leaves no timer', async () => {
    const waiting = run({ greet: () => 'DIRECTORY_UNREACHABLE' });
    await waiting.pass();
    const online = run({});
    await online.pass();
    for (const { actor, clock } of [waiting, online]) {
      actor.send({ type: 'stopped' });
      expect([actor.getSnapshot().status, actor.getSnapshot().output, clock.pending]).toEqual(['done', { mood: 'happy', code: null }, 0]);
    }
    expect(online.told.at(-1)).toBe('leave');
  });

  test('pauses within its bounds, whatever the jitter', () => {
    for (const jitter of [0, 0.25, 0.999]) {
      for (let failures = 1; failures < 40; failures++) {
        const pause = pauseMs({ failures, dropped: false }, jitter);
        expect(pause).toBeGreaterThanOrEqual(500);
        expect(pause).toBeLessThanOrEqual(DIRECTORY_BACKOFF_MS_MAX);
      }
      expect(pauseMs({ failures: 0, dropped: true }, jitter)).toBe(Math.round(DIRECTORY_SPREAD_MS * jitter));
    }
  });
});
