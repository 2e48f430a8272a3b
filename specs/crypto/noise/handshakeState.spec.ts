import { describe, expect, test } from '@jest/globals';
import { concat, utf8 } from '../../../core/base/bytes.js';
import { toyPrimitives } from '../../../core/simulation/syncCrypto.js';
import { nodePrimitives } from '../../../plugins/node-primitives/nodePrimitives.js';
import { noisePair, noiseState } from '../../support/noisePair.js';

const failed = expect.objectContaining({ code: 'HANDSHAKE_FAILED' });
const bug = expect.objectContaining({ code: 'BUG' });
const NOTHING = new Uint8Array(0);
const suites = [0x01, 0x02];

function messages(primitives = toyPrimitives()) {
  const [initiator, responder] = [noiseState(primitives, 1, 'initiator'), noiseState(primitives, 1, 'responder')];
  initiator.writeTokens();
  const first = initiator.writePayload(NOTHING);
  responder.readMessage(first);
  responder.writeTokens();
  return { initiator, responder, first, second: responder.writePayload(utf8('payload')) };
}

describe.each(suites)('[P-3.7] a handshake in suite %d', (suite) => {
  test.each([['node', nodePrimitives] as const, ['the toy', toyPrimitives()] as const])(
    'agrees on both sides with the primitives of %s',
    (_name, primitives) => {
      const { initiator, responder } = noisePair(primitives, suite);
      expect(initiator.h).toEqual(responder.h);
      const sealed = initiator.send.encryptWithAd(NOTHING, utf8('there'));
      expect(responder.receive.decryptWithAd(NOTHING, sealed)).toEqual(utf8('there'));
      expect(() => responder.send.decryptWithAd(NOTHING, sealed)).toThrow(expect.objectContaining({ code: 'DECRYPT_FAILED' }));
    },
  );

  test('shows one transcript hash to the writer before its payload and to the reader before decrypting it', () => {
    const [initiator, responder] = [noiseState(nodePrimitives, suite, 'initiator'), noiseState(nodePrimitives, suite, 'responder')];
    for (const [from, to] of [
      [initiator, responder],
      [responder, initiator],
      [initiator, responder],
    ] as const) {
      from.writeTokens();
      const signed = Uint8Array.from(from.h);
      const read = to.readMessage(from.writePayload(utf8('identity')));
      expect(read).toEqual({ payload: utf8('identity'), h: signed });
    }
    expect(initiator.remoteStatic).toEqual(responder.localStaticPublic);
    expect(responder.remoteStatic).toEqual(initiator.localStaticPublic);
  });
});

describe('[P-3.5] another prologue', () => {
  test('makes the first encrypted field fail', () => {
    const [initiator, responder] = [noiseState(nodePrimitives, 1, 'initiator', utf8('a')), noiseState(nodePrimitives, 1, 'responder', utf8('b'))];
    initiator.writeTokens();
    responder.readMessage(initiator.writePayload(NOTHING));
    responder.writeTokens();
    const second = responder.writePayload(NOTHING);
    expect(() => initiator.readMessage(second)).toThrow(failed);
  });
});

describe('[P-3.7] a handshake message', () => {
  test.each([['node', nodePrimitives] as const, ['the toy', toyPrimitives()] as const])(
    'with any one bit flipped, or cut anywhere, is refused (%s)',
    (_name, primitives) => {
      const { second } = messages(primitives);
      for (let at = 0; at < second.length; at++) {
        const flipped = Uint8Array.from(second);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at & 7));
        expect(() => messages(primitives).initiator.readMessage(flipped)).toThrow(failed);
        expect(() => messages(primitives).initiator.readMessage(second.subarray(0, at))).toThrow(failed);
      }
    },
  );

  test('that is refused ends the handshake: the right one comes too late', () => {
    const { initiator, second } = messages();
    expect(() => initiator.readMessage(concat(second, Uint8Array.of(0)))).toThrow(failed);
    expect(() => initiator.readMessage(second)).toThrow(bug);
    expect(() => initiator.writeTokens()).toThrow(bug);
  });

  test('with a low-order ephemeral key is refused', () => {
    const { responder } = { responder: noiseState(nodePrimitives, 1, 'responder') };
    responder.readMessage(new Uint8Array(32));
    expect(() => responder.writeTokens()).toThrow(failed);
  });

  test('out of turn, twice, or without its tokens is a bug', () => {
    const { initiator, responder, second } = messages();
    expect(() => responder.writeTokens()).toThrow(bug);
    expect(() => initiator.writeTokens()).toThrow(bug);
    expect(() => initiator.writePayload(NOTHING)).toThrow(bug);
    expect(() => initiator.split()).toThrow(bug);
    initiator.readMessage(second);
    initiator.writeTokens();
    expect(() => initiator.writeTokens()).toThrow(bug);
  });

  test('shows no key of the peer before it came', () => {
    const initiator = noiseState(toyPrimitives(), 1, 'initiator');
    expect(() => initiator.remoteStatic).toThrow(bug);
    expect(() => initiator.remoteEphemeral).toThrow(bug);
    expect(() => noiseState(toyPrimitives(), 0x11, 'initiator')).toThrow(bug);
  });
});
