import { beforeEach, describe, expect, test } from '@jest/globals';
import { MANIFEST_INLINE_BYTES_MAX, MANIFESTS_GATHERED_BYTES_MAX, TRANSFER_ITEMS_SHOWN } from '../../../core/base/limits.js';
import { encodeManifest } from '../../../core/protocol/manifest.js';
import { nodePrimitives } from '../../../plugins/node-primitives/index.js';
import { CHUNK_BYTES, Handmade, manifestOf } from '../../support/handmadeSender.js';
import { connect, noise, Party, settle, type Connected } from '../../support/transferParty.js';

const sizesOf = (count: number): readonly number[] => new Array<number>(count).fill(0);

describe('[P-6.2] a transfer of so many items that an OFFER cannot name them', () => {
  let pi: Party;
  let board: Party;

  beforeEach(() => {
    pi = new Party(1);
    board = new Party(2);
    for (let n = 0; n < 3_000; n++) pi.source.put(`/data/many/${n % 50}/file ${n}.txt`, noise(n % 200, n), n);
  });

  const expectAll = (): void => {
    expect(board.of('transfer.completed')).toHaveLength(1);
    expect(pi.of('transfer.completed')).toHaveLength(1);
    expect(board.sink.received.size).toBe(3_000);
    for (const [path, { bytes, modifiedMs }] of pi.source.files) {
      const file = board.sink.received.get(path.slice('/data/'.length));
      expect([file?.modifiedMs, Buffer.compare(file?.bytes ?? Buffer.of(1), bytes)]).toEqual([modifiedMs, 0]);
    }
    expect(board.sink.partCount).toBe(0);
  };

  test('is offered piece by piece, accepted and received whole', async () => {
    const link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/data/many']);
    await settle(link);
    expect(board.of('transfer.offered')).toHaveLength(1);
    expect(link.a.sent.filter(({ type }) => type === 'manifestPart').length).toBeGreaterThan(1);
    await board.transfers.accept(id);
    await settle(link);
    expectAll();
    // What is told of it to those who watch or ask is short, and says of how many.
    const told = [board.of('transfer.offered')[0], pi.of('transfer.offered')[0], ...(await board.transfers.list()), ...(await pi.transfers.list())];
    expect(told.map((each) => [each?.items.length, each?.moreItems])).toEqual(new Array(4).fill([TRANSFER_ITEMS_SHOWN, 3_000 - TRANSFER_ITEMS_SHOWN]));
    const whole = [board.of('transfer.completed')[0], (await board.transfers.list())[0]];
    expect(whole.map((each) => [each?.paths.length, each?.morePaths])).toEqual(new Array(2).fill([TRANSFER_ITEMS_SHOWN, 3_000 - TRANSFER_ITEMS_SHOWN]));
  });

  test('goes on after a lost link without being offered piece by piece again', async () => {
    let link = connect(pi, board);
    const { id } = await pi.transfers.send(board.peer, ['/data/many']);
    await settle(link);
    await board.transfers.accept(id);
    await settle(link, () => board.sink.received.size > 0);
    link.pair.cut();
    await settle(link);
    link = connect(pi, board);
    await settle(link);
    expect(link.a.sent.filter(({ type }) => type === 'offerLong')).toHaveLength(1);
    expect(link.a.sent.filter(({ type }) => type === 'manifestPart')).toHaveLength(0);
    expectAll();
  });

  test('is asked for from the beginning when the link was lost between two pieces', async () => {
    let link = connect(pi, board);
    await pi.transfers.send(board.peer, ['/data/many']);
    await settle(link, () => link.a.sent.some(({ type }) => type === 'manifestPart'));
    link.pair.cut();
    await settle(link);
    expect(board.of('transfer.offered')).toHaveLength(0);
    link = connect(pi, board);
    await settle(link);
    await board.transfers.accept(board.offered);
    await settle(link);
    expectAll();
  });
});

describe('[P-6.2] a receiver against a sender of long offers', () => {
  let board: Party;
  let sender: Handmade;
  let link: Connected;
  const encoded = encodeManifest(manifestOf(sizesOf(4_000)));
  const transferId = encoded.slice(0, 16);
  const offer = (change: object = {}): boolean =>
    sender.end.send({ type: 'offerLong', transferId, length: encoded.length, hash: nodePrimitives.hash(encoded), ...change });
  const part = (offset: number, bytes = encoded.subarray(offset, offset + MANIFEST_INLINE_BYTES_MAX)): boolean =>
    sender.end.send({ type: 'manifestPart', transferId, offset, bytes });

  beforeEach(() => {
    board = new Party(2);
    sender = new Handmade();
    link = sender.connect(board);
  });

  const expectEnd = async (code: string): Promise<void> => {
    await settle(link);
    expect(link.pair.closedFor?.code).toBe(code);
    expect(board.of('transfer.offered')).toEqual([]);
  };

  test('asks for one piece after the other, and for nothing more than once', async () => {
    offer();
    offer();
    await settle(link);
    expect(sender.said('manifestWant')).toMatchObject([{ offset: 0 }]);
    for (let at = 0; at < encoded.length; at += MANIFEST_INLINE_BYTES_MAX) {
      part(at);
      await settle(link);
    }
    expect(sender.said('manifestWant').map(({ offset }) => offset)).toEqual(
      [0, MANIFEST_INLINE_BYTES_MAX, 2 * MANIFEST_INLINE_BYTES_MAX].slice(0, Math.ceil(encoded.length / MANIFEST_INLINE_BYTES_MAX)),
    );
    expect(board.of('transfer.offered')).toHaveLength(1);
  });

  test('of a piece that was not asked for ends the session', async () => {
    part(0);
    await expectEnd('RECORD_MALFORMED');
  });

  test('of a piece twice ends the session', async () => {
    offer();
    part(0);
    part(0);
    await expectEnd('RECORD_MALFORMED');
  });

  test('of other bytes than were announced ends the session', async () => {
    offer({ hash: new Uint8Array(32) });
    for (let at = 0; at < encoded.length; at += MANIFEST_INLINE_BYTES_MAX) part(at);
    await expectEnd('MANIFEST_INVALID');
  });

  test('of more offers at once than it gathers refuses, and keeps nothing after the session', async () => {
    for (let n = 0; n < 6; n++) offer({ transferId: new Uint8Array(16).fill(n), length: 2 ** 24 });
    await settle(link);
    expect(sender.said('manifestWant')).toHaveLength(4);
    expect(sender.said('cancel')).toMatchObject([{ reason: 'limit' }, { reason: 'limit' }]);
    link.pair.cut();
    link = sender.connect(board);
    offer();
    await settle(link);
    expect(sender.said('manifestWant')).toMatchObject([{ offset: 0 }]);
  });

  test('of a piece that is shorter than it could be ends the session', async () => {
    offer();
    part(0, encoded.subarray(0, 1));
    await expectEnd('RECORD_MALFORMED');
  });

  test('never keeps more of unfinished offers than it may, whoever they come from', async () => {
    const senders = [1, 3, 4].map((number) => new Handmade(number));
    const links = senders.map((each) => each.connect(board));
    const piece = new Uint8Array(MANIFEST_INLINE_BYTES_MAX);
    const ids = [1, 2, 3, 4].map((n) => new Uint8Array(16).fill(n));
    for (const { end } of senders) for (const each of ids) end.send({ type: 'offerLong', transferId: each, length: 2 ** 24, hash: new Uint8Array(32) });
    // All but the last bytes of each.
    for (let offset = 0; offset + 2 * piece.length < 2 ** 24; offset += piece.length) {
      for (const each of ids)
        for (const [at, { end, heard }] of senders.entries()) {
          const isRefused = heard.some((record) => record.type === 'cancel' && record.transferId[0] === each[0]);
          if (!isRefused) end.send({ type: 'manifestPart', transferId: each, offset, bytes: piece });
          if (links[at]) await settle(links[at], () => !end.deliverable);
        }
    }
    const refused = senders.flatMap((each) => each.said('cancel'));
    expect(refused.length).toBeGreaterThanOrEqual(12 - Math.floor(MANIFESTS_GATHERED_BYTES_MAX / (2 ** 24 - 2 * piece.length)));
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['limit']));
  });

  test('repeated again and again costs no more than it costs its sender', async () => {
    offer();
    await settle(link);
    for (let at = 0; at < encoded.length; at += MANIFEST_INLINE_BYTES_MAX) part(at);
    await settle(link);
    const { hash } = board.primitives;
    let hashed = 0;
    board.primitives.hash = (...parts) => {
      for (const { length } of parts) hashed += length;
      return hash(...parts);
    };
    for (let n = 0; n < 50; n++) offer();
    await settle(link);
    expect(hashed).toBeLessThanOrEqual(encoded.length);
    expect(board.of('transfer.offered')).toHaveLength(1);
  });

  test('that asks for pieces in another order than they come is cut off', async () => {
    const pi = new Party(1);
    for (let n = 0; n < 3_000; n++) pi.source.put(`/many/file ${n}.txt`, noise(1), 0);
    link = sender.connect(pi);
    await pi.transfers.send(sender.end.peer, ['/many']);
    await settle(link);
    const asked = sender.said('offerLong')[0]?.transferId ?? transferId;
    sender.end.send({ type: 'manifestWant', transferId: asked, offset: 1 });
    await settle(link);
    expect(link.pair.closedFor?.code).toBe('RECORD_MALFORMED');
  });
});

test('[P-6.7] tens of thousands of items are offered, accepted and finished', async () => {
  const count = 30_000;
  const board = new Party(2);
  const sender = new Handmade();
  const link = sender.connect(board);
  const manifest = { ...manifestOf(sizesOf(count)), chunkBytes: CHUNK_BYTES };
  const encoded = encodeManifest(manifest);
  const { transferId } = manifest;
  sender.end.send({ type: 'offerLong', transferId, length: encoded.length, hash: nodePrimitives.hash(encoded) });
  for (let offset = 0; offset < encoded.length; offset += MANIFEST_INLINE_BYTES_MAX) {
    sender.end.send({ type: 'manifestPart', transferId, offset, bytes: encoded.subarray(offset, offset + MANIFEST_INLINE_BYTES_MAX) });
    await settle(link);
  }
  await board.transfers.accept(board.offered);
  await settle(link);
  expect(sender.said('accept')[0]?.items).toHaveLength(count / 8);
  const hash = nodePrimitives.hash(new Uint8Array(0));
  for (let item = 0; item < count; item++) {
    sender.end.send({ type: 'done', transferId, item, hash });
    if (item % 2_000 === 0) await settle(link);
  }
  await settle(link);
  expect(board.sink.received.size).toBe(count);
  expect(sender.said('done')).toHaveLength(count);
});
