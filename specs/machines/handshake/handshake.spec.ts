import { describe, expect, test } from '@jest/globals';
import { fromPromise } from 'xstate';
import { SansfilError } from '../../../core/base/errors.js';
import { FIRST_FRAME_MS_MAX, HANDSHAKE_MS_MAX } from '../../../core/base/limits.js';
import { initiatorMachine, type InitiatorEvent } from '../../../core/machines/handshake/initiator.machine.js';
import { responderMachine, type Caller, type ResponderEvent } from '../../../core/machines/handshake/responder.machine.js';
import { runMachine } from '../../support/machineRun.js';
import { turn } from '../../support/sessionWorld.js';

const granted = fromPromise<void>(() => Promise.resolve());
const refused = fromPromise<void>(() => Promise.reject(new SansfilError('IDENTITY_MISMATCH')));
const caller = (welcome: boolean) => fromPromise<Caller>(() => Promise.resolve({ welcome }));
const never = fromPromise<void>(() => new Promise<void>(() => undefined));

async function initiator(events: readonly InitiatorEvent[], asks = { verifySecond: granted, prove: granted }) {
  const run = runMachine(initiatorMachine.provide({ actors: asks }), ['sendHello', 'sendHelloAgain', 'handOver']);
  for (const event of events) {
    run.actor.send(event);
    await turn();
  }
  return run;
}

async function responder(events: readonly ResponderEvent[], welcome = true) {
  const run = runMachine(responderMachine.provide({ actors: { prove: granted, verifyThird: caller(welcome) } }), ['sendRetry', 'sendSecond', 'handOver']);
  for (const event of events) {
    run.actor.send(event);
    await turn();
  }
  return run;
}

const HELLO: ResponderEvent = { type: 'frame.hello', verdict: 'answer' };
const HELLO_TO_RETRY: ResponderEvent = { type: 'frame.hello', verdict: 'retry' };

describe('[P-3.9] the initiator', () => {
  test('verifies before it proves, and hands over after both', async () => {
    const run = await initiator([{ type: 'frame.second' }]);
    expect(run.effects).toEqual(['sendHello', 'handOver']);
    run.actor.send({ type: 'link.handedOver' });
    expect(run.state()).toMatchObject({ status: 'done', output: { mood: 'happy', code: null } });
    expect(run.clock.pending).toBe(0);
  });

  test('gives nothing away to one who is not the one it called', async () => {
    const run = await initiator([{ type: 'frame.second' }], { verifySecond: refused, prove: granted });
    expect(run.effects).toEqual(['sendHello']);
    expect(run.state().output).toEqual({ mood: 'scary', code: 'IDENTITY_MISMATCH' });
  });

  test.each<[string, readonly InitiatorEvent[], string]>([
    ['a second RETRY', [{ type: 'frame.retry' }, { type: 'frame.retry' }], 'FRAME_UNEXPECTED'],
    ['a broken link', [{ type: 'link.closed', code: 'LINK_CLOSED' }], 'LINK_CLOSED'],
    ['a frame of no kind', [{ type: 'frame.malformed', code: 'FRAME_MALFORMED' }], 'FRAME_MALFORMED'],
    ['a RETRY that does not add up', [{ type: 'frame.retry' }, { type: 'fault', code: 'DOWNGRADE' }], 'DOWNGRADE'],
    ['being called off', [{ type: 'cancelled', code: 'STOPPED' }], 'STOPPED'],
  ])('fails by %s', async (_what, events, code) => {
    const run = await initiator(events);
    expect(run.state().output).toMatchObject({ code });
    expect(run.clock.pending).toBe(0);
  });

  test('[P-3.4] explains the end of the link by an ERROR, but does not end because of one', async () => {
    const run = await initiator([{ type: 'frame.error', hint: 'SUITE_UNSUPPORTED' }]);
    expect(run.state().status).toBe('active');
    run.actor.send({ type: 'link.closed', code: 'LINK_CLOSED' });
    expect(run.state().output).toEqual({ mood: 'errory', code: 'SUITE_UNSUPPORTED' });
  });

  test('[P-3.10] gives up after ten seconds, and an answer that comes later changes nothing', async () => {
    const run = await initiator([{ type: 'frame.second' }], { verifySecond: never, prove: granted });
    run.clock.advance(HANDSHAKE_MS_MAX);
    expect(run.state().output).toEqual({ mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' });
    expect(run.effects).toEqual(['sendHello']);
  });
});

describe('the responder', () => {
  test('answers HELLO, and hands over when the caller is known and welcome', async () => {
    const run = await responder([HELLO, { type: 'frame.third' }]);
    expect(run.effects).toEqual(['sendSecond', 'handOver']);
  });

  test('sends one RETRY, never two', async () => {
    expect((await responder([HELLO_TO_RETRY, HELLO])).effects).toEqual(['sendRetry', 'sendSecond']);
    const twice = await responder([HELLO_TO_RETRY, HELLO_TO_RETRY]);
    expect(twice.effects).toEqual(['sendRetry']);
    expect(twice.state().output).toMatchObject({ code: 'FRAME_UNEXPECTED' });
  });

  test.each<[string, readonly ResponderEvent[]]>([
    ['a second HELLO', [HELLO, HELLO]],
    ['frame 3 without HELLO', [{ type: 'frame.third' }]],
  ])('fails by %s', async (_what, events) => {
    expect((await responder(events)).state().output).toEqual({ mood: 'errory', code: 'FRAME_UNEXPECTED' });
  });

  test('turns a caller away who is not welcome', async () => {
    const run = await responder([HELLO, { type: 'frame.third' }], false);
    expect(run.effects).toEqual(['sendSecond']);
    expect(run.state().output).toEqual({ mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' });
  });

  test('waits three seconds for each HELLO and ten in all', async () => {
    const silent = await responder([]);
    silent.clock.advance(FIRST_FRAME_MS_MAX);
    expect(silent.state().output).toEqual({ mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' });
    const retried = await responder([HELLO_TO_RETRY]);
    retried.clock.advance(FIRST_FRAME_MS_MAX);
    expect(retried.state().output).toEqual({ mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' });
    const answered = await responder([HELLO]);
    answered.clock.advance(HANDSHAKE_MS_MAX - 1);
    expect(answered.state().status).toBe('active');
    answered.clock.advance(1);
    expect(answered.state().output).toEqual({ mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' });
  });
});
