import { beforeEach, describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { CHUNK_BYTES_MIN, HOLD_CHANGES_MAX, TRANSFERS_KEPT_PER_PEER_MAX } from '../../../core/base/limits.js';
import { parseAccountName, parseTransferId, type TransferId } from '../../../core/base/ids.js';
import { fromHex, toHex } from '../../../core/base/bytes.js';
import { People } from '../../../core/engine/People.js';
import type { PeerTransfer } from '../../../core/engine/views.js';
import { encodeManifest } from '../../../core/protocol/manifest.js';
import { MemoryStores } from '../../../core/simulation/memoryStores.js';
import { Handmade, manifestOf } from '../../support/handmadeSender.js';
import { peerOf, rejection } from '../../support/samples.js';
import { connect, noise, Party, settle, type Connected } from '../../support/transferParty.js';

const BYTES = 64 * CHUNK_BYTES_MIN + 5;
const PATH = '/x/a.bin';

describe('[P-6.11] a transfer that somebody holds', () => {
  let pi: Party;
  let board: Party;
  let link: Connected;
  let id: TransferId;

  beforeEach(async () => {
    pi = new Party(1, { chunkBytes: CHUNK_BYTES_MIN });
    board = new Party(2);
    link = connect(pi, board);
    pi.source.put(PATH, noise(BYTES), 5);
    id = (await pi.transfers.send(board.peer, [PATH])).id;
    await settle(link);
  });

  const views = async (): Promise<readonly PeerTransfer[]> => (await Promise.all([pi, board].map(({ transfers }) => transfers.list()))).map(([view]) => view!);
  const states = async (): Promise<readonly unknown[]> => (await views()).map(({ state, pausedBy }) => [state, pausedBy]);
  const underWay = async (): Promise<void> => {
    await board.transfers.accept(id);
    await settle(link, () => link.a.bulkBytes > 4 * CHUNK_BYTES_MIN);
  };
  const isWhole = (): boolean => Buffer.from(board.sink.received.get('a.bin')?.bytes ?? []).equals(noise(BYTES));

  test.each(['pi', 'board'] as const)('stays as it is, keeps what came, and sends no chunk twice when %s held it', async (who) => {
    await underWay();
    const holder = who === 'pi' ? pi : board;
    await holder.transfers.pause(id);
    await settle(link);
    const [sent, got] = await views();
    expect([sent?.pausedBy, got?.pausedBy]).toEqual(who === 'pi' ? ['me', 'peer'] : ['peer', 'me']);
    expect([sent?.state, got?.state, sent?.bytes]).toEqual(['paused', 'paused', got?.bytes]);
    expect([got!.bytes > 0, got!.bytes < BYTES, link.pair.open]).toEqual([true, true, true]);
    const held = link.a.bulkBytes;
    await settle(link);
    expect(link.a.bulkBytes).toBe(held);

    await holder.transfers.resume(id);
    await settle(link);
    expect([await states(), isWhole(), link.a.bulkBytes]).toEqual([
      [
        ['done', undefined],
        ['done', undefined],
      ],
      true,
      BYTES,
    ]);
    expect(holder.of('transfer.paused')).toMatchObject([{ by: 'me' }]);
    expect(holder.of('transfer.resumed')).toMatchObject([{ by: 'me' }]);
  });

  test('goes on only when both have let go, in whatever order', async () => {
    await underWay();
    await Promise.all([pi.transfers.pause(id), board.transfers.pause(id)]);
    await settle(link);
    expect(await states()).toEqual([
      ['paused', 'both'],
      ['paused', 'both'],
    ]);
    await board.transfers.resume(id);
    await settle(link);
    expect(await states()).toEqual([
      ['paused', 'me'],
      ['paused', 'peer'],
    ]);
    await pi.transfers.resume(id);
    await settle(link);
    expect([isWhole(), link.a.bulkBytes]).toEqual([true, BYTES]);
  });

  test('is paused and resumed again and again without waiting for the other side, and still sends no chunk twice', async () => {
    await underWay();
    for (let n = 0; n < 20; n++) {
      const holder = n % 3 === 0 ? pi : board;
      await holder.transfers.pause(id);
      for (let turn = 0; turn < n % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      await holder.transfers.resume(id);
    }
    await settle(link);
    expect([isWhole(), link.a.bulkBytes, link.pair.open]).toEqual([true, BYTES, true]);
  });

  test.each(['pi', 'board'] as const)('stays paused when %s dies and starts again, and in a new session', async (who) => {
    await underWay();
    await board.transfers.pause(id);
    await settle(link);
    link.pair.cut();
    if (who === 'board') board.sink.crash();
    await (who === 'pi' ? pi : board).restart();
    expect((await states()).map((state) => (state as unknown[])[1])).toEqual(['peer', 'me']);
    link = connect(pi, board);
    await settle(link);
    expect([await states(), link.a.bulkBytes]).toEqual([
      [
        ['paused', 'peer'],
        ['paused', 'me'],
      ],
      0,
    ]);
    await board.transfers.resume(id);
    await settle(link);
    expect(isWhole()).toBe(true);
  });

  test('learns in the next session that the other side let go while there was none', async () => {
    await underWay();
    await pi.transfers.pause(id);
    await settle(link);
    link.pair.cut();
    await pi.transfers.resume(id);
    expect((await views())[0]).toMatchObject({ state: 'paused', code: 'LINK_CLOSED' });
    link = connect(pi, board);
    await settle(link);
    expect(isWhole()).toBe(true);
    expect(board.of('transfer.resumed')).toMatchObject([{ by: 'peer' }]);
  });

  test('may be held by the sender before anybody accepted it, and by the receiver only thereafter', async () => {
    await pi.transfers.pause(id);
    await settle(link);
    expect(await states()).toEqual([
      ['offered', 'me'],
      ['offered', 'peer'],
    ]);
    expect(await rejection(board.transfers.pause(id))).toBe('TRANSFER_STATE');
    await board.transfers.accept(id);
    await settle(link);
    expect([await states(), link.a.bulkBytes]).toEqual([
      [
        ['offered', 'me'],
        ['paused', 'peer'],
      ],
      0,
    ]);
    await pi.transfers.resume(id);
    await settle(link);
    expect(isWhole()).toBe(true);
  });

  test('is cancelled by either side while it is held, and nothing is left of it', async () => {
    await underWay();
    await board.transfers.pause(id);
    await settle(link);
    await pi.transfers.cancel(id);
    await settle(link);
    expect([await states(), board.sink.partCount]).toEqual([
      [
        ['cancelled', undefined],
        ['cancelled', undefined],
      ],
      0,
    ]);
    expect(await rejection(board.transfers.resume(id))).toBe('TRANSFER_STATE');
  });

  test('costs no write for a PAUSE said again, and the session of who changes its mind too often', async () => {
    await underWay();
    const transferId = fromHex(id);
    await pi.transfers.pause(id);
    await settle(link);
    const { put } = board.store;
    let puts = 0;
    board.store.put = (record) => {
      puts++;
      return put.call(board.store, record);
    };
    for (let n = 0; n < 1_000; n++) link.a.send({ type: 'pause', transferId, what: 'sender' });
    await settle(link);
    expect([puts, board.of('transfer.paused').length, link.pair.open]).toEqual([0, 1, true]);
    for (let n = 0; n < HOLD_CHANGES_MAX && link.pair.open; n++) {
      link.a.send({ type: 'resume', transferId, by: 'sender' });
      link.a.send({ type: 'pause', transferId, what: 'sender' });
    }
    await settle(link);
    expect(link.pair.open).toBe(false);
  });

  test('ends the session of a sender that stops what nobody asked for', async () => {
    link.a.send({ type: 'pause', transferId: fromHex(id), what: 'stopped' });
    await settle(link);
    expect(link.pair.open).toBe(false);
  });

  test('names the file that changed, to who sends it; the receiver hears why', async () => {
    await underWay();
    await board.transfers.pause(id);
    await settle(link);
    pi.source.put(PATH, noise(BYTES, 9), 6);
    await board.transfers.resume(id);
    await settle(link);
    const [sent, got] = await views();
    expect(sent).toMatchObject({ state: 'failed', code: 'FILE_CHANGED', item: 'a.bin' });
    expect(got).toMatchObject({ state: 'failed', code: 'FILE_CHANGED' });
    expect(pi.of('transfer.ended')).toMatchObject([{ code: 'FILE_CHANGED', item: 'a.bin' }]);
  });
});

describe('what a person has decided to accept from a friend', () => {
  const offer = async (trust: Party['trust'], board = new Party(2)): Promise<PeerTransfer | undefined> => {
    const pi = new Party(1, { chunkBytes: CHUNK_BYTES_MIN });
    board.trust = trust;
    const link = connect(pi, board);
    pi.source.put(PATH, noise(3_000), 5);
    await pi.transfers.send(board.peer, [PATH]);
    await settle(link);
    return (await board.transfers.list())[0];
  };

  test('comes without asking up to the limit, and that is told', async () => {
    const board = new Party(2);
    expect(await offer({ bytesMax: 3_000, into: '/mnt' }, board)).toMatchObject({ state: 'done', into: '/mnt' });
    expect(board.of('transfer.accepted')).toMatchObject([{ automatic: true }]);
  });

  test('is asked beyond the limit, without a decision, and when there is no room', async () => {
    expect(await offer({ bytesMax: 2_999 })).toMatchObject({ state: 'offered' });
    expect(await offer(undefined)).toMatchObject({ state: 'offered' });
    const full = new Party(2);
    full.sink.capacityBytes = 2_000;
    expect(await offer({ bytesMax: 3_000 }, full)).toMatchObject({ state: 'offered' });
    expect(full.of('transfer.accepted')).toEqual([]);
  });

  test('fits on the disk together with all that was accepted before it, however many offers come at once', async () => {
    const board = new Party(2);
    board.trust = { bytesMax: 3_000 };
    board.sink.capacityBytes = 14_000;
    const sender = new Handmade();
    const link = sender.connect(board);
    for (let id = 1; id <= 4; id++) sender.offer(manifestOf([3_000], id));
    await settle(link);
    const states = async (): Promise<readonly string[]> => (await board.transfers.list()).map(({ state }) => state).sort();
    expect(await states()).toEqual(['active', 'active', 'offered', 'offered']);
    expect(board.of('transfer.accepted')).toHaveLength(2);
    // Nor after a restart, although nothing of them is on the disk yet.
    await board.restart();
    await settle(link);
    expect(await states()).toEqual(['offered', 'offered', 'paused', 'paused']);
  });

  test('of small files fits on the disk together with the pack they come through', async () => {
    const disk = new Party(2);
    disk.sink.capacityBytes = 6_000;
    expect(await offer({ bytesMax: 3_000 }, disk)).toMatchObject({ state: 'offered' });
    expect(disk.sink.received.size).toBe(0);
    disk.sink.capacityBytes = 6_044;
    await disk.transfers.accept(disk.offered);
    expect(disk.of('transfer.accepted')).toHaveLength(1);
  });

  test('is not taken from a friend whose key has changed, nor after a restart, nor from the new key', async () => {
    const stores = new MemoryStores();
    const friend = peerOf(7);
    const changed = peerOf(8);
    const open = async (): Promise<People> => {
      const people = new People({ store: stores.contacts, facts: { events$: new Subject(), publish: () => undefined } });
      await people.start();
      return people;
    };
    let people = await open();
    const board = new Party(2, { trustOf: (peer) => people.trustOf(peer) });
    const offered = async (id: number, number = 7): Promise<string | undefined> => {
      const sender = new Handmade(number);
      const link = sender.connect(board);
      sender.offer(manifestOf([3_000], id));
      await settle(link);
      link.pair.cut();
      return (await board.transfers.list()).find(({ id: each }) => each === toHex(new Uint8Array(16).fill(id)))?.state;
    };
    await people.settle(friend, parseAccountName('pi'), 'friend');
    await people.setTrust(friend, { bytesMax: 3_000 });
    expect(await offered(1)).toBe('paused');
    await people.setChangedTo(friend, changed);
    expect(await offered(2)).toBe('offered');
    people = await open();
    await board.restart();
    expect(await offered(2)).toBe('offered');
    expect(await offered(3)).toBe('offered');
    await people.adopt(friend, changed);
    expect(await offered(4, 8)).toBe('offered');
    expect(board.of('transfer.accepted')).toHaveLength(1);
  });
});

test('the ended transfers of one friend take no more of the disk, and of the memory at a start, than they may', async () => {
  const board = new Party(2);
  const sender = new Handmade();
  const link = sender.connect(board);
  const encoded = encodeManifest(manifestOf([1], 1, ['x']));
  const long = 9 * 2 ** 20;
  const ids: string[] = [];
  // As the store keeps what was offered and taken back.
  for (let n = 1; n <= 5; n++) {
    const manifest = new Uint8Array(long);
    manifest.set(encoded);
    const id = parseTransferId(toHex(new Uint8Array(16).fill(n)));
    await board.store.put({ id, peer: peerOf(7), direction: 'in', state: 'cancelled', code: 'TRANSFER_CANCELLED', manifest, paths: [''], createdMs: n });
    ids.push(id);
  }
  await board.restart();
  expect((await board.store.all()).map(({ id }) => id)).toEqual(ids.slice(2));
  link.pair.cut();
});

test('the ended transfers of one friend do not push out those of another', async () => {
  const board = new Party(2);
  const anna = new Party(1, { chunkBytes: CHUNK_BYTES_MIN });
  const ben = new Party(3, { chunkBytes: CHUNK_BYTES_MIN });
  const fromAnna = connect(anna, board);
  anna.source.put(PATH, noise(10), 5);
  const { id } = await anna.transfers.send(board.peer, [PATH]);
  await settle(fromAnna);
  await board.transfers.decline(id);
  fromAnna.pair.cut();
  const fromBen = connect(ben, board);
  ben.source.put(PATH, noise(10), 5);
  for (let n = 0; n < TRANSFERS_KEPT_PER_PEER_MAX + 3; n++) {
    await ben.transfers.cancel((await ben.transfers.send(board.peer, [PATH])).id);
    await settle(fromBen);
  }
  const kept = await board.transfers.list();
  expect(kept.filter(({ peer }) => peer === peerOf(3))).toHaveLength(TRANSFERS_KEPT_PER_PEER_MAX);
  expect(kept.filter(({ peer }) => peer === peerOf(1))).toMatchObject([{ id }]);
  await board.restart();
  expect(await board.transfers.list()).toHaveLength(TRANSFERS_KEPT_PER_PEER_MAX + 1);
});
