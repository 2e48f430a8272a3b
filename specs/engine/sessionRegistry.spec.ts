import { describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { DIAL_BACKOFF_MS_MIN, EARLY_FRAMES_MAX, FIRST_FRAME_MS_MAX, HANDSHAKE_MS_MAX, SESSION_SILENT_MS_MAX } from '../../core/base/limits.js';
import type { PeerId } from '../../core/base/ids.js';
import type { Verifier } from '../../core/ports/signer.js';
import type { Record } from '../../core/protocol/frames.js';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { RawPeer, READY } from '../support/rawPeer.js';
import { SessionWorld, type Party, type PartyOptions } from '../support/sessionWorld.js';

const message = (n: number, bytes = 10): Record => ({ type: 'msg', id: new Uint8Array(16).fill(n), content: new Uint8Array(bytes).fill(n) });

async function pair(pi: PartyOptions = {}, board: PartyOptions = {}): Promise<{ world: SessionWorld; pi: Party; board: Party }> {
  const world = new SessionWorld();
  return { world, pi: await world.party('pi', pi), board: await world.party('board', board) };
}

async function openPair(pi: PartyOptions = {}, board: PartyOptions = {}) {
  const parties = await pair(pi, board);
  parties.pi.want(parties.board);
  await parties.world.run(100);
  const [mine, theirs] = [parties.pi.registry.open(parties.board.id), parties.board.registry.open(parties.pi.id)];
  if (!mine || !theirs) throw new Error('no session opened');
  return { ...parties, mine, theirs };
}

describe('[P-3.10] a session', () => {
  test('opens on both sides once READY came from both, with the same suite and opposite roles', async () => {
    const { world, pi, board } = await openPair();
    expect(pi.of('session.opened')).toEqual([{ type: 'session.opened', peer: board.id, session: 's1', suite: 1, role: 'initiator' }]);
    expect(board.of('session.opened')).toEqual([{ type: 'session.opened', peer: pi.id, session: 's1', suite: 1, role: 'responder' }]);
    expect(pi.registry.sessions().map(({ peer }) => peer)).toEqual([board.id]);
    expect(pi.registry.waits(board.id)).toBeUndefined();
    await world.stop();
  });

  test('is not told of while the READY of the peer is missing, and is given up after the time for a handshake', async () => {
    const { world, pi, board } = await pair();
    world.net.onWire = (wire) => {
      wire.intercept = (frame, from, index) => (from === 'called' && index === 1 ? [] : [frame]);
    };
    pi.want(board);
    await world.run(HANDSHAKE_MS_MAX - 100);
    expect(pi.of('session.opened')).toEqual([]);
    expect(board.of('session.opened')).toHaveLength(1);
    pi.registry.unwant(board.id, 'spec');
    pi.addresses.clear();
    await world.run(200);
    expect(pi.of('session.refused')).toEqual([{ type: 'session.refused', peer: board.id, mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' }]);
    // the half that believed itself open hears of the end
    expect(board.of('session.closed')).toHaveLength(1);
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });

  test('carries records both ways, each to the consumer of its type, in order', async () => {
    const { world, pi, board, mine, theirs } = await openPair();
    for (let n = 0; n < 5; n++) expect(mine.send(message(n))).toBe(true);
    theirs.send({ type: 'ack', id: new Uint8Array(16) });
    mine.sendBulk(7, new Uint8Array(200_000).fill(9), () => undefined);
    await world.run(100);
    expect(board.consumer.records.map((record) => (record.type === 'msg' ? record.id[0] : -1))).toEqual([0, 1, 2, 3, 4]);
    expect(pi.consumer.records).toEqual([{ type: 'ack', id: new Uint8Array(16) }]);
    expect(board.consumer.bulks.map(({ stream }) => stream)).toEqual([7, 7, 7, 7]);
    expect(board.consumer.bulks.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(200_000);
  });

  test('ends in good order on both sides when one side is done, and sends nothing after that', async () => {
    const { world, pi, board, mine } = await openPair();
    pi.registry.unwant(board.id, 'spec');
    pi.registry.disconnect(board.id, 'happy', 'STOPPED');
    expect(mine.send(message(1))).toBe(false);
    await world.run(100);
    expect(pi.of('session.closed')).toEqual([{ type: 'session.closed', peer: board.id, session: 's1', mood: 'happy', code: 'STOPPED' }]);
    expect(board.of('session.closed')).toEqual([{ type: 'session.closed', peer: pi.id, session: 's1', mood: 'happy' }]);
    expect([pi.consumer.closes.length, board.consumer.closes.length]).toEqual([1, 1]);
    expect(pi.registry.open(board.id)).toBeUndefined();
  });

  test('[P-3.11] ends abnormally when its link ends without CLOSE', async () => {
    const { world, pi, board } = await openPair();
    world.net.last.carryEnd('called');
    await world.run(10);
    expect(pi.of('session.closed')).toEqual([{ type: 'session.closed', peer: board.id, session: 's1', mood: 'lonely', code: 'LINK_CLOSED' }]);
  });

  test('leaves no timer, link or session behind when everybody stops', async () => {
    const { world, pi, board } = await openPair();
    await world.stop();
    expect(world.clock.pending).toBe(0);
    expect(world.net.wires.every(({ caller, called }) => caller.ended && called.ended)).toBe(true);
    expect([...pi.registry.sessions(), ...board.registry.sessions()]).toEqual([]);
    // one of them said CLOSE first
    expect([...pi.of('session.closed'), ...board.of('session.closed')].map(({ mood }) => mood)).toEqual(['happy', 'happy']);
  });
});

describe('[P-3.9] a caller who is not welcome', () => {
  test('hears nothing but the end of the link, and learns no reason', async () => {
    const { world, pi, board } = await pair({}, { admits: () => false });
    pi.want(board);
    await world.run(100);
    expect(world.net.last.sent.filter(({ from }) => from === 'called')).toHaveLength(1);
    expect(board.of('session.refused')).toEqual([{ type: 'session.refused', peer: pi.id, mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' }]);
    expect(pi.of('session.refused')).toEqual([{ type: 'session.refused', peer: board.id, mood: 'lonely', code: 'LINK_CLOSED' }]);
    expect([...pi.of('session.opened'), ...board.of('session.opened')]).toEqual([]);
    await world.stop();
  });

  test('is not talked to either when the welcome ends before READY', async () => {
    let welcome = true;
    const { world, pi, board } = await pair({ admits: () => welcome });
    pi.want(board);
    world.net.onWire = () => (welcome = false);
    await world.run(100);
    expect(pi.of('session.opened')).toEqual([]);
    expect(pi.of('session.refused')).toEqual([{ type: 'session.refused', peer: board.id, mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' }]);
  });

  test('is refused when it shows our own identity', async () => {
    const { world, board } = await pair();
    const mirror = new RawPeer(world, board, 'board');
    expect(mirror.id).toBe(board.id);
    await mirror.open();
    expect(board.facts).toEqual([{ type: 'session.refused', peer: board.id, mood: 'unwelcome', code: 'PEER_NOT_ALLOWED' }]);
    board.registry.want(board.id, 'spec');
    await world.run(1_000);
    expect(world.net.wires).toHaveLength(1);
  });
});

describe('[P-3.10] what comes before frame 3 is verified', () => {
  async function burst(count: number, heedsPause: boolean) {
    const world = new SessionWorld();
    const { signer, verifier } = toyIdentity('board');
    const slowly: Verifier = {
      identify: (spki) => verifier.identify(spki),
      verify: async (...signed) => {
        await new Promise<void>((resolve) => void world.clock.setTimeout(() => resolve(), 50));
        return verifier.verify(...signed);
      },
    };
    const board = await world.party('board', { identity: { signer, verifier: slowly } });
    const peer = new RawPeer(world, board);
    if (!heedsPause) peer.wire.called.pause = () => undefined;
    peer.afterThird = () => {
      peer.send(READY);
      for (let n = 1; n < count; n++) peer.send(message(n));
    };
    await peer.shakeHands();
    await world.run(100);
    return board;
  }

  test('waits in the link, however much it is', async () => {
    const board = await burst(40, true);
    expect(board.consumer.records).toHaveLength(39);
  });

  test('is kept for a link that goes on regardless, up to a bound', async () => {
    const few = await burst(EARLY_FRAMES_MAX, false);
    expect(few.consumer.records).toHaveLength(EARLY_FRAMES_MAX - 1);
    const many = await burst(EARLY_FRAMES_MAX + 1, false);
    expect(many.facts).toEqual([{ type: 'session.refused', mood: 'errory', code: 'FRAME_UNEXPECTED' }]);
  });
});

describe('a peer that goes silent', () => {
  test('during the handshake is given up as lonely by both sides, and leaves nothing behind', async () => {
    const { world, pi, board } = await pair();
    world.net.onWire = (wire) => {
      wire.intercept = (frame, from) => (from === 'called' ? [] : [frame]);
    };
    pi.want(board);
    await world.run(100);
    pi.addresses.clear();
    await world.run(HANDSHAKE_MS_MAX);
    expect(pi.of('session.refused')).toEqual([{ type: 'session.refused', peer: board.id, mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' }]);
    expect(board.of('session.refused')).toEqual([expect.objectContaining({ mood: 'lonely' })]);
    await world.stop();
    expect(world.clock.pending).toBe(0);
    expect(world.net.wires.every(({ caller, called }) => caller.ended && called.ended)).toBe(true);
  });

  test('before its first frame is given up after three seconds', async () => {
    const { world, board } = await pair();
    const wire = world.net.connect('board', 'stranger');
    await world.run(FIRST_FRAME_MS_MAX - 1);
    expect(wire.called.ended).toBe(false);
    await world.run(1);
    expect(wire.called.ended).toBe(true);
    expect(board.of('session.refused')).toEqual([{ type: 'session.refused', mood: 'lonely', code: 'HANDSHAKE_TIMEOUT' }]);
  });

  test('[P-3.11] in an open session is asked by PING and given up after ninety seconds', async () => {
    const { world, pi, board } = await openPair();
    world.net.last.silent = true;
    await world.run(SESSION_SILENT_MS_MAX - 1_000);
    expect(pi.of('session.closed')).toEqual([]);
    pi.addresses.clear();
    await world.run(2_000);
    expect(pi.of('session.closed')).toEqual([{ type: 'session.closed', peer: board.id, session: 's1', mood: 'lonely', code: 'SESSION_IDLE' }]);
    expect(board.of('session.closed')).toHaveLength(1);
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });

  test('[P-3.11] is kept as long as it answers, for an hour of nothing to say', async () => {
    const { world, pi, board } = await openPair();
    await world.run(55 * 60_000);
    expect([...pi.of('session.closed'), ...board.of('session.closed')]).toEqual([]);
    await world.stop();
  });

  test('is not given up while we are the ones who do not read', async () => {
    const { world, pi, mine, theirs } = await openPair();
    mine.pause();
    mine.pause();
    for (let minute = 0; minute < 3; minute++) {
      theirs.send(message(minute));
      await world.run(60_000);
    }
    expect(pi.of('session.closed')).toEqual([]);
    expect(pi.consumer.records).toEqual([]);
    mine.resume();
    await world.run(10);
    expect(pi.consumer.records).toEqual([]);
    mine.resume();
    await world.run(10);
    expect(pi.consumer.records).toHaveLength(3);
  });
});

describe('what a consumer throws', () => {
  test('about the peer ends that session with its code', async () => {
    const { world, pi, board, mine } = await openPair();
    board.consumer.onRecord = () => {
      throw new SansfilError('UTF8_INVALID');
    };
    mine.send(message(1));
    await world.run(10);
    expect(board.of('session.closed')).toEqual([expect.objectContaining({ mood: 'errory', code: 'UTF8_INVALID' })]);
    // the peer is told that it broke the protocol
    expect(pi.of('session.closed')).toEqual([expect.objectContaining({ mood: 'errory', code: 'RECORD_MALFORMED' })]);
    expect(board.of('fault')).toEqual([]);
  });

  test('by mistake is a fault, and ends that session and no other', async () => {
    const { world, pi, board, mine } = await openPair();
    const third = await world.party('third');
    third.want(board);
    await world.run(100);
    board.consumer.onRecord = () => {
      throw new TypeError('x is undefined');
    };
    mine.send(message(1));
    await world.run(10);
    expect(board.of('fault')).toEqual([{ type: 'fault', where: 'session', code: 'BUG', detail: 'x is undefined' }]);
    expect(board.of('session.closed')).toEqual([expect.objectContaining({ peer: pi.id, mood: 'errory', code: 'BUG' })]);
    expect(board.registry.open(third.id)).toBeDefined();
  });

  test('when it is told of a session ends that session too', async () => {
    const { world, pi, board } = await pair();
    board.consumer.onOpened = () => {
      throw new Error('not ready');
    };
    pi.want(board);
    await world.run(50);
    expect(board.of('session.closed')).toEqual([expect.objectContaining({ code: 'BUG' })]);
    expect(board.registry.open(pi.id)).toBeUndefined();
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });
});

describe('dialling', () => {
  test('is given up in the middle of a handshake when nobody wants it any more', async () => {
    const { world, pi, board } = await pair();
    world.net.onWire = (wire) => {
      wire.intercept = (frame, from) => (from === 'called' ? [] : [frame]);
    };
    pi.want(board);
    await world.run(100);
    expect(world.net.last.caller.ended).toBe(false);
    pi.registry.unwant(board.id, 'spec');
    expect(world.net.last.caller.ended).toBe(true);
    expect(pi.facts).toEqual([]);
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });

  test('goes through the known addresses and tells why it waits when none answers', async () => {
    const { world, pi, board } = await pair();
    pi.addresses.set(board.id, ['sim://nowhere', 'carrier-pigeon://loft', 'sim://board']);
    pi.want(board);
    await world.run(100);
    expect(pi.registry.open(board.id)).toBeDefined();
    const stranger = 'A'.repeat(52) as PeerId;
    pi.registry.want(stranger, 'spec');
    await world.run(1);
    expect(pi.registry.waits(stranger)).toEqual({ code: 'PEER_UNREACHABLE', retryInMs: expect.any(Number) });
    expect(pi.of('peer.waiting')).toEqual([{ type: 'peer.waiting', peer: stranger, code: 'PEER_UNREACHABLE', retryInMs: expect.any(Number) }]);
    pi.registry.unwant(stranger, 'spec');
    expect(pi.registry.waits(stranger)).toBeUndefined();
    await world.stop();
    expect(world.clock.pending).toBe(0);
  });

  test('waits twice as long after each round, with jitter, up to a minute', async () => {
    const { world, pi, board } = await pair();
    pi.addresses.clear();
    pi.want(board);
    await world.run(10 * 60_000);
    const waits = pi.of('peer.waiting').map(({ retryInMs }) => retryInMs);
    waits.forEach((ms, round) => {
      const ceiling = Math.min(60_000, DIAL_BACKOFF_MS_MIN * 2 ** round);
      expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
      expect(ms).toBeLessThanOrEqual(ceiling);
    });
    expect(new Set(waits).size).toBe(waits.length);
    expect(waits.length).toBeGreaterThan(10);
  });

  test('is done at once when the peer is said to be there', async () => {
    const { world, pi, board } = await pair();
    const [address] = pi.addresses.get(board.id) ?? [];
    pi.addresses.clear();
    pi.want(board);
    await world.run(5 * 60_000);
    pi.addresses.set(board.id, [address ?? '']);
    pi.registry.nudge(board.id);
    await world.run(50);
    expect(pi.registry.open(board.id)).toBeDefined();
  });

  test('begins again after a link broke, and stops when nobody wants it any more', async () => {
    const { world, pi, board } = await openPair();
    world.net.last.cut();
    await world.run(2_000);
    expect(pi.of('session.opened')).toHaveLength(2);
    pi.registry.want(board.id, 'another reason');
    pi.registry.unwant(board.id, 'spec');
    world.net.last.cut();
    await world.run(2_000);
    expect(pi.of('session.opened')).toHaveLength(3);
    pi.registry.unwant(board.id, 'another reason');
    world.net.last.cut();
    await world.run(60_000);
    expect(pi.of('session.opened')).toHaveLength(3);
  });

  test('gives up an address that does not answer in time and takes the next', async () => {
    const { world, pi, board } = await pair();
    pi.addresses.set(board.id, ['sim://board', 'sim://board']);
    world.net.latencyMs = () => (world.net.wires.length === 0 && world.clock.monotonic() < 1_000 ? 60_000 : 1);
    pi.want(board);
    await world.run(5_500);
    expect(pi.registry.open(board.id)).toBeDefined();
  });
});
