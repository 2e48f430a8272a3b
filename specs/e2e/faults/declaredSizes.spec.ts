import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { BULK_STREAMS_OPEN_MAX, CHUNK_BYTES_MAX, MANIFEST_BYTES_MAX, MANIFEST_INLINE_BYTES_MAX } from '../../../core/base/limits.js';
import type { PeerId } from '../../../core/base/ids.js';
import type { NodeView, TransferView } from '../../../core/events/commands.js';
import { encodeManifest } from '../../../core/protocol/manifest.js';
import { encodeMessageContent } from '../../../core/protocol/messageContent.js';
import { HostileFriend } from '../../support/hostileFriend.js';
import { namesIn } from '../../support/namesIn.js';
import { watchMemory } from '../../support/processMemory.js';
import { Stage, type Running } from '../../support/processes.js';
import { RawMqtt } from '../../support/rawMqtt.js';

const MEMORY_MIB_MAX = 16;
const GIB = 2 ** 30;
/** Of a manifest with one item, [P-6.2]. */
const [CHUNK_SIZE_AT, COUNT_AT, SIZE_AT] = [17, 54, 58];
/** The fixed header of an MQTT packet that is said to have 256 MiB − 1 bytes. */
const hugePacket = (type: number): Uint8Array => Uint8Array.of(type, 0xff, 0xff, 0xff, 0x7f);

function manifest(bytes: number): Uint8Array {
  const items = [{ name: 'bomb.bin', bytes, modifiedMs: 1, mode: 0o644 }];
  return encodeManifest({ transferId: randomBytes(16), aead: 1, chunkBytes: CHUNK_BYTES_MAX, key: { kind: 'sent', fileKey: randomBytes(32) }, items });
}

function patched(write: (fields: DataView) => void): Uint8Array {
  const bytes = manifest(1);
  write(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  return bytes;
}

describe('sizes that are declared with nothing behind them', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let friend: HostileFriend;
  let grownOnPi: () => Promise<number>;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    pi = await stage.device('pi', directory.address);
    const eve = await stage.device('eve', directory.address);
    await stage.befriend({ name: 'pi', running: pi }, { name: 'eve', running: eve });
    await eve.stop();
  }, 120_000);
  afterAll(async () => {
    await (await call()).close();
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  beforeEach(async () => {
    friend = await call();
    grownOnPi = await watchMemory(pi.pid);
  });
  afterEach(async () => {
    await friend.close();
    expect(await grownOnPi()).toBeLessThan(MEMORY_MIB_MAX);
    expect(await bytesOnDisk()).toBe(0);
  });

  /** Whatever came before, the device takes a session and a message. */
  async function call(): Promise<HostileFriend> {
    const caller = await HostileFriend.call(pi.address, pi.ready['peer'] as PeerId, stage.data('eve'));
    caller.send({ type: 'msg', id: randomBytes(16), content: encodeMessageContent({ type: 'text', createdMs: 1, text: 'still there?' }) });
    await caller.until(() => caller.said('ack').length > 0);
    return caller;
  }

  /** What the files not yet complete take of it. */
  async function bytesOnDisk(): Promise<number> {
    const folder = join(stage.data('pi'), 'incoming');
    const names = await namesIn(folder);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).blocks * 512));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** All that was said before was heard. */
  async function heardAll(): Promise<void> {
    friend.send({ type: 'ping', echo: new Uint8Array(8) });
    await friend.until(() => friend.said('pong').length > 0);
  }

  test.each([
    ['2^40 + 1 bytes', patched((fields) => fields.setBigUint64(SIZE_AT, 2n ** 40n + 1n))],
    ['2^53 bytes', patched((fields) => fields.setBigUint64(SIZE_AT, 2n ** 53n))],
    ['2^63 bytes', patched((fields) => fields.setBigUint64(SIZE_AT, 2n ** 63n))],
    ['2^17 files of which one is there', patched((fields) => fields.setUint32(COUNT_AT, 2 ** 17))],
    ['2^32 − 1 files', patched((fields) => fields.setUint32(COUNT_AT, 2 ** 32 - 1))],
    ['chunks of 2^31 bytes', patched((fields) => fields.setUint32(CHUNK_SIZE_AT, 2 ** 31))],
    ['2^40 bytes in chunks too small for it', patched((fields) => (fields.setBigUint64(SIZE_AT, 2n ** 40n), fields.setUint32(CHUNK_SIZE_AT, 2 ** 14)))],
  ])('an offer of %s ends the session', async (_what, offer) => {
    friend.send({ type: 'offer', manifest: offer });
    await friend.untilEnded();
    expect(await stage.ask<readonly TransferView[]>('pi', 'transfers')).toEqual([]);
  });

  test('a record that is said to be longer than it is ends the session', async () => {
    const plaintext = new Uint8Array(128);
    plaintext.set([0x10, 0xff, 0xff]);
    friend.sendPlaintext(plaintext);
    await friend.untilEnded();
  });

  test('CHUNKS_OK for four thousand million chunks of a small file ends the session', async () => {
    const path = join(stage.folder, 'small.bin');
    await writeFile(path, randomBytes(1_000));
    const { id } = await stage.ask<TransferView>('pi', 'send', 'eve', path);
    await friend.until(() => friend.said('offer').length > 0);
    const transferId = Buffer.from(id, 'hex');
    friend.send({ type: 'accept', transferId, items: Uint8Array.of(0x80), held: Uint8Array.of(0) });
    await friend.until(() => friend.said('done').length > 0);
    friend.send({ type: 'chunksOk', transferId, ranges: [{ item: 0, from: 0, to: 2 ** 32 - 1 }] });
    await friend.untilEnded();
    await stage.ask('pi', 'transfers', 'cancel', id);
  });

  test('the largest offer there may be, and one of 1 GiB that is accepted, cost nothing before a byte came', async () => {
    friend.send({ type: 'offer', manifest: manifest(2 ** 40) });
    const accepted = manifest(GIB);
    friend.send({ type: 'offer', manifest: accepted });
    await heardAll();
    const offers = await stage.ask<readonly TransferView[]>('pi', 'transfers');
    expect(offers.filter(({ state }) => state === 'offered').map(({ total }) => total)).toEqual([2 ** 40, GIB]);
    const transferId = accepted.subarray(0, 16);
    await stage.ask('pi', 'transfers', 'accept', Buffer.from(transferId).toString('hex'));
    await friend.until(() => friend.said('accept').length > 0);
    for (let index = 0; index < BULK_STREAMS_OPEN_MAX; index++) {
      const announced = { item: 0, index, length: CHUNK_BYTES_MAX, hash: randomBytes(32), tag: randomBytes(16), stream: index };
      friend.send({ type: 'chunk', transferId, ...announced });
    }
    friend.heard.length = 0;
    await heardAll();
  });

  test('manifests of 16 MiB that never come are waited for, no more than four, and cost nothing', async () => {
    for (let n = 0; n < 200; n++) friend.send({ type: 'offerLong', transferId: randomBytes(16), length: MANIFEST_BYTES_MAX, hash: randomBytes(32) });
    await heardAll();
    expect(friend.said('manifestWant')).toHaveLength(4);
    expect(friend.said('cancel').map(({ reason }) => reason)).toEqual(new Array(196).fill('limit'));
  });

  test('of a manifest that says 2^17 items only what came is kept, and it is no offer', async () => {
    const first = new Uint8Array(MANIFEST_INLINE_BYTES_MAX);
    first.set(patched((fields) => fields.setUint32(COUNT_AT, 2 ** 17)));
    const transferId = first.slice(0, 16);
    friend.send({ type: 'offerLong', transferId, length: MANIFEST_BYTES_MAX, hash: randomBytes(32) });
    friend.send({ type: 'manifestPart', transferId, offset: 0, bytes: first });
    await heardAll();
    expect(friend.said('manifestWant').map(({ offset }) => offset)).toEqual([0, first.length]);
    const offers = await stage.ask<readonly TransferView[]>('pi', 'transfers');
    expect(offers.map(({ id }) => id)).not.toContain(Buffer.from(transferId).toString('hex'));
  });

  test('contents of 2^40 bytes, 4 000 of them, are looked for and not had', async () => {
    const [transferId, fileKey] = [randomBytes(16), randomBytes(32)];
    for (let from = 0; from < 4_000; from += 1_000) {
      const items = Array.from({ length: 1_000 }, (_, n) => ({ item: from + n, bytes: 2 ** 40, root: randomBytes(32) }));
      friend.send({ type: 'seek', transferId, aead: 1, chunkBytes: 2 ** 20, fileKey, items });
    }
    await friend.until(() => friend.said('cancel').length > 0);
    expect(friend.said('cancel')[0]).toMatchObject({ reason: 'gone' });
  });

  test('one more chunk announced than may be on the way at once ends the session', async () => {
    const transferId = randomBytes(16);
    for (let stream = 0; stream <= BULK_STREAMS_OPEN_MAX; stream++) {
      friend.send({ type: 'chunk', transferId, item: 0, index: stream, length: CHUNK_BYTES_MAX, hash: randomBytes(32), tag: randomBytes(16), stream });
    }
    await friend.untilEnded();
  });

  test('MQTT packets of 256 MiB end the connection, whatever kind they say they are, and the directory serves', async () => {
    const grown = await watchMemory(directory.pid);
    const port = Number(directory.address.split(':').at(-1));
    const types = [0x10, 0x30, 0x32, 0x62, 0x82, 0xa2, 0xc0, 0xe0, 0xf0];
    const clients = Array.from({ length: 36 }, (_, n) => {
      const client = new RawMqtt(port);
      // Some say who they are before.
      if (n % 2 === 1) client.connect(`login-${randomBytes(13).toString('hex')}`.replace(/[^a-z2-7-]/g, 'a'));
      client.write(hugePacket(types[n % types.length] ?? 0));
      client.write(new Uint8Array(1_000));
      return client;
    });
    await Promise.all(clients.map((client) => client.untilClosed()));
    expect(await grown()).toBeLessThan(MEMORY_MIB_MAX);
    expect(await stage.ask<NodeView>('pi', 'status')).toMatchObject({ directory: { state: 'online' } });
  });

  test('a directory that declares 256 MiB to a device is hung up on, and the device goes on', async () => {
    const hungUp: Promise<unknown>[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy()).resume();
      // With a reset, when what was written here was not read yet.
      hungUp.push(new Promise((resolve) => socket.once('close', resolve)));
      socket.write(hugePacket(0x30));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const lost = await stage.device('lost', `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const tries = async (): Promise<string> => {
        const { document } = await stage.run<{ error: { code: string } }>(['register', 'lost', '--data', stage.data('lost')]);
        return document.error.code;
      };
      // The first try loads the client.
      expect(await tries()).toBe('DIRECTORY_UNREACHABLE');
      const grown = await watchMemory(lost.pid);
      for (let n = 0; n < 5; n++) expect(await tries()).toBe('DIRECTORY_UNREACHABLE');
      expect(hungUp.length).toBeGreaterThanOrEqual(6);
      await Promise.all(hungUp);
      expect(await grown()).toBeLessThan(MEMORY_MIB_MAX);
      expect(await lost.stop()).toBe(0);
    } finally {
      server.close();
    }
  });
});
