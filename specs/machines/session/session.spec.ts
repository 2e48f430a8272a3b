import { describe, expect, test } from '@jest/globals';
import {
  PING_IDLE_MS,
  RIVAL_MS_MAX,
  SESSION_AGE_HARD_MS_MAX,
  SESSION_AGE_MS_MAX,
  SESSION_CLOSE_MS_MAX,
  SESSION_SILENT_MS_MAX,
} from '../../../core/base/limits.js';
import { SESSION_EVENTS, sessionMachine, type SessionEvent } from '../../../core/machines/session/session.machine.js';
import { runMachine } from '../../support/machineRun.js';

const EFFECTS = ['sendReady', 'sendPing', 'answerPing', 'arbitrate', 'claim', 'renew', 'end'];
const UP: readonly SessionEvent[] = [{ type: 'record.ready' }, { type: 'rivalry.won' }];

function session(...events: readonly SessionEvent[]) {
  const run = runMachine(sessionMachine, EFFECTS, { confirmMs: 10_000 });
  for (const event of events) run.actor.send(event);
  return run;
}

const endOf = ({ effects }: { readonly effects: readonly unknown[] }): unknown => effects.find((effect) => Array.isArray(effect) && effect[0] === 'end');

describe('the session machine', () => {
  test('says READY first and asks who it is only when it heard READY', () => {
    expect(session().effects).toEqual(['sendReady']);
    expect(session({ type: 'record.ready' }).effects).toEqual(['sendReady', 'arbitrate']);
    expect(session(...UP).state().value).toEqual({ open: { liveness: 'lively', lifetime: 'fresh' } });
  });

  test.each<[string, readonly SessionEvent[], unknown]>([
    ['no READY in time', [], undefined],
    ['tampering, without a word', [...UP, { type: 'record.refused', code: 'DECRYPT_FAILED' }], { mood: 'scary', code: 'DECRYPT_FAILED', farewell: null }],
    ['a broken rule', [...UP, { type: 'record.refused', code: 'RECORD_UNKNOWN' }], { mood: 'errory', code: 'RECORD_UNKNOWN', farewell: 'protocol' }],
    ['a second READY', [...UP, { type: 'record.ready' }], { mood: 'errory', code: 'FRAME_UNEXPECTED', farewell: 'protocol' }],
    ['a PING before READY', [{ type: 'record.ping' }], { mood: 'errory', code: 'FRAME_UNEXPECTED', farewell: 'protocol' }],
    ['a link that broke', [...UP, { type: 'link.closed', code: 'LINK_CLOSED' }], { mood: 'lonely', code: 'LINK_CLOSED', farewell: 'done' }],
    ['a full queue', [...UP, { type: 'link.overfull' }], { mood: 'errory', code: 'SEND_QUEUE_FULL', farewell: 'done' }],
    ['used up keys', [...UP, { type: 'keys.exhausted' }], { mood: 'happy', code: 'SESSION_EXPIRED', farewell: 'rekey' }],
    ['a bug of ours', [...UP, { type: 'fault', code: 'BUG' }], { mood: 'errory', code: 'BUG', farewell: 'done' }],
    ['a better session', [{ type: 'record.ready' }, { type: 'rivalry.lost' }], { mood: 'happy', code: 'SESSION_DUPLICATE', farewell: 'duplicate' }],
    ['a goodbye of the peer', [...UP, { type: 'record.close', reason: 'done' }], { mood: 'happy', code: null, farewell: null }],
    ['a peer that refuses us', [...UP, { type: 'record.close', reason: 'policy' }], { mood: 'unwelcome', code: 'PEER_NOT_ALLOWED', farewell: null }],
    [
      'a wish of ours',
      [...UP, { type: 'close.requested', mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' }],
      { mood: 'unwelcome', code: 'PEER_NOT_ALLOWED', farewell: 'policy' },
    ],
  ])('ends by %s with its mood, code and farewell', (_what, events, ending) => {
    const run = session(...events);
    if (events.length === 0) run.clock.advance(10_000);
    expect(endOf(run)).toEqual(['end', ending ?? { mood: 'lonely', code: 'HANDSHAKE_TIMEOUT', farewell: 'done' }]);
    run.clock.advance(SESSION_CLOSE_MS_MAX);
    expect(run.state()).toMatchObject({ status: 'done', output: { mood: expect.any(String) } });
    expect(run.clock.pending).toBe(0);
  });

  test('waits in closing for its link, whatever else comes, and ends once', () => {
    const run = session(...UP, { type: 'close.requested', mood: 'happy', code: null });
    for (const type of SESSION_EVENTS) {
      if (type !== 'link.closed') run.actor.send({ type, code: 'BUG', mood: 'scary', reason: 'policy' });
    }
    expect(run.state().value).toBe('closing');
    run.actor.send({ type: 'link.closed', code: 'LINK_CLOSED' });
    expect(run.state().output).toEqual({ mood: 'happy', code: null });
    expect(run.effects.filter((effect) => Array.isArray(effect) && effect[0] === 'end')).toHaveLength(1);
  });

  test('asks a silent peer once, and gives it up; every sign of life starts the silence anew', () => {
    const run = session(...UP);
    run.clock.advance(PING_IDLE_MS - 1);
    run.actor.send({ type: 'link.heard' });
    run.clock.advance(PING_IDLE_MS);
    expect(run.effects.filter((effect) => effect === 'sendPing')).toHaveLength(1);
    run.clock.advance(SESSION_SILENT_MS_MAX - PING_IDLE_MS - 1);
    expect(endOf(run)).toBeUndefined();
    run.clock.advance(1);
    expect(endOf(run)).toEqual(['end', { mood: 'lonely', code: 'SESSION_IDLE', farewell: 'done' }]);
  });

  test('says that it lives as long as it does not read, and counts no silence', () => {
    const run = session(...UP, { type: 'reading.paused' });
    run.clock.advance(5 * PING_IDLE_MS);
    expect(run.effects.filter((effect) => effect === 'sendPing')).toHaveLength(5);
    run.actor.send({ type: 'reading.resumed' });
    expect(run.state().value).toEqual({ open: { liveness: 'lively', lifetime: 'fresh' } });
  });

  test('asks for a new one when it is old or its keys are spent, and ends at the hard limit', () => {
    const old = session(...UP);
    const spent = session(...UP, { type: 'keys.spent' }, { type: 'keys.spent' });
    expect(spent.effects.filter((effect) => effect === 'renew')).toHaveLength(1);
    for (let at = 0; at < SESSION_AGE_HARD_MS_MAX; at += PING_IDLE_MS / 2) {
      expect(old.effects.includes('renew')).toBe(at >= SESSION_AGE_MS_MAX);
      old.actor.send({ type: 'link.heard' });
      old.clock.advance(PING_IDLE_MS / 2);
    }
    expect(endOf(old)).toEqual(['end', { mood: 'happy', code: 'SESSION_EXPIRED', farewell: 'rekey' }]);
  });

  test('claims its place when the older session stays silent', () => {
    const run = session({ type: 'record.ready' }, { type: 'rivalry.contested' });
    run.clock.advance(RIVAL_MS_MAX - 1);
    expect(run.effects).not.toContain('claim');
    run.clock.advance(1);
    expect(run.effects).toContain('claim');
    run.actor.send({ type: 'rivalry.won' });
    expect(run.state().matches('open')).toBe(true);
  });
});
