import { describe, expect, test } from '@jest/globals';
import { fromPromise } from 'xstate';
import { SansfilError, type ErrorCode } from '../../../core/base/errors.js';
import { DIAL_BACKOFF_MS_MAX, DIAL_MS_MAX } from '../../../core/base/limits.js';
import { backoffMs, dialerMachine, type Candidates, type DialerEvent } from '../../../core/machines/dialer/dialer.machine.js';
import { runMachine } from '../../support/machineRun.js';
import { turn } from '../../support/sessionWorld.js';

interface Script {
  readonly count?: number;
  /** What dialling and greeting each address comes to; undefined: nothing, ever. */
  readonly dials?: readonly ('ok' | ErrorCode | undefined)[];
  readonly greets?: 'ok' | ErrorCode;
}

const come = (to: 'ok' | ErrorCode | undefined): Promise<void> => {
  if (to === undefined) return new Promise(() => undefined);
  return to === 'ok' ? Promise.resolve() : Promise.reject(new SansfilError(to));
};

async function dialer({ count = 1, dials = ['ok'], greets = 'ok' }: Script, ...events: readonly DialerEvent[]) {
  const asked: number[] = [];
  const aborted: string[] = [];
  const machine = dialerMachine.provide({
    actors: {
      lookUp: fromPromise<Candidates>(() => Promise.resolve({ count, jitter: 0.5 })),
      dial: fromPromise<void, { readonly index: number }>(({ input, signal }) => {
        asked.push(input.index);
        signal.addEventListener('abort', () => aborted.push(`dial ${input.index}`));
        return come(dials[input.index]);
      }),
      greet: fromPromise<void>(() => come(greets)),
    },
  });
  const run = runMachine(machine, ['announce']);
  for (const event of [{ type: 'wanted' } as const, ...events]) {
    run.actor.send(event);
    await turn();
  }
  return { ...run, asked, aborted };
}

describe('the dialer', () => {
  test('does nothing until somebody wants the peer', () => {
    const run = runMachine(dialerMachine, ['announce']);
    for (const type of ['nudged', 'session.spent', 'unwanted'] as const) run.actor.send({ type });
    expect(run.state().value).toBe('idle');
    expect(run.clock.pending).toBe(0);
  });

  test('tries one address after the other, each for five seconds at most', async () => {
    const run = await dialer({ count: 3, dials: ['LINK_FAILED', undefined, 'ok'] });
    expect(run.asked).toEqual([0, 1]);
    run.clock.advance(DIAL_MS_MAX);
    await turn();
    expect(run.aborted).toEqual(['dial 1']);
    expect(run.state().value).toBe('connected');
  });

  test('waits when there is no address, and tells why and how long', async () => {
    const run = await dialer({ count: 0 });
    expect(run.effects).toEqual([['announce', { code: 'PEER_UNREACHABLE', retryInMs: 375 }]]);
    expect(run.state().value).toBe('waiting');
  });

  test('remembers what a handshake found, whatever the next address comes to', async () => {
    const run = await dialer({ count: 2, dials: ['ok', 'LINK_FAILED'], greets: 'IDENTITY_MISMATCH' });
    expect(run.effects).toEqual([['announce', expect.objectContaining({ code: 'IDENTITY_MISMATCH' })]]);
  });

  test('stops dialling when a session opened another way, or nobody wants one', async () => {
    const opened = await dialer({ dials: [undefined] }, { type: 'session.opened' });
    expect([opened.state().value, opened.aborted]).toEqual(['connected', ['dial 0']]);
    const unwanted = await dialer({ dials: [undefined] }, { type: 'unwanted' });
    expect([unwanted.state().value, unwanted.aborted]).toEqual(['idle', ['dial 0']]);
    expect(unwanted.clock.pending).toBe(0);
  });

  test('dials again after a loss, at once when nudged, and not at all when nobody wants it', async () => {
    const lost = { type: 'session.lost', code: 'LINK_CLOSED', lasted: true, jitter: 0 } as const;
    const again = await dialer({}, lost);
    expect(again.effects).toEqual([['announce', { code: 'LINK_CLOSED', retryInMs: 250 }]]);
    again.actor.send({ type: 'nudged' });
    await turn();
    expect(again.state().value).toBe('connected');
    const unwanted = await dialer({}, { type: 'unwanted' }, lost);
    expect(unwanted.state().value).toBe('idle');
  });

  test('dials beside the open session when that is spent, wanted or not, and goes on if it is lost meanwhile', async () => {
    const spent = await dialer({}, { type: 'unwanted' }, { type: 'session.spent' });
    expect(spent.asked).toEqual([0, 0]);
    const lost = await dialer({ dials: [undefined] }, { type: 'session.opened' }, { type: 'session.spent' });
    lost.actor.send({ type: 'session.lost', code: 'SESSION_EXPIRED', lasted: true, jitter: 0 });
    expect(lost.state().value).toBe('dialing');
    lost.actor.send({ type: 'unwanted' });
    expect(lost.state().value).toBe('idle');
  });

  test('doubles its pause up to a minute, half of it by chance', () => {
    expect([0, 1, 2, 7, 100].map((rounds) => backoffMs({ rounds, jitter: 0 }))).toEqual([250, 500, 1_000, 30_000, 30_000]);
    expect(backoffMs({ rounds: 0, jitter: 1 })).toBe(500);
    expect(backoffMs({ rounds: 1_000, jitter: 1 })).toBe(DIAL_BACKOFF_MS_MAX);
  });
});
