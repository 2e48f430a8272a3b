import { describe, expect, jest, test } from '@jest/globals';
import { Census } from '../../../core/engine/Census.js';
import { PeerDialer, type DialerHost } from '../../../core/engine/dialing/PeerDialer.js';
import { ADDRESSES_MAX, DIAL_MS_MAX } from '../../../core/base/limits.js';
import { SansfilError } from '../../../core/base/errors.js';
import type { Link } from '../../../core/ports/transport.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { peerOf } from '../../support/samples.js';
import { Wire } from '../../support/simLinks.js';
import { turn } from '../../support/sessionWorld.js';

const PEER = peerOf(1);

function dialer(change: Partial<DialerHost> = {}) {
  const clock = new VirtualClock();
  const link = new Wire(clock, 'w', () => 1, undefined).caller;
  const answers: ((link: Link) => void)[] = [];
  const host = {
    clock,
    random: new Rng(1),
    census: new Census(),
    addressesOf: () => ['sim://there'],
    // Heeds no signal, as a careless transport would.
    dial: jest.fn((_address: string, _signal: AbortSignal) => new Promise<Link>((resolve) => answers.push(resolve))),
    greet: jest.fn(() => new Promise<void>(() => undefined)),
    closeLink: jest.fn(),
    waiting: jest.fn(),
    fault: jest.fn(),
  };
  const peerDialer = new PeerDialer(PEER, { ...host, ...change });
  peerDialer.start();
  peerDialer.tell({ type: 'wanted' });
  return { clock, link, answers, host, dialer: peerDialer };
}

describe('the link of a dial', () => {
  test('that comes after its time is closed, not forgotten', async () => {
    const { clock, link, answers, host } = dialer();
    await turn();
    clock.advance(DIAL_MS_MAX);
    answers[0]?.(link);
    await turn();
    expect(host.closeLink).toHaveBeenCalledWith(link);
    expect(host.greet).not.toHaveBeenCalled();
  });

  test.each([0, 1, 2, 3, 4, 5, 6])('is greeted over or closed when a session opens %d steps after it came', async (steps) => {
    const { link, answers, host, dialer: one } = dialer();
    await turn();
    answers[0]?.(link);
    for (let step = 0; step < steps; step++) await Promise.resolve();
    one.tell({ type: 'session.opened' });
    await turn();
    expect(host.closeLink.mock.calls.length + host.greet.mock.calls.length).toBe(1);
  });
});

describe('a dialer', () => {
  test('tries no more addresses than a device may have', async () => {
    const addressesOf = (): readonly string[] => Array.from({ length: ADDRESSES_MAX + 10 }, (_, n) => `sim://${n}`);
    const dial = jest.fn(() => Promise.reject(new SansfilError('LINK_FAILED')));
    const { host } = dialer({ addressesOf, dial });
    await turn();
    expect(dial).toHaveBeenCalledTimes(ADDRESSES_MAX);
    expect(host.waiting).toHaveBeenCalledTimes(1);
  });

  test('goes on when telling about its wait fails, and reports that', async () => {
    const waiting = jest.fn(() => {
      throw new TypeError('no ears');
    });
    const { clock, host, dialer: one } = dialer({ addressesOf: () => [], waiting });
    await turn();
    expect(host.fault).toHaveBeenCalledWith('dialer', expect.objectContaining({ code: 'BUG' }));
    expect(one.waits).toEqual({ code: 'PEER_UNREACHABLE', retryInMs: expect.any(Number) });
    clock.advance(500);
    await turn();
    expect(waiting).toHaveBeenCalledTimes(2);
  });

  test('counts the time to the next dial down', async () => {
    const { clock, dialer: one } = dialer({ addressesOf: () => [] });
    await turn();
    const before = one.waits?.retryInMs ?? 0;
    clock.advance(100);
    expect(one.waits?.retryInMs).toBe(before - 100);
    one.tell({ type: 'unwanted' });
    expect([one.waits, one.idle]).toEqual([undefined, true]);
  });
});
