import { describe, expect, test } from '@jest/globals';
import type { PeerId } from '../../../core/base/ids.js';
import { CookieJar } from '../../../core/engine/handshake/CookieJar.js';
import type { HandshakeParts } from '../../../core/engine/handshake/exchange.js';
import { InitiatorExchange } from '../../../core/engine/handshake/InitiatorExchange.js';
import { ResponderExchange } from '../../../core/engine/handshake/ResponderExchange.js';
import { StaticKey } from '../../../core/engine/handshake/StaticKey.js';
import { decodeHello, decodeRetry, FRAME_2_BYTES, FRAME_3_BYTES } from '../../../core/protocol/handshakeFrames.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { toyIdentity, toyPrimitives } from '../../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../../core/simulation/VirtualClock.js';
import { rejection } from '../../support/samples.js';

const clock = new VirtualClock();

/** The list of suites stays the caller's: a spec changes it in the middle, as a device that lies would. */
function partsOf(name: string, suites: number[]): HandshakeParts {
  const random = new Rng(1).fork(name);
  return { ...toyIdentity(name), primitives: toyPrimitives(), clock, random, suites, staticKey: new StaticKey(random, clock) };
}

function exchanges(offer: number[] = [1, 2], list: number[] = [1, 2], dialled?: PeerId) {
  const [pi, board] = [partsOf('pi', offer), partsOf('board', list)];
  const initiator = new InitiatorExchange(pi, dialled ?? board.signer.peerId);
  const responder = new ResponderExchange(board, { address: '10.0.0.1', cookies: new CookieJar(board), crowded: () => false });
  return { initiator, responder, pi, board };
}

describe('[P-3.9] one handshake by hand', () => {
  test('gives both sides the same keys, each other’s identity, and nothing else', async () => {
    const { initiator, responder, pi, board } = exchanges();
    expect(responder.judge(initiator.hello())).toBe('answer');
    await responder.prove();
    await initiator.verifySecond(responder.second);
    await initiator.prove();
    const { frame, keys: mine } = initiator.finish();
    expect(await responder.verifyThird(frame)).toBe(pi.signer.peerId);
    const theirs = responder.finish();
    expect([mine.peer, theirs.peer]).toEqual([board.signer.peerId, pi.signer.peerId]);
    const secret = Uint8Array.of(1, 2, 3);
    expect(theirs.receive.open(mine.send.seal(secret))).toEqual(secret);
    expect(mine.receive.open(theirs.send.seal(secret))).toEqual(secret);
  });

  test('is a downgrade for the initiator when the signed list selects another suite', async () => {
    const list = [1, 2];
    const { initiator, responder } = exchanges([1, 2], list);
    responder.judge(initiator.hello());
    list.reverse();
    await responder.prove();
    expect(await rejection(initiator.verifySecond(responder.second))).toBe('DOWNGRADE');
  });

  test('is a downgrade for the responder when the signed offer is not the one of HELLO', async () => {
    const offer = [1, 2];
    const { initiator, responder } = exchanges(offer);
    responder.judge(initiator.hello());
    await responder.prove();
    await initiator.verifySecond(responder.second);
    offer.push(0x7f);
    await initiator.prove();
    expect(await rejection(responder.verifyThird(initiator.finish().frame))).toBe('DOWNGRADE');
  });

  test('is a downgrade for the responder when its own list selects another suite by now', async () => {
    const list = [1, 2];
    const { initiator, responder } = exchanges([1, 2], list);
    responder.judge(initiator.hello());
    await responder.prove();
    await initiator.verifySecond(responder.second);
    await initiator.prove();
    list.reverse();
    expect(await rejection(responder.verifyThird(initiator.finish().frame))).toBe('DOWNGRADE');
  });

  test('refuses frames of another length before any cryptography', async () => {
    const { initiator, responder } = exchanges();
    responder.judge(initiator.hello());
    await responder.prove();
    expect(await rejection(initiator.verifySecond(new Uint8Array(FRAME_2_BYTES - 1)))).toBe('FRAME_MALFORMED');
    expect(await rejection(responder.verifyThird(new Uint8Array(FRAME_3_BYTES + 1)))).toBe('FRAME_MALFORMED');
    // and the right one is still taken
    await initiator.verifySecond(responder.second);
  });

  test('refuses another device than the one that was dialled', async () => {
    const { initiator, responder } = exchanges([1, 2], [1, 2], toyIdentity('somebody else').signer.peerId);
    responder.judge(initiator.hello());
    await responder.prove();
    expect(await rejection(initiator.verifySecond(responder.second))).toBe('IDENTITY_MISMATCH');
  });
});

describe('[P-3.3] RETRY', () => {
  test('is answered with the same offer, the suite asked for, the cookie, and a fresh ephemeral key', () => {
    const { initiator, responder } = exchanges([1, 2], [2, 1]);
    const first = initiator.hello();
    expect(responder.judge(first)).toBe('retry');
    const second = initiator.helloAgain(responder.retry);
    const [before, after, asked] = [decodeHello(first), decodeHello(second), decodeRetry(responder.retry)];
    expect(after).toMatchObject({ offer: before.offer, suite: asked.suite, cookie: asked.cookie });
    expect(asked).toMatchObject({ suite: 2, list: [2, 1] });
    expect(after.noise).not.toEqual(before.noise);
    expect(responder.judge(second)).toBe('answer');
  });

  test('is refused as malformed when it is', () => {
    const { initiator, responder } = exchanges([1, 2], [2, 1]);
    responder.judge(initiator.hello());
    const longer = Uint8Array.of(...responder.retry, 0);
    expect(() => initiator.helloAgain(longer)).toThrow(expect.objectContaining({ code: 'FRAME_MALFORMED' }));
  });
});
