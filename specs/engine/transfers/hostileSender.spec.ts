import { beforeEach, describe, expect, test } from '@jest/globals';
import { BULK_STREAMS_OPEN_MAX, TRANSFERS_PER_PEER_MAX } from '../../../core/base/limits.js';
import { encodeManifest } from '../../../core/protocol/manifest.js';
import { CHUNK_BYTES, Handmade, manifestOf } from '../../support/handmadeSender.js';
import { transferIdOf } from '../../support/samples.js';
import { noise, Party, settle, type Connected } from '../../support/transferParty.js';
import { parseTransferId } from '../../../core/base/ids.js';
import { toHex } from '../../../core/base/bytes.js';

const PLAIN = noise(3 * CHUNK_BYTES - 100);
const part = (index: number): Uint8Array => PLAIN.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);

describe('[P-6] a receiver against a sender that breaks the rules', () => {
  let board: Party;
  let sender: Handmade;
  let link: Connected;
  const manifest = manifestOf([PLAIN.length, 0]);
  const id = parseTransferId(toHex(manifest.transferId));

  beforeEach(async () => {
    board = new Party(2);
    sender = new Handmade();
    link = sender.connect(board);
    sender.offer(manifest);
    await settle(link);
    await board.transfers.accept(id);
    await settle(link);
  });

  const expectNothing = async (code: string): Promise<void> => {
    await settle(link);
    expect(link.pair.closedFor?.code).toBe(code);
    await settle(link);
    expect(board.sink.received.size).toBe(0);
    expect(board.transfers.buffers.usedBytes).toBe(0);
  };

  const send = async (index: number, change: object = {}): Promise<void> => {
    const { announcement, ciphertext } = await sender.seal(manifest, 0, index, part(index));
    const said = { ...announcement, ...change };
    sender.end.send(said);
    sender.end.sendBulk(said.stream, ciphertext);
  };

  test('takes what follows the rules, in any order of chunks and items', async () => {
    sender.done(manifest, 1, new Uint8Array(0));
    for (const index of [2, 0, 1]) await send(index);
    sender.done(manifest, 0, PLAIN);
    await settle(link);
    expect(Buffer.from(board.sink.received.get('0.bin')?.bytes ?? []).equals(PLAIN)).toBe(true);
    expect(board.sink.received.get('1.bin')?.bytes).toHaveLength(0);
    expect(
      sender
        .said('done')
        .map(({ item }) => item)
        .sort(),
    ).toEqual([0, 1]);
    expect(sender.said('chunksOk').flatMap(({ ranges }) => ranges)).not.toHaveLength(0);
  });

  test('[P-6.5] bulk bytes for a stream that no CHUNK opened end the session', async () => {
    sender.end.sendBulk(3, new Uint8Array(1));
    await expectNothing('RECORD_MALFORMED');
  });

  test('[P-6.5] one byte more than announced ends the session', async () => {
    const { announcement, ciphertext } = await sender.seal(manifest, 0, 0, part(0));
    sender.end.send(announcement);
    sender.end.sendBulk(0, new Uint8Array([...ciphertext, 0]));
    await expectNothing('RECORD_MALFORMED');
  });

  test('[P-6.5] a stream opened twice, or one stream too many, ends the session', async () => {
    const { announcement } = await sender.seal(manifest, 0, 0, part(0));
    sender.end.send(announcement);
    sender.end.send({ ...announcement, index: 1 });
    await expectNothing('RECORD_MALFORMED');
    link = sender.connect(board);
    const other = { ...announcement, transferId: new Uint8Array(16).fill(9) };
    for (let stream = 0; stream <= BULK_STREAMS_OPEN_MAX; stream++) sender.end.send({ ...other, stream });
    await expectNothing('RECORD_MALFORMED');
  });

  test.each([
    ['of an item that was not offered', { item: 2 }],
    ['of an empty item', { item: 1 }],
    ['beyond the end of the item', { index: 3 }],
    ['shorter than it must be', { length: CHUNK_BYTES - 1 }],
    ['longer than it must be', { length: CHUNK_BYTES + 1 }],
  ])('a chunk %s ends the session', async (_what, change) => {
    await send(0, change);
    await expectNothing('RECORD_MALFORMED');
  });

  test('a chunk sent twice ends the session, before and after it was stored', async () => {
    await send(0);
    await send(0, { stream: 5 });
    await expectNothing('RECORD_MALFORMED');
    link = sender.connect(board);
    sender.offer(manifest);
    await settle(link);
    await send(1);
    await settle(link);
    await send(1, { stream: 5 });
    await expectNothing('RECORD_MALFORMED');
  });

  test.each([
    ['with a flipped bit', async () => ((b) => ((b[100] = (b[100] ?? 0) ^ 4), b))((await sender.seal(manifest, 0, 0, part(0))).ciphertext), 0],
    ['of another place', async () => (await sender.seal(manifest, 0, 1, part(1))).ciphertext, 0],
  ])('[P-6.4] a chunk %s is refused and the session is over', async (_what, make, index) => {
    const { announcement } = await sender.seal(manifest, 0, index, part(index));
    sender.end.send(announcement);
    sender.end.sendBulk(announcement.stream, await make());
    await expectNothing('CHUNK_CORRUPT');
  });

  test('[P-6.4] a chunk announced for the place of another is refused', async () => {
    const { announcement, ciphertext } = await sender.seal(manifest, 0, 1, part(1));
    sender.end.send({ ...announcement, index: 0 });
    sender.end.sendBulk(announcement.stream, ciphertext);
    await expectNothing('CHUNK_CORRUPT');
  });

  test('[P-6.4] a chunk of another transfer under the same key is refused', async () => {
    const { announcement, ciphertext } = await sender.seal(manifestOf([PLAIN.length], 8), 0, 0, part(0));
    sender.end.send({ ...announcement, transferId: manifest.transferId });
    sender.end.sendBulk(announcement.stream, ciphertext);
    await expectNothing('CHUNK_CORRUPT');
  });

  test('[P-6.8] an item that ends before its chunks were announced ends the session', async () => {
    await send(0);
    sender.done(manifest, 0, PLAIN);
    await expectNothing('RECORD_MALFORMED');
  });

  test('[P-6.8] an item whose hash is another fails the transfer, and nothing gets a name', async () => {
    for (const index of [0, 1, 2]) await send(index);
    sender.done(manifest, 0, noise(PLAIN.length, 3));
    await settle(link);
    expect(sender.said('cancel')).toMatchObject([{ reason: 'corrupt' }]);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_HASH_MISMATCH' }]);
    expect(board.sink.received.size + board.sink.partCount).toBe(0);
  });

  test('a transfer cut off in the middle of a chunk leaves nothing under its name', async () => {
    const { announcement, ciphertext } = await sender.seal(manifest, 0, 0, part(0));
    sender.end.send(announcement);
    sender.end.sendBulk(0, ciphertext.subarray(0, 5000));
    await settle(link);
    link.pair.cut();
    await settle(link);
    expect(board.sink.received.size).toBe(0);
    expect(board.transfers.buffers.usedBytes).toBe(0);
  });

  test('[P-6.9] an offer repeated with other contents ends the session', async () => {
    sender.offer(manifestOf([PLAIN.length, 1]));
    await expectNothing('MANIFEST_INVALID');
  });

  test('[P-6.9] an offer of what is done is answered once at a time, however often it is repeated', async () => {
    for (let index = 0; index < 3; index++) await send(index);
    sender.done(manifest, 0, PLAIN);
    sender.done(manifest, 1, new Uint8Array(0));
    await settle(link);
    expect(board.of('transfer.completed')).toHaveLength(1);
    const asked = sender.said('accept').length;
    for (let n = 0; n < 500; n++) sender.offer(manifest);
    await settle(link);
    expect(sender.said('accept').slice(asked)).toMatchObject([{ items: Uint8Array.of(0) }]);
    // A new session has its own answer coming.
    link.pair.cut();
    link = sender.connect(board);
    sender.offer(manifest);
    sender.offer(manifest);
    await settle(link);
    expect(sender.said('accept')).toMatchObject([{ items: Uint8Array.of(0) }]);
  });

  test('[P-6.9] the id of a transfer of somebody else is of no use', async () => {
    const stranger = new Handmade(8);
    const other = stranger.connect(board);
    stranger.offer(manifest);
    stranger.end.send({ type: 'cancel', transferId: manifest.transferId, reason: 'cancelled' });
    stranger.done(manifest, 1, new Uint8Array(0));
    await settle(other);
    expect(stranger.said('cancel')).toMatchObject([{ reason: 'declined' }]);
    expect(other.pair.open).toBe(true);
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['active']);
    expect(board.sink.received.size).toBe(0);
  });
});

describe('[P-6] a receiver that has not agreed', () => {
  const open = (): { board: Party; sender: Handmade; link: Connected } => {
    const board = new Party(2);
    const sender = new Handmade();
    return { board, sender, link: sender.connect(board) };
  };

  test('never takes a byte by itself: chunks sent without ACCEPT are dropped', async () => {
    const { board, sender, link } = open();
    const manifest = manifestOf([100]);
    sender.offer(manifest);
    const { announcement, ciphertext } = await sender.seal(manifest, 0, 0, noise(100));
    sender.end.send(announcement);
    sender.end.sendBulk(0, ciphertext);
    sender.done(manifest, 0, noise(100));
    await settle(link);
    expect(link.pair.open).toBe(true);
    expect(board.sink.partCount + board.sink.received.size + board.transfers.buffers.peakBytes).toBe(0);
    expect((await board.transfers.list()).map(({ state }) => state)).toEqual(['offered']);
  });

  test('[P-6.2] allocates nothing for a declared terabyte, and refuses it when it does not fit', async () => {
    const { board, sender, link } = open();
    sender.offer({ ...manifestOf([2 ** 40]), chunkBytes: 2 ** 22 });
    await settle(link);
    expect(board.transfers.buffers.peakBytes + board.sink.partCount).toBe(0);
    board.sink.capacityBytes = 2 ** 30;
    await expect(board.transfers.accept(parseTransferId('01'.repeat(16)))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(board.sink.partCount).toBe(0);
  });

  test('[P-6.3] answers an unsafe name with CANCEL and asks nobody', async () => {
    const { board, sender, link } = open();
    sender.offer(manifestOf([1], 1, ['../../.ssh/authorized_keys']));
    await settle(link);
    expect(sender.said('cancel')).toMatchObject([{ reason: 'unsafe' }]);
    expect(board.facts).toEqual([]);
    expect(link.pair.open).toBe(true);
  });

  test('answers one offer too many with CANCEL', async () => {
    const { board, sender, link } = open();
    for (let n = 0; n <= TRANSFERS_PER_PEER_MAX; n++) sender.offer(manifestOf([1], n + 1));
    await settle(link);
    expect(sender.said('cancel')).toMatchObject([{ reason: 'limit' }]);
    expect(board.of('transfer.offered')).toHaveLength(TRANSFERS_PER_PEER_MAX);
  });

  test('hears the sender take the offer back', async () => {
    const { board, sender, link } = open();
    const manifest = manifestOf([1]);
    sender.offer(manifest);
    sender.end.send({ type: 'cancel', transferId: manifest.transferId, reason: 'cancelled' });
    await settle(link);
    expect(board.of('transfer.ended')).toMatchObject([{ state: 'cancelled', code: 'TRANSFER_CANCELLED' }]);
    await expect(board.transfers.accept(parseTransferId('01'.repeat(16)))).rejects.toMatchObject({ code: 'TRANSFER_STATE' });
    await expect(board.transfers.accept(transferIdOf(5))).rejects.toMatchObject({ code: 'TRANSFER_UNKNOWN' });
  });

  test('ends the session over an offer that is no offer', async () => {
    const { sender, link } = open();
    sender.end.send({ type: 'offer', manifest: encodeManifest(manifestOf([1])).subarray(0, 70) });
    await settle(link);
    expect(link.pair.closedFor?.code).toBe('MANIFEST_INVALID');
  });
});
