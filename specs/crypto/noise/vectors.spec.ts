import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { fromHex, toHex, utf8 } from '../../../core/base/bytes.js';
import { HandshakeState } from '../../../core/crypto/noise/handshakeState.js';
import { SUITES } from '../../../core/protocol/suites.js';
import { nodePrimitives } from '../../../plugins/node-primitives/nodePrimitives.js';

interface Vector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_static: string;
  readonly init_ephemeral: string;
  readonly resp_prologue: string;
  readonly resp_static: string;
  readonly resp_ephemeral: string;
  readonly handshake_hash: string;
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/vectors/noise_xx_cacophony.json', import.meta.url), 'utf8')) as readonly Vector[];

const suiteOf = (noiseName: string): number => {
  for (const [id, suite] of SUITES) if (suite.noiseName === noiseName) return id;
  throw new Error(`no suite is called ${noiseName}`);
};

const statesOf = (vector: Vector): readonly [HandshakeState, HandshakeState] => {
  const common = { primitives: nodePrimitives, suite: suiteOf(vector.protocol_name) };
  return [
    new HandshakeState({
      ...common,
      role: 'initiator',
      prologue: fromHex(vector.init_prologue),
      staticPrivate: fromHex(vector.init_static),
      ephemeralPrivate: fromHex(vector.init_ephemeral),
    }),
    new HandshakeState({
      ...common,
      role: 'responder',
      prologue: fromHex(vector.resp_prologue),
      staticPrivate: fromHex(vector.resp_static),
      ephemeralPrivate: fromHex(vector.resp_ephemeral),
    }),
  ];
};

test('there is a published vector for every suite', () => {
  expect(vectors.map((vector) => vector.protocol_name).sort()).toEqual([...SUITES.values()].map((suite) => suite.noiseName).sort());
});

describe.each(vectors)('[P-3.1] $protocol_name, cacophony', (vector) => {
  test('gives the published handshake and transport messages and the published hash', () => {
    const [initiator, responder] = statesOf(vector);
    const [writers, readers] = [
      [initiator, responder, initiator],
      [responder, initiator, responder],
    ];
    vector.messages.slice(0, 3).forEach(({ payload, ciphertext }, i) => {
      writers[i]?.writeTokens();
      expect(toHex(writers[i]?.writePayload(fromHex(payload)) ?? utf8(''))).toBe(ciphertext);
      expect(toHex(readers[i]?.readMessage(fromHex(ciphertext)).payload ?? utf8(''))).toBe(payload);
    });
    const [ours, theirs] = [initiator.split(), responder.split()];
    expect(toHex(ours.h)).toBe(vector.handshake_hash);
    expect(toHex(theirs.h)).toBe(vector.handshake_hash);
    vector.messages.slice(3).forEach(({ payload, ciphertext }, i) => {
      // the fourth message is the responder's again, then they take turns
      const [from, to] = i % 2 === 0 ? [theirs.send, ours.receive] : [ours.send, theirs.receive];
      expect(toHex(from.encryptWithAd(utf8(''), fromHex(payload)))).toBe(ciphertext);
      expect(toHex(to.decryptWithAd(utf8(''), fromHex(ciphertext)))).toBe(payload);
    });
  });
});
