import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { toHex } from '../../../core/base/bytes.js';
import { SERVING_GROWING_MAX } from '../../../core/base/limits.js';
import { ChunkLedger } from '../../../core/engine/dataPlane/ChunkLedger.js';
import type { HeldContent } from '../../../core/engine/fetch/HeldContent.js';
import { ServedItems } from '../../../core/engine/fetch/ServedItems.js';
import type { SoughtItem } from '../../../core/protocol/fetchRecords.js';
import { FetchWorld, itemOf, rootOf, SharingParty } from '../../support/fetchParty.js';
import { Handmade } from '../../support/handmadeSender.js';
import { noise, settle, type Connected } from '../../support/transferParty.js';

const MIB = 2 ** 20;
const key = (id: number) => ({ transferId: new Uint8Array(16).fill(id), aead: 1, chunkBytes: MIB, fileKey: new Uint8Array(32) }) as const;

/** Shares one small file; what is looked up waits until the gate is opened. */
class SlowHolder extends SharingParty {
  readonly #waiting: (() => void)[] = [];
  #isOpen = true;

  constructor() {
    super(2, { contents: { find: (root) => this.find(root) } });
  }

  async find(root: Uint8Array) {
    if (!this.#isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.shared.get(toHex(root));
  }

  close(): void {
    this.#isOpen = false;
  }

  /** The oldest look goes on. */
  letOne(): void {
    this.#waiting.shift()?.();
  }

  open(): void {
    this.#isOpen = true;
    for (const go of this.#waiting.splice(0)) go();
  }
}

describe('[P-6.25] a friend who seeks', () => {
  const SMALL = noise(500, 4);
  let holder: SlowHolder;
  let stranger: Handmade;
  let link: Connected;
  const seek = (id: number, ...items: readonly SoughtItem[]): void => void stranger.end.send({ type: 'seek', ...key(id), items });
  const small = (item: number): SoughtItem => ({ item, bytes: SMALL.length, root: rootOf(SMALL) });
  const told = (): number[] => stranger.said('have').flatMap(({ items }) => items.flatMap(({ item, held }) => (held.some((byte) => byte > 0) ? [item] : [])));

  beforeEach(() => {
    holder = new SlowHolder();
    holder.share('/x/small', SMALL);
    stranger = new Handmade(9);
    link = stranger.connect(holder);
  });

  test('faster than it can be looked up is not read meanwhile, and all of it is answered', async () => {
    holder.close();
    for (let item = 0; item < 300; item++) seek(1 + (item % 3), small(item));
    await settle(link);
    expect(link.b.pauses).toBe(1);
    holder.open();
    await settle(link);
    expect(link.pair.closedFor).toBeUndefined();
    expect(link.b.pauses).toBe(0);
    expect(told().sort((a, b) => a - b)).toEqual([...Array(300).keys()]);
  });

  test('gets what it was told of while more is looked up', async () => {
    seek(1, small(0));
    await settle(link);
    holder.close();
    seek(1, small(1));
    stranger.end.send({ type: 'want', transferId: key(1).transferId, ranges: [{ item: 0, from: 0, to: 1 }] });
    await settle(link);
    expect(stranger.said('chunk').map(({ item }) => item)).toEqual([0]);
  });

  test('is not given what was taken back while something else was looked up', async () => {
    const other = noise(600, 5);
    holder.share('/x/other', other);
    holder.close();
    seek(1, small(0), { item: 1, bytes: other.length, root: rootOf(other) });
    await settle(link);
    holder.letOne();
    await settle(link);
    holder.shared.delete(toHex(rootOf(SMALL)));
    holder.transfers.fetches.recheck();
    holder.open();
    await settle(link);
    const last = stranger.said('have').findLast(({ items }) => items.some(({ item }) => item === 0));
    expect(last?.items).toEqual([{ item: 0, held: Uint8Array.of(0) }]);
    stranger.end.send({ type: 'want', transferId: key(1).transferId, ranges: [{ item: 0, from: 0, to: 1 }] });
    await settle(link);
    expect(stranger.said('chunk')).toEqual([]);
  });

  test('in several fetches has no more kept than in one', async () => {
    const root = new Uint8Array(32).fill(9);
    const bytes = MIB * 2 ** 17;
    holder.shared.set(toHex(root), { path: '/x/huge', bytes, modifiedMs: 5, hashes: () => Promise.resolve(new Uint8Array(0)) });
    for (let id = 1; id <= 5; id++) seek(id, { item: 0, bytes, root });
    await settle(link);
    expect(stranger.said('have')).toHaveLength(2);
    expect(stranger.said('cancel')).toHaveLength(3);
  });
});

test('more of what grows is told of so many items and no more', () => {
  const fetch = {};
  let held = 0;
  const content: HeldContent = {
    bytes: 2 * MIB,
    from: fetch,
    bitmap: () => Uint8Array.of(held),
    hashes: () => Promise.reject(new Error('not asked here')),
    open: () => Promise.reject(new Error('not asked here')),
  };
  const items = new ServedItems(MIB);
  for (let item = 0; item < 2 * SERVING_GROWING_MAX; item++) items.put(item, { root: new Uint8Array(32), content, told: content.bitmap() });
  expect(items.grown(fetch)).toEqual([]);
  held = 0x80;
  expect(items.grown({})).toEqual([]);
  expect(items.grown(fetch)).toHaveLength(SERVING_GROWING_MAX);
  held = 0xc0;
  expect(items.grown(fetch)).toHaveLength(SERVING_GROWING_MAX);
  expect(items.grown(fetch)).toEqual([]);
});

test('whoever says again and again what it has makes the receiver look at no more than it says', async () => {
  const me = new SharingParty(1);
  const liar = new Handmade(9);
  const link = liar.connect(me);
  const items = Array.from({ length: 2_000 }, (_, n) => itemOf(`${n}`, noise(1, n + 1))).map((item, n) => ({
    ...item,
    bytes: 2 * MIB,
    root: new Uint8Array(32).fill(n % 251),
  }));
  await me.transfers.fetches.begin(liar.end.peer, items);
  await settle(link);
  const { transferId } = liar.said('seek')[0] ?? {};
  if (!transferId) throw new Error('nothing is sought');
  const have = (item: number, held: number): void => void liar.end.send({ type: 'have', transferId, items: [{ item, held: Uint8Array.of(held) }] });
  have(1_999, 0xc0);
  await settle(link);
  const looks = jest.spyOn(ChunkLedger.prototype, 'count');
  for (let n = 0; n < 200; n++) have(n, n % 2 === 0 ? 0xc0 : 0);
  await settle(link);
  const looked = looks.mock.calls.length;
  looks.mockRestore();
  expect(link.pair.closedFor).toBeUndefined();
  expect(looked / 200).toBeLessThan(100);
});

test('a receiver that asks anew does not go on with what it asked before', async () => {
  const world = new FetchWorld();
  const me = new SharingParty(1);
  const holder = new SharingParty(2);
  const link = world.connect(holder, me);
  const items = Array.from({ length: 30_000 }, (_, n) => ({ ...itemOf('x', noise(1)), name: `${n}`, root: new Uint8Array(32).fill(n % 251) }));
  link.a.pause();
  const { id } = await me.transfers.fetches.begin(holder.peer, items);
  await settle(link);
  const sought = (): number => link.b.sent.filter(({ type }) => type === 'seek').length;
  expect(sought()).toBeLessThan(20);
  await me.transfers.pause(id);
  await me.transfers.resume(id);
  await settle(link);
  const before = sought();
  link.a.resume();
  await world.until(() => link.a.sent.some(({ type }) => type === 'cancel'), [me, holder]);
  await settle(link);
  expect(sought() - before).toBeLessThanOrEqual(30);
  expect(link.pair.closedFor).toBeUndefined();
});

test('of many items, what was said before a full disk is not asked for before it is said again', async () => {
  const world = new FetchWorld();
  const [me, holder] = [new SharingParty(1), new SharingParty(2)];
  const bytes = noise(20);
  holder.share('/x/one', bytes);
  const link = world.connect(holder, me);
  await me.transfers.fetches.begin(
    holder.peer,
    Array.from({ length: 30_000 }, (_, n) => ({ ...itemOf('x', bytes), name: `${n % 512}/${n}` })),
  );
  await world.until(() => me.sink.received.size > 100, [me, holder]);
  me.sink.capacityBytes = 1;
  await world.until(() => me.of('transfer.interrupted').length > 0, [me, holder]);
  const before = me.sink.received.size;
  me.sink.capacityBytes = 2 ** 40;
  await world.until(() => me.sink.received.size > before + 1_500, [me, holder]);
  expect(link.pair.closedFor).toBeUndefined();
}, 60_000);
