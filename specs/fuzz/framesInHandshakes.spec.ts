import { constantTimeEqual } from '../../core/base/bytes.js';
import type { ResponderExchange } from '../../core/engine/handshake/ResponderExchange.js';
import {
  decodeHello,
  decodeRetry,
  encodeHandshakeError,
  encodeHello,
  encodeRetry,
  FRAME_2_BYTES,
  type HelloFrame,
} from '../../core/protocol/handshakeFrames.js';
import { DEFAULT_SUITES, selectSuite } from '../../core/protocol/suites.js';
import { turn } from '../support/sessionWorld.js';
import { only } from './Besieged.js';
import { READY, sealed } from './Ends.js';
import { same } from './mutations.js';
import { isHint, reads, tryFrames, type Arrive } from './tryFrames.js';

/* Frames that do not belong there, to both sides of a handshake at every point of it where a frame is waited for. */

const HINT = encodeHandshakeError('busy');
const RETRY = encodeRetry({ suite: 1, list: DEFAULT_SUITES, cookie: Uint8Array.of(1, 2, 3) });
/** Prefers the other suite in the Noise message, so that the answer is RETRY. */
const CROSSED = { suite: 2, offer: [1, 2], knock: new Uint8Array(16), cookie: new Uint8Array(0), noise: new Uint8Array(32).fill(7) };

const beforeHello: Arrive = (besieged) => {
  const link = besieged.accept();
  const hello = besieged.other.calls(besieged.id).hello();
  const isAnswered = (frame: Uint8Array): boolean => {
    const read = reads(() => decodeHello(frame));
    return read !== undefined && selectSuite(read.offer, DEFAULT_SUITES) !== undefined;
  };
  return Promise.resolve({
    link,
    valid: () => Promise.resolve([hello, encodeHello(CROSSED).frame, HINT, RETRY]),
    goesOn: (frame) => isHint(frame) || isAnswered(frame),
  });
};

const afterRetry: Arrive = async (besieged) => {
  const link = besieged.accept();
  const first = encodeHello(CROSSED).frame;
  link.deliver(first);
  const { cookie, suite } = decodeRetry(only(link.take()));
  const second = encodeHello({ ...CROSSED, suite, cookie, noise: new Uint8Array(32).fill(8) }).frame;
  const fits = (hello: HelloFrame): boolean =>
    hello.suite === suite &&
    same(Uint8Array.from(hello.offer), Uint8Array.of(1, 2)) &&
    same(hello.cookie, cookie) &&
    !constantTimeEqual(hello.noise, CROSSED.noise);
  const isAnswered = (frame: Uint8Array): boolean => {
    const read = reads(() => decodeHello(frame));
    return read !== undefined && fits(read);
  };
  await turn();
  return { link, valid: () => Promise.resolve([second, first, HINT]), goesOn: (frame) => isHint(frame) || isAnswered(frame) };
};

const awaitingThird: Arrive = async (besieged) => {
  const link = besieged.accept();
  const exchange = besieged.other.calls(besieged.id);
  const hello = exchange.hello();
  link.deliver(hello);
  await turn();
  const second = only(link.take());
  const valid = async (): Promise<readonly Uint8Array[]> => {
    await exchange.verifySecond(second);
    await exchange.prove();
    const { frame, keys } = exchange.finish();
    return [frame, hello, second, HINT, sealed(keys, READY)];
  };
  return { link, valid, goesOn: isHint };
};

/** Frame 2, and others. */
async function proven(exchange: ResponderExchange, others: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  await exchange.prove();
  return [exchange.second, ...others];
}

const awaitingSecond: Arrive = async (besieged) => {
  const link = await besieged.dial();
  const exchange = besieged.other.isCalled();
  const hello = only(link.take());
  exchange.judge(hello);
  const isRetry = (frame: Uint8Array): boolean => {
    const read = frame.length === FRAME_2_BYTES ? undefined : reads(() => decodeRetry(frame));
    return read !== undefined && selectSuite(DEFAULT_SUITES, read.list) === read.suite;
  };
  return { link, valid: () => proven(exchange, [RETRY, hello, HINT]), goesOn: (frame) => isHint(frame) || isRetry(frame) };
};

const awaitingSecondAgain: Arrive = async (besieged) => {
  const link = await besieged.dial();
  const exchange = besieged.other.isCalled();
  exchange.judge(only(link.take()));
  link.deliver(RETRY);
  const again = only(link.take());
  if (!same(decodeHello(again).cookie, Uint8Array.of(1, 2, 3))) throw new Error('the second HELLO does not answer the RETRY');
  return { link, valid: () => proven(exchange, [RETRY, again, HINT]), goesOn: isHint };
};

tryFrames('the responder before HELLO', beforeHello, 10_000);
tryFrames('the responder after its RETRY', afterRetry, 3_000);
tryFrames('the responder after HELLO, waiting for frame 3', awaitingThird, 10_000);
tryFrames('the initiator waiting for frame 2', awaitingSecond, 10_000);
tryFrames('the initiator after RETRY', awaitingSecondAgain, 10_000);
