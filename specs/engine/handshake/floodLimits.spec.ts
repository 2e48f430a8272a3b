import { describe, expect, test } from '@jest/globals';
import {
  COOKIE_SECRET_MS,
  FRAME_BYTES_MAX,
  FIRST_FRAME_MS_MAX,
  HALF_OPEN_COOKIE,
  HALF_OPEN_MAX,
  HALF_OPEN_PER_ADDRESS_MAX,
  HANDSHAKE_ADDRESSES_MAX,
  HANDSHAKES_PER_ADDRESS_PER_SECOND,
  SESSIONS_MAX,
  STATIC_KEY_MS,
  STRANGERS_TOLD_BURST,
} from '../../../core/base/limits.js';
import { CookieJar } from '../../../core/engine/handshake/CookieJar.js';
import { HandshakeRate } from '../../../core/engine/handshake/HandshakeRate.js';
import { StaticKey } from '../../../core/engine/handshake/StaticKey.js';
import { decodeHandshakeError, decodeHello, encodeHello, FRAME_2_BYTES, handshakeFrameKind } from '../../../core/protocol/handshakeFrames.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { RawPeer, READY } from '../../support/rawPeer.js';
import { SessionWorld, type Party } from '../../support/sessionWorld.js';

async function called(suites?: readonly number[]): Promise<{ world: SessionWorld; board: Party }> {
  const world = new SessionWorld();
  return { world, board: await world.party('board', suites ? { suites } : {}) };
}

/** Connections that say HELLO and then nothing. */
function halfOpen(world: SessionWorld, board: Party, count: number, host: (n: number) => string): readonly RawPeer[] {
  return Array.from({ length: count }, (_, n) => {
    const peer = new RawPeer(world, board, `half ${n}`, host(n));
    peer.hello();
    return peer;
  });
}

const kinds = (peers: readonly RawPeer[]): readonly string[] => peers.map(({ received: [first] }) => (first ? handshakeFrameKind(first) : 'nothing'));

describe('[P-3.17] handshakes that are begun and not ended', () => {
  test('are eight for one address; a silent one makes room for the next caller', async () => {
    const { world, board } = await called();
    const wires = Array.from({ length: HALF_OPEN_PER_ADDRESS_MAX + 3 }, () => world.net.connect('board', '10.0.0.1'));
    await world.run(1);
    expect(wires.map(({ called: link }) => link.ended)).toEqual(wires.map((_, n) => n < 3));
    const honest = await new RawPeer(world, board, 'honest', '10.0.0.1').open();
    expect(board.registry.open(honest.id)).toBeDefined();
    expect(board.of('session.refused')).toEqual([]);
  });

  test('that said HELLO make room for the ninth caller of their address, the oldest first', async () => {
    const { world, board } = await called();
    const first = halfOpen(world, board, 5, () => '10.0.0.1');
    await world.run(700);
    const second = halfOpen(world, board, 3, () => '10.0.0.1');
    await world.run(300);
    const honest = await new RawPeer(world, board, 'honest', '10.0.0.1').open();
    expect([...first, ...second].map(({ ended }) => ended)).toEqual([true, ...Array<boolean>(7).fill(false)]);
    const elsewhere = await new RawPeer(world, board, 'elsewhere', '10.0.0.2').open();
    for (const { id } of [honest, elsewhere]) expect(board.registry.open(id)).toBeDefined();
  });

  test('are eight for one /64, whichever address of it calls', async () => {
    const { world } = await called();
    const wires = Array.from({ length: HALF_OPEN_PER_ADDRESS_MAX + 1 }, (_, n) => world.net.connect('board', `2001:db8::${n}`));
    const mapped = [world.net.connect('board', '::ffff:10.0.0.1'), world.net.connect('board', '10.0.0.1')];
    await world.run(1);
    expect(wires.map(({ called: link }) => link.ended)).toEqual(wires.map((_, n) => n === 0));
    expect(mapped.map(({ called: link }) => link.ended)).toEqual([false, false]);
  });

  test('are sixty-four in all, and their places are free again when they time out', async () => {
    const { world, board } = await called();
    const peers = halfOpen(world, board, HALF_OPEN_MAX + 1, (n) => `10.0.${n}.1`);
    await world.run(100);
    expect(peers.filter(({ ended }) => ended)).toHaveLength(1);
    await world.run(11_000);
    expect(peers.every(({ ended }) => ended)).toBe(true);
    const honest = await new RawPeer(world, board, 'honest', '10.1.0.1').open();
    expect(board.registry.open(honest.id)).toBeDefined();
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });

  test('that said HELLO from many addresses leave in the order in which they came, and those of the largest address first', async () => {
    const { world, board } = await called();
    const single = halfOpen(world, board, HALF_OPEN_MAX - 4, (n) => `10.0.${n}.1`);
    const large = halfOpen(world, board, 4, () => '10.1.0.1');
    await world.run(100);
    halfOpen(world, board, 5, (n) => `10.2.${n}.1`);
    await world.run(100);
    expect(large.map(({ ended }) => ended)).toEqual([true, true, true, false]);
    expect(single.map(({ ended }) => ended)).toEqual([true, true, ...Array<boolean>(HALF_OPEN_MAX - 6).fill(false)]);
  });

  test('of which five hundred said HELLO and no more, do not keep an honest caller waiting', async () => {
    const { world, board } = await called();
    halfOpen(world, board, 500, (n) => `10.0.${n % 100}.1`);
    await world.run(100);
    const honest = new RawPeer(world, board, 'honest', '10.9.0.1');
    // All through its handshake others call.
    honest.afterThird = () => void halfOpen(world, board, HALF_OPEN_MAX, (n) => `10.1.${n}.1`);
    await honest.open();
    expect(board.registry.open(honest.id)).toBeDefined();
  });

  test.each([
    ['of sixty-four addresses', HALF_OPEN_MAX, (n: number) => `10.0.${n}.1`, [true, true]],
    ['of one address', HALF_OPEN_PER_ADDRESS_MAX, () => '10.1.0.1', [true, false]],
  ])('that are proven, %s, keep their place until the session is ready', async (_, count, host, turnedAway) => {
    const { world, board } = await called();
    const proven: RawPeer[] = [];
    while (proven.length < count) {
      const peer = new RawPeer(world, board, `proven ${proven.length}`, host(proven.length));
      await peer.shakeHands();
      proven.push(peer);
      await world.run(100);
    }
    const call = (): readonly boolean[] => ['10.1.0.1', '10.2.0.1'].map((from) => world.net.connect('board', from).called.ended);
    expect(call()).toEqual(turnedAway);
    proven[0]?.send(READY);
    await world.run(10);
    expect(call()[0]).toBe(false);
    expect(proven.map(({ ended }) => ended)).not.toContain(true);
  });

  test('and say nothing push out those that said HELLO only from the half of the places that is theirs', async () => {
    const { world, board } = await called();
    const speaking = halfOpen(world, board, HALF_OPEN_MAX, (n) => `10.0.${n}.1`);
    await world.run(100);
    for (let n = 0; n < 500; n++) world.net.connect('board', `10.1.${n % 250}.1`);
    await world.run(100);
    expect(speaking.filter(({ ended }) => !ended)).toHaveLength(HALF_OPEN_MAX / 2);
  });

  test('of which five hundred sit there silently, do not keep an honest caller waiting', async () => {
    const { world, board } = await called();
    for (let n = 0; n < 500; n++) world.net.connect('board', `10.0.${n % 4}.1`);
    const honest = await new RawPeer(world, board, 'honest', '10.0.0.1').open();
    expect(board.registry.open(honest.id)).toBeDefined();
    await world.run(FIRST_FRAME_MS_MAX);
    expect(world.net.wires.filter(({ called: link }) => !link.ended)).toHaveLength(1);
  });

  test('are five a second for one address, and the sixth is told that we are busy', async () => {
    const { world, board } = await called();
    const peers = halfOpen(world, board, 6, () => '10.0.0.1');
    await world.run(100);
    expect(kinds(peers).slice(0, 5)).toEqual(Array(HANDSHAKES_PER_ADDRESS_PER_SECOND).fill('other'));
    const [refusal = new Uint8Array(0)] = peers[5]?.received ?? [];
    expect(decodeHandshakeError(refusal)).toBe('busy');
    expect(peers[5]?.ended).toBe(true);
    // a flood is not news each time
    expect(board.of('session.refused')).toEqual([]);
  });

  test('and broken by strangers are told at a bounded rate, that a friend was refused always', async () => {
    const world = new SessionWorld();
    const friend = toyIdentity('friend').signer.peerId;
    const board = await world.party('board', { admits: (peer) => peer === friend });
    const breaking = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) world.net.connect('board', `10.0.${n}.1`).caller.send(Uint8Array.of(0));
      await world.run(100);
    };
    await breaking(500);
    expect(board.of('session.refused')).toHaveLength(STRANGERS_TOLD_BURST);
    const peer = new RawPeer(world, board, 'friend');
    await peer.shakeHands();
    peer.sendRaw(Uint8Array.of(9));
    await world.run(100);
    expect(board.of('session.refused').filter((fact) => fact.peer === friend)).toHaveLength(1);
    expect(board.logged).not.toContain('warn session.refusedUntold');
    await world.run(10_000);
    await breaking(50);
    const told = board.of('session.refused').length - 1;
    expect(told).toBeGreaterThan(STRANGERS_TOLD_BURST);
    expect(told).toBeLessThan(STRANGERS_TOLD_BURST + 15);
    expect(board.logged.filter((line) => line === 'warn session.refusedUntold')).toHaveLength(1);
  });

  test('are not begun at all when there are as many sessions as there may be', async () => {
    const { world, board } = await called();
    for (let n = 0; n < SESSIONS_MAX; n++) await new RawPeer(world, board, `peer ${n}`, `10.${n}.0.1`).open();
    expect(board.registry.sessions()).toHaveLength(SESSIONS_MAX);
    const wire = world.net.connect('board', '11.0.0.1');
    expect(wire.called.ended).toBe(true);
  }, 60_000);
});

describe('[P-3.3] a cookie', () => {
  test('is asked for from thirty-two half-open handshakes on, and whoever brings it is answered', async () => {
    const { world, board } = await called();
    const before = halfOpen(world, board, HALF_OPEN_COOKIE - 1, (n) => `10.0.${n}.1`);
    await world.run(100);
    const after = halfOpen(world, board, 2, (n) => `10.1.${n}.1`);
    await world.run(100);
    expect(kinds(before)).toEqual(Array(HALF_OPEN_COOKIE - 1).fill('other'));
    expect(kinds(after)).toEqual(['retry', 'retry']);
    const honest = await new RawPeer(world, board, 'honest', '10.9.0.1').open();
    expect(board.registry.open(honest.id)).toBeDefined();
  });

  test.each([
    ['another cookie', { cookie: new Uint8Array(16) }],
    ['no cookie', { cookie: new Uint8Array(0) }],
    ['another offer', { offer: [0x01], suite: 0x01 }],
  ])('that comes back with %s ends the handshake', async (_what, change) => {
    const { world, board } = await called();
    halfOpen(world, board, HALF_OPEN_COOKIE, (n) => `10.0.${n}.1`);
    await world.run(100);
    const peer = new RawPeer(world, board, 'liar', '10.9.0.1');
    peer.wire.intercept = (frame, from, index) => (from === 'caller' && index === 1 ? [encodeHello({ ...decodeHello(frame), ...change }).frame] : [frame]);
    await expect(peer.shakeHands()).rejects.toThrow();
    await world.run(10);
    expect(peer.ended).toBe(true);
    expect(board.of('session.refused')).toHaveLength(1);
  });

  test('with a HELLO that repeats its ephemeral key ends the handshake', async () => {
    const { world, board } = await called([0x02, 0x01]);
    const peer = new RawPeer(world, board);
    let noise: Uint8Array | undefined;
    peer.wire.intercept = (frame, from) => {
      if (from !== 'caller') return [frame];
      const hello = decodeHello(frame);
      noise ??= hello.noise;
      return [encodeHello({ ...hello, noise }).frame];
    };
    await expect(peer.shakeHands()).rejects.toThrow();
    expect(board.of('session.refused')).toEqual([{ type: 'session.refused', mood: 'errory', code: 'FRAME_MALFORMED' }]);
  });

  test('depends on the secret, the address and the offer, and the secret before the last does not count', () => {
    const clock = new VirtualClock();
    const jar = new CookieJar({ clock, random: new Rng(1), primitives: toyPrimitives() });
    const cookie = jar.bake('10.0.0.1', [1, 2]);
    expect(cookie).toHaveLength(16);
    expect(jar.isOurs(cookie, '10.0.0.1', [1, 2])).toBe(true);
    expect(jar.isOurs(cookie, '10.0.0.2', [1, 2])).toBe(false);
    expect(jar.isOurs(cookie, '10.0.0.1', [2, 1])).toBe(false);
    clock.advance(COOKIE_SECRET_MS);
    expect(jar.isOurs(cookie, '10.0.0.1', [1, 2])).toBe(true);
    clock.advance(COOKIE_SECRET_MS);
    expect(jar.isOurs(cookie, '10.0.0.1', [1, 2])).toBe(false);
    const latest = jar.bake('10.0.0.1', [1, 2]);
    clock.advance(10 * COOKIE_SECRET_MS);
    expect(jar.isOurs(latest, '10.0.0.1', [1, 2])).toBe(false);
    expect(jar.isOurs(new Uint8Array(0), '10.0.0.1', [1, 2])).toBe(false);
  });
});

describe('[P-3.6] the suite', () => {
  test.each([
    [[1, 2], [1, 2], 1, 0],
    [[1, 2], [2, 1], 2, 1],
    [[2, 1], [1, 2], 2, 0],
    [[1], [2, 1], 1, 0],
    [[1, 2], [2], 2, 1],
  ])('of an offer %j and a list %j is %d, after %d RETRY', async (offer, list, suite, retries) => {
    const world = new SessionWorld();
    const [pi, board] = [await world.party('pi', { suites: offer }), await world.party('board', { suites: list })];
    pi.want(board);
    await world.run(100);
    expect([pi, board].map((party) => party.of('session.opened').map((fact) => fact.suite))).toEqual([[suite], [suite]]);
    expect(world.net.last.sent.filter(({ frame }) => handshakeFrameKind(frame) === 'retry')).toHaveLength(retries);
  });

  test('that both do not have ends the handshake, and the caller is told so in clear', async () => {
    const world = new SessionWorld();
    const [pi, board] = [await world.party('pi', { suites: [1] }), await world.party('board', { suites: [2] })];
    pi.want(board);
    await world.run(100);
    expect(pi.of('session.refused')).toEqual([{ type: 'session.refused', peer: board.id, mood: 'errory', code: 'SUITE_UNSUPPORTED' }]);
    expect(board.of('session.refused')).toEqual([{ type: 'session.refused', mood: 'errory', code: 'SUITE_UNSUPPORTED' }]);
    expect(pi.registry.waits(board.id)).toMatchObject({ code: 'SUITE_UNSUPPORTED' });
  });
});

describe('[P-3.17] the rate of one address', () => {
  test('fills up again with time, and does not depend on that of others', () => {
    const clock = new VirtualClock();
    const rate = new HandshakeRate(clock);
    const takes = (count: number, address: string): number => Array.from({ length: count }, () => rate.take(address)).filter(Boolean).length;
    expect(takes(10, '10.0.0.1')).toBe(5);
    expect(takes(10, '10.0.0.2')).toBe(5);
    clock.advance(400);
    expect(takes(10, '::ffff:10.0.0.1')).toBe(2);
    clock.advance(60_000);
    expect(takes(10, '10.0.0.1')).toBe(5);
    expect(Array.from({ length: 10 }, () => rate.take(undefined))).not.toContain(false);
  });

  test('is forgotten for the address unseen longest, so that memory is bounded', () => {
    const rate = new HandshakeRate(new VirtualClock());
    for (let n = 0; n < 5; n++) rate.take('first');
    expect(rate.take('first')).toBe(false);
    for (let n = 0; n < HANDSHAKE_ADDRESSES_MAX; n++) rate.take(`host ${n}`);
    expect(rate.take('first')).toBe(true);
  });
});

describe('[P-3.7] the static key', () => {
  test('is made when it is first needed and replaced once a day', () => {
    const clock = new VirtualClock();
    const key = new StaticKey(new Rng(1), clock);
    const first = key.current();
    clock.advance(STATIC_KEY_MS - 1);
    expect(key.current()).toBe(first);
    clock.advance(1);
    expect(key.current()).not.toEqual(first);
    expect(key.current()).toHaveLength(32);
  });
});

describe('[P-3.7] a frame before the handshake is done', () => {
  const HELLO_BEGIN = [0x53, 0x46, 0x4c, 0x31, 0x01];

  test.each([
    ['longer than any of the handshake', FRAME_2_BYTES + 1, [], 'FRAME_TOO_LONG'],
    ['that begins as HELLO and is too long', FRAME_2_BYTES + 1, HELLO_BEGIN, 'FRAME_TOO_LONG'],
    ['as long as a frame may be', FRAME_BYTES_MAX, HELLO_BEGIN, 'FRAME_TOO_LONG'],
    ['of no kind', FRAME_2_BYTES, [], 'FRAME_MALFORMED'],
    ['of one byte', 1, [], 'FRAME_MALFORMED'],
  ] as const)('%s ends it', async (_what, bytes, begin, code) => {
    const { world, board } = await called();
    const peer = new RawPeer(world, board);
    peer.sendRaw(Uint8Array.from({ length: bytes }, (_, i) => begin[i] ?? 0));
    await world.run(10);
    expect(peer.ended).toBe(true);
    expect(board.of('session.refused')).toEqual([{ type: 'session.refused', mood: 'errory', code }]);
  });
});
