import { describe, expect, test } from '@jest/globals';
import { CipherState } from '../../core/crypto/noise/cipherState.js';
import { RecordCipher } from '../../core/crypto/recordCipher.js';
import { encodeRecord } from '../../core/protocol/codec.js';
import type { Record } from '../../core/protocol/frames.js';
import { encodeHandshakeError, encodeHello, encodeRetry, FRAME_2_BYTES, FRAME_3_BYTES } from '../../core/protocol/handshakeFrames.js';
import { encodeMessageContent } from '../../core/protocol/messageContent.js';
import { encodeRecordFrame } from '../../core/protocol/sessionFrames.js';
import { toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { toyFileCipher } from '../../core/simulation/toyFileCipher.js';
import { Wiretap, type FrameEntry } from '../../core/simulation/Wiretap.js';
import { messageIdOf } from '../support/samples.js';
import { bulkFrame } from '../support/bulkFrame.js';

const [NEAR, FAR] = ['memory-1a', 'memory-1b'];
const ID = new Uint8Array(16).fill(7);
const READY: Record = { type: 'ready', maxRecord: 65_518, features: 0 };
const msg = (content: Parameters<typeof encodeMessageContent>[0]): Record => ({ type: 'msg', id: ID, content: encodeMessageContent(content) });
const keyOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);

/** pi and board over one link, through the ciphers that the engine uses. */
function begin() {
  const entries: FrameEntry[] = [];
  const heard: string[] = [];
  const wiretap = new Wiretap({ now: () => 7, onFrame: (entry) => entries.push(entry), remoteOf: () => 'board' });
  wiretap.observe({
    sealed: ({ device, link, peer, title }) => heard.push(`${device} seals ${title} for ${peer} on ${link}`),
    opened: ({ device, link, peer, title }) => heard.push(`${device} opens ${title} of ${peer} on ${link}`),
  });
  const cipher = (device: string, key: Uint8Array): RecordCipher =>
    new RecordCipher(new CipherState(wiretap.primitives(device, toyPrimitives()), 'AESGCM', key));
  const seal = (device: string, link: string, with_: RecordCipher, record: Record): Uint8Array => {
    const frame = encodeRecordFrame(with_.seal(encodeRecord(record)));
    wiretap.tap(device)('out', link, frame);
    return frame;
  };
  return { wiretap, entries, heard, cipher, seal, titles: () => entries.map(({ what }) => what) };
}

describe('what a wiretap hears', () => {
  test('is who says what to whom on which link, also of what is sealed', () => {
    const { wiretap, entries, heard, cipher, seal } = begin();
    const [sender, receiver] = [cipher('pi', keyOf(1)), cipher('board', keyOf(1))];
    const frame = seal('pi', NEAR, sender, msg({ type: 'text', createdMs: 0, text: 'hello' }));
    wiretap.tap('board')('in', FAR, frame);
    receiver.open(frame.subarray(1));
    expect(entries).toEqual([
      { kind: 'frame', atMs: 7, moment: 'sent', from: 'pi', to: 'board', link: NEAR, what: 'MSG text' },
      { kind: 'frame', atMs: 7, moment: 'arrived', from: 'pi', to: 'board', link: FAR, what: 'MSG text' },
    ]);
    expect(heard).toEqual(['pi seals MSG text for board on memory-1a', 'board opens MSG text of pi on memory-1b']);
  });

  test('is the message that a MSG or an ACK is about', () => {
    const { wiretap, cipher, seal } = begin();
    const ids: string[] = [];
    wiretap.observe({ sealed: ({ messageId }) => ids.push(messageId) });
    const sender = cipher('pi', keyOf(1));
    seal('pi', NEAR, sender, msg({ type: 'text', createdMs: 0, text: 'hello' }));
    seal('pi', NEAR, sender, { type: 'ack', id: ID });
    expect(ids).toEqual(['07'.repeat(16), '07'.repeat(16)]);
  });

  test.each<[string, Record]>([
    ['READY', READY],
    ['MSG read', msg({ type: 'read', createdMs: 0, ids: [messageIdOf(1)] })],
    ['ACK', { type: 'ack', id: ID }],
    ['PING', { type: 'ping', echo: new Uint8Array(8) }],
    ['CLOSE(duplicate)', { type: 'close', reason: 'duplicate' }],
    ['CANCEL(unsafe)', { type: 'cancel', transferId: ID, reason: 'unsafe' }],
    ['CHUNKS_OK', { type: 'chunksOk', transferId: ID, ranges: [] }],
  ])('is called %s when it is that record', (title, record) => {
    const { cipher, seal, titles } = begin();
    seal('pi', NEAR, cipher('pi', keyOf(1)), record);
    expect(titles()).toEqual([title]);
  });

  test('is called by what it is when it is in clear', () => {
    const { wiretap, titles } = begin();
    const tap = wiretap.tap('pi');
    const hello = { suite: 1, offer: [1], knock: new Uint8Array(16), cookie: new Uint8Array(0), noise: new Uint8Array(32) };
    for (const frame of [
      encodeHello(hello).frame,
      encodeRetry({ suite: 1, list: [1], cookie: new Uint8Array(16) }),
      encodeHandshakeError('busy'),
      new Uint8Array(FRAME_2_BYTES),
      Uint8Array.of(9, 9),
      new Uint8Array(FRAME_3_BYTES),
      // After the handshake a length says nothing any more.
      bulkFrame(1, new Uint8Array(FRAME_3_BYTES - 3)),
      bulkFrame(1, new Uint8Array(64)),
    ]) {
      tap('out', NEAR, frame);
    }
    expect(titles()).toEqual(['HELLO', 'RETRY', 'ERROR(busy)', 'NOISE 2', '? (2 B)', 'NOISE 3', 'BULK 1 KiB', 'BULK 64 B']);
  });

  test('has no name when somebody on the wire changed it', () => {
    const { wiretap, cipher, seal, titles } = begin();
    const frame = seal('pi', NEAR, cipher('pi', keyOf(1)), READY).slice();
    frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
    wiretap.tap('board')('in', FAR, frame);
    expect(titles()).toEqual(['READY', '? (145 B)']);
  });

  test('is nothing that a process says after its end', () => {
    const { wiretap, heard, entries, cipher } = begin();
    const sender = cipher('pi', keyOf(1));
    const tap = wiretap.tap('pi');
    wiretap.forget('pi');
    tap('out', NEAR, encodeRecordFrame(sender.seal(encodeRecord(READY))));
    expect([heard, entries]).toEqual([[], []]);
  });
});

describe('what a wiretap says of keys', () => {
  test('is nothing while nonces count up, across a replaced key too', () => {
    const { wiretap } = begin();
    const sender = new CipherState(wiretap.primitives('pi', toyPrimitives()), 'ChaChaPoly', keyOf(1));
    const receiver = new CipherState(wiretap.primitives('board', toyPrimitives()), 'ChaChaPoly', keyOf(1));
    for (let n = 0; n < 600; n++) {
      if (n === 300) for (const state of [sender, receiver]) state.rekey();
      receiver.decryptWithAd(new Uint8Array(0), sender.encryptWithAd(new Uint8Array(0), Uint8Array.of(n & 255)));
    }
    expect(wiretap.findings()).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['one device seals twice', 'pi', 'pi'],
    ['two devices seal', 'pi', 'board'],
  ])('is a finding when %s under one key and nonce', (_, first, second) => {
    const { wiretap, cipher } = begin();
    cipher(first, keyOf(1)).seal(encodeRecord(READY));
    expect(wiretap.findingCount).toBe(0);
    cipher(second, Uint8Array.from(keyOf(1))).seal(encodeRecord(READY));
    expect(wiretap.findings()).toEqual([`${second} seals under nonce 0 of a key with which pi sealed 0 already`]);
  });

  test('is a finding when it happens in another life', () => {
    const { wiretap, cipher } = begin();
    cipher('pi', keyOf(1)).seal(encodeRecord(READY));
    wiretap.forget('pi');
    cipher('pi', keyOf(1)).seal(encodeRecord(READY));
    expect(wiretap.findings()).toHaveLength(1);
  });

  test('is a finding when the nonce begins anew under a key that replaced another', () => {
    const { wiretap } = begin();
    const primitives = wiretap.primitives('pi', toyPrimitives());
    const state = new CipherState(primitives, 'AESGCM', keyOf(1));
    for (let n = 0; n < 3; n++) state.encryptWithAd(new Uint8Array(0), Uint8Array.of(n));
    state.rekey();
    const next = toyPrimitives().encrypt('AESGCM', keyOf(1), new Uint8Array(12).fill(255, 4), new Uint8Array(0), new Uint8Array(32)).slice(0, 32);
    new CipherState(primitives, 'AESGCM', next).encryptWithAd(new Uint8Array(0), Uint8Array.of(1));
    expect(wiretap.findings()).toEqual(['pi seals under nonce 0 of a key with which pi sealed 2 already']);
  });

  test('is a finding when one key serves two links', () => {
    const { wiretap, cipher, seal } = begin();
    const sender = cipher('pi', keyOf(1));
    seal('pi', NEAR, sender, READY);
    seal('pi', 'memory-2a', sender, READY);
    expect(wiretap.findings()).toEqual(['pi seals for memory-2a under the key of memory-1a']);
  });

  test('is nothing when the same chunk is sealed again, and a finding when another one is under its key', async () => {
    const { wiretap } = begin();
    const place = { transferId: ID, fileKey: keyOf(3), aead: 1, item: 0, index: 0, itemBytes: 4 } as const;
    const primitives = wiretap.primitives('pi', toyPrimitives());
    const honest = toyFileCipher(primitives);
    await honest.seal(place, Uint8Array.of(1, 2, 3, 4));
    await honest.seal(place, Uint8Array.of(1, 2, 3, 4));
    await honest.seal(place, Uint8Array.of(4, 3, 2, 1));
    expect(wiretap.findings()).toEqual([]);
    const careless = toyFileCipher({ ...primitives, hash: () => keyOf(0) });
    await careless.seal(place, Uint8Array.of(1, 2, 3, 4));
    await careless.seal(place, Uint8Array.of(4, 3, 2, 1));
    expect(wiretap.findings()).toEqual(['pi seals two different chunks under one key and nonce']);
  });
});
