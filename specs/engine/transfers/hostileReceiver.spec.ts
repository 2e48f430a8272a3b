import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHex, toHex } from '../../../core/base/bytes.js';
import { parseTransferId, type TransferId } from '../../../core/base/ids.js';
import { CHUNK_BYTES_DEFAULT, TRANSFER_WINDOW_BYTES } from '../../../core/base/limits.js';
import { peerOf } from '../../support/samples.js';
import { Handmade } from '../../support/handmadeSender.js';
import { noise, Party, settle, type Connected } from '../../support/transferParty.js';

const MIB = CHUNK_BYTES_DEFAULT;
const CHUNKS = 36;
const NONE = new Uint8Array(5);
const ALL = Uint8Array.of(0x80);

describe('[P-6] a sender against a receiver that breaks the rules', () => {
  let pi: Party;
  let receiver: Handmade;
  let link: Connected;
  let transferId: Uint8Array;

  beforeEach(async () => {
    pi = new Party(1);
    pi.source.put('/x/a.bin', noise(CHUNKS * MIB));
    receiver = new Handmade();
    link = receiver.connect(pi);
    const { id } = await pi.transfers.send(peerOf(7), ['/x/a.bin']);
    transferId = fromHex(id);
    await settle(link);
  });

  const expectEnd = async (code: string): Promise<void> => {
    await settle(link);
    expect(link.pair.closedFor?.code).toBe(code);
    await settle(link);
    expect(pi.transfers.buffers.usedBytes).toBe(0);
  };

  test('sends no more than its window before the first confirmation', async () => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    expect(link.b.bulkBytes).toBe(TRANSFER_WINDOW_BYTES);
    receiver.end.send({ type: 'chunksOk', transferId, ranges: [{ item: 0, from: 0, to: 2 }] });
    await settle(link);
    expect(link.b.bulkBytes).toBe(TRANSFER_WINDOW_BYTES + 2 * MIB);
  });

  test.each([
    ['an item that was not offered', Uint8Array.of(0xc0), NONE],
    ['no item at all', new Uint8Array(0), NONE],
    ['a bitmap that is too short', ALL, new Uint8Array(1)],
    ['bits beyond the last chunk', ALL, Uint8Array.of(0, 0, 0, 0, 0x0f)],
  ])('[P-6.7] an ACCEPT with %s ends the session', async (_what, items, held) => {
    receiver.end.send({ type: 'accept', transferId, items, held });
    await expectEnd('RECORD_MALFORMED');
  });

  test.each([
    ['that were never sent', { item: 0, from: 34, to: 36 }],
    ['beyond the end', { item: 0, from: 35, to: 4_000_000_000 }],
    ['of another item', { item: 3, from: 0, to: 1 }],
  ])('[P-6.8] confirming chunks %s ends the session at once', async (_what, range) => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    receiver.end.send({ type: 'chunksOk', transferId, ranges: [range] });
    await expectEnd('RECORD_MALFORMED');
  });

  test('[P-6.8] confirming a chunk twice ends the session', async () => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    receiver.end.send({ type: 'chunksOk', transferId, ranges: [{ item: 0, from: 0, to: 1 }] });
    receiver.end.send({ type: 'chunksOk', transferId, ranges: [{ item: 0, from: 0, to: 1 }] });
    await expectEnd('RECORD_MALFORMED');
  });

  test('[P-6.8] calling an item complete that was not sent ends the session', async () => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    receiver.end.send({ type: 'done', transferId, item: 0, hash: new Uint8Array(32) });
    await expectEnd('RECORD_MALFORMED');
    expect(pi.of('transfer.completed')).toEqual([]);
  });

  test('[P-6.7] an ACCEPT that wants nothing completes the transfer', async () => {
    receiver.end.send({ type: 'accept', transferId, items: Uint8Array.of(0), held: NONE });
    await settle(link);
    expect(pi.of('transfer.completed')).toMatchObject([{ direction: 'out' }]);
    expect(link.b.bulkBytes).toBe(0);
  });

  test('[P-6.8] calling another item complete than was sent fails the transfer', async () => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xf0) });
    await settle(link);
    expect(receiver.said('done')).toHaveLength(1);
    receiver.end.send({ type: 'done', transferId, item: 0, hash: new Uint8Array(32) });
    await settle(link);
    expect(pi.of('transfer.ended')).toMatchObject([{ state: 'failed', code: 'FILE_HASH_MISMATCH' }]);
  });

  test('[P-6.9] a RESUME or an ACCEPT for something unknown is answered with CANCEL', async () => {
    const unknown = new Uint8Array(16).fill(9);
    receiver.end.send({ type: 'resume', transferId: unknown, by: 'receiver' });
    receiver.end.send({ type: 'accept', transferId: unknown, items: ALL, held: NONE });
    await settle(link);
    expect(receiver.said('cancel')).toMatchObject([{ reason: 'cancelled' }, { reason: 'cancelled' }]);
    expect(link.pair.open).toBe(true);
  });

  test.each([
    ['cancels the transfer', (id: TransferId) => pi.transfers.cancel(id)],
    ['stops', () => pi.transfers.stop()],
  ])('does not wait for a receiver that accepts and then reads nothing when it %s', async (_what, end) => {
    receiver.end.pause();
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    expect(pi.transfers.buffers.usedBytes).toBeGreaterThan(0);
    let ended = false;
    const ending = end(parseTransferId(toHex(transferId))).then(() => (ended = true));
    await settle(link);
    expect(ended).toBe(true);
    await ending;
    link.pair.cut();
    await settle(link);
    expect(pi.transfers.buffers.usedBytes).toBe(0);
    expect(pi.of('fault')).toEqual([]);
  });

  test('a second ACCEPT in the same session changes nothing', async () => {
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    receiver.end.send({ type: 'accept', transferId, items: ALL, held: NONE });
    await settle(link);
    expect(link.b.bulkBytes).toBe(TRANSFER_WINDOW_BYTES);
    expect(link.b.sent.filter(({ type }) => type === 'chunk')).toHaveLength(TRANSFER_WINDOW_BYTES / MIB);
  });
});
