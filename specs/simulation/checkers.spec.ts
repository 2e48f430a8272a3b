import { describe, expect, test } from '@jest/globals';
import type { MessageId, PeerId, SessionId } from '../../core/base/ids.js';
import { SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { HalfOpenChecker, messageFindings, queueFindings } from '../../core/simulation/checkers.js';
import { Network, Rng, VirtualClock } from '../../core/testing.js';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { drain } from '../support/drain.js';

const peer = (name: string): PeerId => toyIdentity(name).signer.peerId;

describe('the half-open checker', () => {
  const device = (name: string, ...peers: string[]) => ({
    name,
    id: peer(name),
    open: new Map(peers.map((other, n) => [`${name}-${n}` as SessionId, peer(other)])),
  });

  test('finds a session that only one side holds, once silence has lasted too long', () => {
    const checker = new HalfOpenChecker();
    const devices = [device('pi', 'board'), device('board')];
    checker.observe(devices, 0);
    checker.observe(devices, SESSION_SILENT_MS_MAX);
    expect(checker.findings()).toEqual([]);
    checker.observe(devices, SESSION_SILENT_MS_MAX + 1);
    expect(checker.findings()).toEqual([expect.stringContaining('pi holds a session with board')]);
  });

  test('counts anew when both sides have agreed in between', () => {
    const checker = new HalfOpenChecker();
    const half = [device('pi', 'board'), device('board')];
    checker.observe(half, 0);
    checker.observe([device('pi', 'board'), device('board', 'pi')], SESSION_SILENT_MS_MAX);
    checker.observe(half, SESSION_SILENT_MS_MAX + 1);
    checker.observe(half, 2 * SESSION_SILENT_MS_MAX);
    expect(checker.findings()).toEqual([]);
  });
});

describe('the message checker', () => {
  const id = (n: number): MessageId => n.toString(16).padStart(32, '0') as MessageId;
  const device = (name: string, facts: readonly DomainEvent[]) => ({
    name,
    id: peer(name),
    of: <T extends DomainEvent['type']>(type: T) => facts.filter((fact): fact is Extract<DomainEvent, { readonly type: T }> => fact.type === type),
  });
  const run = (...received: number[]) =>
    messageFindings([
      device(
        'pi',
        [1, 2, 3].map((n): DomainEvent => ({ type: 'message.queued', peer: peer('board'), id: id(n) })),
      ),
      device(
        'board',
        received.map((n): DomainEvent => ({ type: 'message.received', peer: peer('pi'), id: id(n), text: '', createdMs: 0 })),
      ),
    ]);

  test.each([
    ['all in order', [1, 2, 3], []],
    ['some still under way', [1, 2], []],
    ['twice', [1, 2, 2], [/received twice/]],
    ['out of order', [2, 1, 3], [/out of order/]],
    ['never written', [1, 9], [/never written/]],
  ])('messages received %s', (_, received, findings) => {
    expect(run(...received)).toEqual(findings.map((finding) => expect.stringMatching(finding)));
  });
});

describe('the queue checker', () => {
  test('finds a link that holds more than anybody may leave unsent', async () => {
    const clock = new VirtualClock();
    const network = new Network({ clock, rng: new Rng(1) });
    network.listen('board:1', () => undefined);
    const dialled = network.dial('pi', 'board:1', new AbortController().signal);
    clock.advance(100);
    await drain();
    const link = await dialled;
    link.send(new Uint8Array(65_535));
    expect(queueFindings([{ name: 'pi' }], network)).toEqual([]);
    for (let n = 0; n < 70; n++) link.send(new Uint8Array(65_535));
    expect(queueFindings([{ name: 'pi' }], network)).toEqual([expect.stringContaining(link.id)]);
  });
});
