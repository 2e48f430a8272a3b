import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { decodeHello, encodeHandshakeError, encodeHello, encodeRetry, FRAME_2_BYTES, FRAME_3_BYTES } from '../../core/protocol/handshakeFrames.js';
import { nodePrimitives } from '../../plugins/node-primitives/nodePrimitives.js';
import { fixtureKey } from '../fixtures/keys/rsaKeys.js';
import { impostor, rsaIdentity } from '../support/rsaIdentity.js';
import { SessionWorld, type Party } from '../support/sessionWorld.js';

const newKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const PI = rsaIdentity(fixtureKey('rsa2048'));
const BOARD = rsaIdentity(newKey());
const MALLORY = rsaIdentity(newKey());
const primitives = nodePrimitives;
const HELLO_BYTES = 61;

interface Pair {
  readonly world: SessionWorld;
  readonly pi: Party;
  readonly board: Party;
}

/** Both with real cryptography; the one dial there will be goes through what `prepare` sets up. */
async function pair(seed = 1): Promise<Pair> {
  const world = new SessionWorld(seed);
  const pi = await world.party('pi', { identity: PI, primitives });
  const board = await world.party('board', { identity: BOARD, primitives });
  return { world, pi, board };
}

async function dialOnce({ world, pi, board }: Pair): Promise<void> {
  pi.want(board);
  await world.run(100);
  pi.addresses.clear();
}

const opened = ({ pi, board }: Pair): number => pi.of('session.opened').length + board.of('session.opened').length;
const outcome = (party: Party): unknown => party.of('session.refused').map(({ mood, code }) => ({ mood, code }));

/** One dial for each byte of the `index`-th frame of that end, with one bit of it changed: the bytes with which a session came of it. */
async function survivors(from: 'caller' | 'called', index: number, length: number): Promise<readonly number[]> {
  const both = await pair();
  const { world, pi, board } = both;
  const survived: number[] = [];
  let byte = 0;
  world.net.onWire = (wire) => {
    wire.intercept = (frame, end, n) => (end === from && n === index ? [flipped(frame, byte)] : [frame]);
  };
  for (; byte < length; byte++) {
    pi.want(board);
    await world.run(10);
    const { last } = world.net;
    // A HELLO whose type was changed is waited out, everything else ends at once.
    if (!last.caller.ended || !last.called.ended) await world.run(11_000);
    pi.registry.unwant(board.id, 'spec');
    if (opened(both) > 0 || !last.caller.ended || !last.called.ended || world.net.wires.length !== 1) survived.push(byte);
    await world.run(250);
    for (const kept of [pi.facts, board.facts, world.net.wires]) kept.length = 0;
  }
  return survived;
}

function flipped(frame: Uint8Array, byte: number): Uint8Array {
  const changed = frame.slice();
  changed[byte] = (changed[byte] ?? 0) ^ (1 << (byte % 8));
  return changed;
}

describe('[P-3.5] a handshake in which one bit is changed on the way', () => {
  test('opens when nothing is changed, with frames of the sizes the runs below assume', async () => {
    const both = await pair();
    await dialOnce(both);
    expect(opened(both)).toBe(2);
    const handshake = both.world.net.last.sent.slice(0, 3).map(({ from, frame }) => [from, frame.length]);
    expect(handshake).toEqual([
      ['caller', HELLO_BYTES],
      ['called', FRAME_2_BYTES],
      ['caller', FRAME_3_BYTES],
    ]);
  });

  test('never opens a session, for every byte of HELLO', async () => {
    expect(await survivors('caller', 0, HELLO_BYTES)).toEqual([]);
  }, 60_000);

  test('never opens a session, for every byte of frame 2', async () => {
    expect(await survivors('called', 0, FRAME_2_BYTES)).toEqual([]);
  }, 180_000);

  test('never opens a session, for every byte of frame 3', async () => {
    expect(await survivors('caller', 1, FRAME_3_BYTES)).toEqual([]);
  }, 180_000);
});

describe('[P-3.9] a man in the middle', () => {
  test('with keys of its own is refused before it learns who called', async () => {
    const both = await pair();
    const mallory = await both.world.party('mallory', { identity: MALLORY, primitives });
    both.pi.addresses.set(both.board.id, [mallory.address]);
    await dialOnce(both);
    expect(outcome(both.pi)).toEqual([{ mood: 'scary', code: 'IDENTITY_MISMATCH' }]);
    expect(both.world.net.last.sent.filter(({ from }) => from === 'caller')).toHaveLength(1);
    expect(mallory.facts).toEqual([expect.objectContaining({ type: 'session.refused', code: 'LINK_CLOSED' })]);
  });

  test('that shows the key of the one called without having it is refused', async () => {
    const both = await pair();
    const mallory = await both.world.party('mallory', { identity: { signer: impostor(BOARD.signer, MALLORY.signer), verifier: MALLORY.verifier }, primitives });
    both.pi.addresses.set(both.board.id, [mallory.address]);
    await dialOnce(both);
    expect(outcome(both.pi)).toEqual([{ mood: 'scary', code: 'SIGNATURE_INVALID' }]);
  });

  test('that shows the key of a friend without having it is refused by the one called', async () => {
    const both = await pair();
    const mallory = await both.world.party('mallory', { identity: { signer: impostor(PI.signer, MALLORY.signer), verifier: MALLORY.verifier }, primitives });
    mallory.want(both.board);
    await both.world.run(100);
    expect(opened(both)).toBe(0);
    expect(mallory.of('session.opened')).toEqual([]);
    expect(outcome(both.board)).toEqual([{ mood: 'scary', code: 'SIGNATURE_INVALID' }]);
  });

  test('that passes a whole handshake of another connection on is refused', async () => {
    const both = await pair();
    await dialOnce(both);
    const recorded = both.world.net.last.sent.filter(({ from }) => from === 'caller').map(({ frame }) => frame);
    const replayed = both.world.net.connect('board', 'elsewhere');
    for (const frame of recorded) replayed.carry('caller', frame);
    await both.world.run(100);
    expect(both.board.of('session.opened')).toHaveLength(1);
    expect(both.board.of('session.refused')).toEqual([{ type: 'session.refused', mood: 'scary', code: 'HANDSHAKE_FAILED' }]);
  });
});

describe('[P-3.6] the negotiation of the suite', () => {
  test.each([
    ['a suite taken out of the offer', [0x01], 0x01],
    ['the preferred suite taken out', [0x02], 0x02],
    ['the order turned round', [0x02, 0x01], 0x02],
    ['a suite added', [0x01, 0x02, 0x7f], 0x01],
  ])('with %s on the way ends in a failure, never in a weaker session', async (_what, offer, suite) => {
    const both = await pair();
    both.world.net.onWire = (wire) => {
      wire.intercept = (frame, end, n) => (end === 'caller' && n === 0 ? [encodeHello({ ...decodeHello(frame), offer, suite }).frame] : [frame]);
    };
    await dialOnce(both);
    await both.world.run(11_000);
    expect(opened(both)).toBe(0);
    expect(outcome(both.pi)).toEqual([{ mood: 'scary', code: 'HANDSHAKE_FAILED' }]);
  });

  test('with a RETRY that nobody sent ends in a failure', async () => {
    const both = await pair();
    const forged = encodeRetry({ suite: 0x02, list: [0x02], cookie: new Uint8Array(16) });
    both.world.net.onWire = (wire) => {
      wire.intercept = (frame, end, n) => (end === 'called' && n === 0 ? [forged] : [frame]);
    };
    await dialOnce(both);
    await both.world.run(11_000);
    expect(opened(both)).toBe(0);
  });

  test('with a RETRY for another suite than the rule selects is refused as a downgrade', async () => {
    const both = await pair();
    const forged = encodeRetry({ suite: 0x02, list: [0x01, 0x02], cookie: new Uint8Array(16) });
    both.world.net.onWire = (wire) => {
      wire.intercept = (frame, end, n) => (end === 'called' && n === 0 ? [forged] : [frame]);
    };
    await dialOnce(both);
    expect(outcome(both.pi)).toEqual([{ mood: 'scary', code: 'DOWNGRADE' }]);
    expect(opened(both)).toBe(0);
  });

  test('[P-3.4] goes on undisturbed when somebody injects an ERROR', async () => {
    const both = await pair();
    both.world.net.onWire = (wire) => {
      wire.intercept = (frame, end, n) => (end === 'called' && n === 0 ? [encodeHandshakeError('suite'), frame] : [frame]);
    };
    await dialOnce(both);
    expect(opened(both)).toBe(2);
  });

  test.each(['called', 'caller'] as const)('[P-1.1] ends when what the %s receives only begins like an ERROR', async (receiver) => {
    const both = await pair();
    both.world.net.onWire = (wire) => {
      wire.intercept = (frame, end, n) => (end !== receiver && n === 0 ? [Uint8Array.of(...encodeHandshakeError('suite'), 0), frame] : [frame]);
    };
    await dialOnce(both);
    expect(opened(both)).toBe(0);
    expect(outcome(receiver === 'called' ? both.board : both.pi)).toEqual([{ mood: 'errory', code: 'FRAME_MALFORMED' }]);
  });
});

describe('[P-3.8] the sizes of the handshake frames', () => {
  test('are the same for keys of 2048, 3072 and 4096 bits', async () => {
    const sizes: unknown[] = [];
    for (const size of ['rsa2048', 'rsa3072', 'rsa4096'] as const) {
      const world = new SessionWorld();
      const caller = await world.party('caller', { identity: rsaIdentity(fixtureKey(size)), primitives });
      const called = await world.party('called', { identity: BOARD, primitives });
      caller.want(called);
      await world.run(100);
      called.want(caller);
      expect(caller.of('session.opened')).toHaveLength(1);
      sizes.push(world.net.last.sent.slice(0, 3).map(({ frame }) => frame.length));
    }
    expect(sizes).toEqual(Array(3).fill([HELLO_BYTES, FRAME_2_BYTES, FRAME_3_BYTES]));
  });
});
