import { beforeEach, describe, expect, test } from '@jest/globals';
import { SharingParty, FetchWorld, itemOf, rootOf, hashesOf } from '../../support/fetchParty.js';
import { Handmade } from '../../support/handmadeSender.js';
import { noise, settle, type Connected } from '../../support/transferParty.js';
import { TRANSFER_ITEMS_MAX } from '../../../core/base/limits.js';
import { SansfilError } from '../../../core/base/errors.js';
import { MemoryFileSink } from '../../../core/simulation/memoryFiles.js';
import { toHex } from '../../../core/base/bytes.js';
import { SEEK_AGAIN_MS, TRANSFERS_PER_PEER_MAX } from '../../../core/base/limits.js';
import type { Record } from '../../../core/protocol/frames.js';

const MIB = 2 ** 20;
const LONG = noise(6 * MIB + 77, 3);

let world: FetchWorld;
let me: SharingParty;
let holders: SharingParty[];
let links: Connected[];

beforeEach(() => {
  world = new FetchWorld();
  me = new SharingParty(1);
  holders = [2, 3, 4].map((number) => new SharingParty(number));
  links = [];
});

const at = <T>(list: readonly T[], place: number): T => {
  const one = list[place];
  if (one === undefined) throw new Error('there is none');
  return one;
};
const joinAll = (): void => {
  links = holders.map((holder) => world.connect(holder, me));
};
const until = (condition: () => boolean): Promise<void> => world.until(condition, [me, ...holders]);
const same = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;
const whole = (): boolean => same(me.sink.received.get('long.bin')?.bytes, LONG);
const done = (): boolean => me.of('transfer.completed').length > 0;
const fetch = (...items: readonly ReturnType<typeof itemOf>[]): Promise<{ readonly id: string }> => me.transfers.fetches.begin(at(holders, 0).peer, items);
const sent = <T extends Record['type']>(place: number, type: T): readonly Extract<Record, { readonly type: T }>[] =>
  at(links, place).a.sent.filter((record): record is Extract<Record, { readonly type: T }> => record.type === type);

describe('a fetch', () => {
  test('takes from all who have it, each chunk once, and gives the file its name', async () => {
    for (const holder of holders) holder.share('/x/long.bin', LONG);
    joinAll();
    await fetch(itemOf('long.bin', LONG));
    await until(done);
    expect(whole()).toBe(true);
    const chunks = links.map((_, place) => sent(place, 'chunk').length);
    expect(chunks.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(9);
    expect(Math.min(...chunks)).toBeGreaterThan(0);
    expect(me.sink.partCount).toBe(0);
    expect(me.of('transfer.fetching')).toHaveLength(1);
    expect(me.transfers.buffers.usedBytes).toBe(0);
  });

  test('brings many items, small, empty and long ones', async () => {
    const files = new Map([
      ['a/long.bin', LONG],
      ['a/empty', new Uint8Array(0)],
      ...[...Array(40).keys()].map((n): [string, Uint8Array] => [`b/${n}.txt`, noise(3_000 + n, n + 9)]),
      ['one chunk', noise(MIB, 90)],
    ]);
    for (const [name, bytes] of files) at(holders, 0).share(`/x/${name}`, bytes);
    joinAll();
    await fetch(...[...files].map(([name, bytes]) => itemOf(name, bytes)));
    await until(done);
    for (const [name, bytes] of files) expect(same(me.sink.received.get(name)?.bytes, bytes)).toBe(true);
  });

  test('of nothing but empty files needs nobody', async () => {
    await fetch(itemOf('nothing', new Uint8Array(0)));
    await until(done);
    expect(me.sink.received.get('nothing')?.bytes).toHaveLength(0);
  });

  test('is no offer: a friend of whom much is fetched may offer as much as any', async () => {
    joinAll();
    for (let n = 0; n < TRANSFERS_PER_PEER_MAX; n++) await fetch(itemOf(`${n}.bin`, noise(100, n)));
    at(holders, 0).source.put('/x/a.txt', noise(10, 1), 5);
    await at(holders, 0).transfers.send(me.peer, ['/x/a.txt']);
    await until(() => me.of('transfer.offered').length + me.of('transfer.ended').length + at(holders, 0).of('transfer.ended').length > 0);
    expect(me.of('transfer.offered')).toMatchObject([{ direction: 'in', items: [{ name: 'a.txt' }] }]);
  });

  test('of as many files as a transfer may have is no more than that', async () => {
    const empty = itemOf('', new Uint8Array(0));
    const items = Array.from({ length: TRANSFER_ITEMS_MAX }, (_, n) => ({ ...empty, name: `${n % 512}/${n}` }));
    await me.transfers.fetches.begin(at(holders, 0).peer, items);
    await until(done);
    expect(me.sink.received.size).toBe(TRANSFER_ITEMS_MAX);
  }, 60_000);

  test('waits while nobody has it and says so; goes on by itself with whoever comes', async () => {
    const { id } = await fetch(itemOf('long.bin', LONG));
    expect((await me.transfers.list())[0]).toMatchObject({ id, state: 'paused', code: 'HOLDERS_AWAY', holders: [] });
    expect([...me.sessions.wanted]).toEqual([`${at(holders, 0).peer} transfer ${id}`]);
    at(holders, 2).share('/x/long.bin', LONG);
    links.push(world.connect(at(holders, 2), me));
    await until(() => at(links, 0).a.bulkBytes > 3 * MIB);
    at(links, 0).pair.cut();
    await until(() => me.of('transfer.interrupted').length > 0);
    expect(me.of('transfer.interrupted')[0]).toMatchObject({ code: 'HOLDERS_AWAY' });
    const before = at(links, 0).a.bulkBytes;
    links.push(world.connect(at(holders, 2), me));
    await until(done);
    expect(whole()).toBe(true);
    expect(before + at(links, 1).a.bulkBytes).toBeLessThan(LONG.length + 5 * MIB);
  });

  test('goes on with the others when a holder leaves in the middle', async () => {
    for (const holder of holders) holder.share('/x/long.bin', LONG);
    joinAll();
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'chunk').length > 0);
    at(links, 0).pair.cut();
    await until(done);
    expect(whole()).toBe(true);
    expect(me.of('transfer.interrupted')).toEqual([]);
  });

  test('waits for no holder that takes what is asked and brings nothing', async () => {
    for (const holder of holders) holder.share('/x/long.bin', LONG);
    joinAll();
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'chunk').length > 0);
    at(links, 0).b.pause();
    const since = me.clock.monotonic();
    await until(done);
    expect(me.clock.monotonic() - since).toBeLessThan(SEEK_AGAIN_MS / 2);
    expect(whole()).toBe(true);
    expect(me.of('transfer.interrupted')).toEqual([]);
  });

  test('goes on after the process died, with what it holds', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    links.push(world.connect(at(holders, 0), me));
    await fetch(itemOf('long.bin', LONG));
    await until(() => at(links, 0).a.bulkBytes > 3 * MIB);
    at(links, 0).pair.cut();
    await me.restart();
    links.push(world.connect(at(holders, 0), me));
    await until(done);
    expect(whole()).toBe(true);
    expect(at(links, 0).a.bulkBytes + at(links, 1).a.bulkBytes).toBeLessThan(LONG.length + 6 * MIB);
  });

  test('is cancelled and paused by hand, and its holders forget it', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    links.push(world.connect(at(holders, 0), me));
    await fetch(itemOf('long.bin', LONG));
    await until(() => me.of('transfer.started').length > 0);
    const [view] = await me.transfers.list();
    const id = view?.id;
    if (!id) throw new Error('no transfer');
    expect(await me.transfers.pause(id)).toMatchObject({ state: 'paused', pausedBy: 'me' });
    const told = (): number => at(links, 0).b.sent.filter(({ type }) => type === 'cancel').length;
    expect(told()).toBe(1);
    await me.transfers.resume(id);
    await until(() => at(links, 0).b.sent.filter(({ type }) => type === 'seek').length === 2);
    await until(() => sent(0, 'have').length >= 2);
    await me.transfers.cancel(id);
    expect(me.of('transfer.ended')).toMatchObject([{ state: 'cancelled' }]);
    expect(told()).toBe(2);
    expect(me.sessions.wanted.size).toBe(0);
  });

  test('stops also when the disk fails while its small files are closed', async () => {
    const small = noise(300, 7);
    at(holders, 0).share('/x/small', small);
    const pack = me.sink.pack.bind(me.sink);
    me.sink.pack = async (id) => ({ ...(await pack(id)), [Symbol.asyncDispose]: () => Promise.reject(new SansfilError('STORE_FAILED')) });
    links.push(world.connect(at(holders, 0), me));
    await fetch(itemOf('small', small), itemOf('long.bin', LONG));
    await until(() => me.of('transfer.interrupted').length > 0);
    await me.transfers.stop();
    expect(me.sink.received.has('small')).toBe(true);
    expect(me.of('fault')).toMatchObject([{ code: 'STORE_FAILED' }]);
  });

  test('paused and resumed, comes to its end', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    links.push(world.connect(at(holders, 0), me));
    await fetch(itemOf('long.bin', LONG));
    await until(() => at(links, 0).a.bulkBytes > 3 * MIB);
    const [view] = await me.transfers.list();
    if (!view) throw new Error('no transfer');
    await me.transfers.pause(view.id);
    await me.transfers.resume(view.id);
    await until(done);
    expect(whole()).toBe(true);
    expect(me.of('transfer.holderDropped')).toEqual([]);
  });
});

describe('a holder that lies', () => {
  const other = noise(LONG.length, 55);

  test('about the hashes is named and asked no more; the others bring the file', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    at(holders, 1).share('/x/long.bin', LONG);
    links.push(world.connect(at(holders, 0), me));
    const liar = at(links, 0).a;
    const send = liar.send.bind(liar);
    liar.send = (record) => send(record.type === 'hashes' ? { ...record, hashes: hashesOf(other) } : record);
    await fetch(itemOf('long.bin', LONG));
    await until(() => me.of('transfer.holderDropped').length > 0);
    expect(me.of('transfer.holderDropped')).toMatchObject([{ peer: at(holders, 0).peer, code: 'HOLDER_LIED' }]);
    expect(sent(0, 'chunk')).toEqual([]);
    expect((await me.transfers.list())[0]).toMatchObject({ state: 'paused', code: 'HOLDERS_AWAY' });
    links.push(world.connect(at(holders, 1), me));
    await until(done);
    expect(whole()).toBe(true);
  });

  test('about a chunk is named before a byte of it is taken', async () => {
    for (const holder of holders) holder.share('/x/long.bin', LONG);
    joinAll();
    let lies = 0;
    const liar = at(links, 1).a;
    const send = liar.send.bind(liar);
    liar.send = (record) => send(record.type === 'chunk' && ++lies > 0 ? { ...record, hash: new Uint8Array(32).fill(9) } : record);
    await fetch(itemOf('long.bin', LONG));
    await until(done);
    expect(lies).toBeGreaterThan(0);
    expect(me.of('transfer.holderDropped').map(({ peer }) => peer)).toEqual([at(holders, 1).peer]);
    expect(whole()).toBe(true);
    expect(at(links, 1).b.sent.some((record) => record.type === 'cancel' && record.reason === 'corrupt')).toBe(true);
  });

  test('by sending what nobody asked of it is named', async () => {
    for (const holder of holders) holder.share('/x/long.bin', LONG);
    joinAll();
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'chunk').length > 0);
    const [chunk] = sent(0, 'chunk');
    if (!chunk) throw new Error('no chunk');
    at(links, 2).a.send({ ...chunk, index: 6, stream: 9_999, length: 77 });
    await until(done);
    expect(me.of('transfer.holderDropped').map(({ peer }) => peer)).toContain(at(holders, 2).peer);
    expect(whole()).toBe(true);
  });

  test('whose bytes are damaged again and again is named in the end; each time the session ends', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    await fetch(itemOf('long.bin', LONG));
    for (let time = 0; time < 4; time++) {
      const link = world.connect(at(holders, 0), me);
      link.a.meddler = (frame) => {
        if (frame.kind === 'bulk') frame.bytes[0] = (frame.bytes[0] ?? 0) ^ 1;
        return [frame];
      };
      await until(() => !link.pair.open || me.of('transfer.holderDropped').length > 0);
      expect(link.pair.closedFor ?? { code: 'CHUNK_CORRUPT' }).toMatchObject({ code: 'CHUNK_CORRUPT' });
      link.pair.cut();
    }
    expect(me.of('transfer.holderDropped')).toMatchObject([{ code: 'CHUNK_CORRUPT' }]);
    at(holders, 1).share('/x/long.bin', LONG);
    world.connect(at(holders, 1), me);
    await until(done);
    expect(whole()).toBe(true);
  });
});

describe('a holder', () => {
  test('whose file changed says so and has it looked at again', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    joinAll();
    at(holders, 0).source.put('/x/long.bin', noise(LONG.length, 8), 5);
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'cancel').length > 0);
    expect(sent(0, 'cancel')[0]?.reason).toBe('changed');
    expect(sent(0, 'chunk')).toEqual([]);
    expect(me.of('transfer.holderDropped')).toEqual([]);
    expect(at(holders, 0).looked).toBeGreaterThan(1);
    expect((await me.transfers.list())[0]).toMatchObject({ code: 'HOLDERS_AWAY' });
  });

  test('that shares it no longer says that it is gone', async () => {
    at(holders, 0).share('/x/long.bin', LONG);
    joinAll();
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'have').length > 0);
    at(holders, 0).shared.clear();
    at(holders, 0).transfers.fetches.recheck();
    await until(() => sent(0, 'cancel').length > 0);
    expect(sent(0, 'cancel')[0]?.reason).toBe('gone');
  });

  test('that fetches it too serves what it has, and more as more comes', async () => {
    const [source, middle] = [at(holders, 0), at(holders, 1)];
    source.share('/x/long.bin', LONG);
    const first = world.connect(source, middle);
    await middle.transfers.fetches.begin(source.peer, [itemOf('long.bin', LONG)]);
    await until(() => first.a.bulkBytes > 3 * MIB);
    first.b.pause();
    links.push(world.connect(middle, me));
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'chunk').length > 0);
    expect(middle.of('transfer.completed')).toEqual([]);
    first.pair.cut();
    await until(() => me.of('transfer.interrupted').length > 0);
    expect((await me.transfers.list())[0]?.bytes).toBeGreaterThan(0);
    world.connect(source, middle);
    world.connect(source, me);
    await until(done);
    expect(whole()).toBe(true);
  });

  test('that fetches it too reads what is complete where it is then, on a disk without second names too', async () => {
    const moved = new Set<number>();
    const disk = new MemoryFileSink();
    const middle = new SharingParty(3, { sink: disk });
    const part = disk.part.bind(disk);
    disk.part = (id, item) => (moved.has(item) ? Promise.reject(new SansfilError('STORE_FAILED', 'there is no part any more')) : part(id, item));
    const finish = disk.finish.bind(disk);
    disk.finish = async (id, item, meta, into) => {
      const path = await finish(id, item, meta, into);
      moved.add(item);
      middle.source.put(path, LONG, meta.modifiedMs);
      return path;
    };
    holders[1] = middle;
    const source = at(holders, 0);
    const more = noise(6 * MIB, 5);
    source.share('/x/long.bin', LONG);
    source.share('/x/more.bin', more);
    const first = world.connect(source, middle);
    await middle.transfers.fetches.begin(source.peer, [itemOf('long.bin', LONG), itemOf('more.bin', more)]);
    await until(() => first.a.bulkBytes > 3 * MIB);
    links.push(world.connect(middle, me));
    at(links, 0).b.pause();
    await fetch(itemOf('long.bin', LONG));
    await until(() => sent(0, 'have').length > 0);
    await until(() => moved.has(0));
    first.b.pause();
    at(links, 0).b.resume();
    await until(done);
    expect(whole()).toBe(true);
    expect(sent(0, 'cancel')).toEqual([]);
  });

  test('asked for what it does not have says that it is gone', async () => {
    joinAll();
    at(links, 0).b.send({
      type: 'seek',
      transferId: new Uint8Array(16).fill(1),
      aead: 1,
      chunkBytes: MIB,
      fileKey: new Uint8Array(32),
      items: [{ item: 0, bytes: 5, root: rootOf(LONG) }],
    });
    at(links, 0).b.send({ type: 'want', transferId: new Uint8Array(16).fill(2), ranges: [{ item: 0, from: 0, to: 1 }] });
    await until(() => sent(0, 'cancel').length === 2);
    expect(sent(0, 'cancel').map(({ reason }) => reason)).toEqual(['gone', 'gone']);
  });
});

describe('[P-6.25] a holder', () => {
  const key = { transferId: new Uint8Array(16).fill(1), aead: 1, chunkBytes: MIB, fileKey: new Uint8Array(32) } as const;

  test('says of all that is sought what it has, also that it has nothing of it', async () => {
    const holder = at(holders, 0);
    holder.share('/x/long.bin', LONG);
    const stranger = new Handmade(9);
    const link = stranger.connect(holder);
    const sought = [rootOf(noise(5, 5)), rootOf(LONG), rootOf(noise(6, 6))];
    stranger.end.send({ type: 'seek', ...key, items: sought.map((root, item) => ({ item, bytes: item === 2 ? 9 * MIB : LONG.length, root })) });
    await settle(link);
    const held = stranger.said('have').flatMap(({ items }) => items.map((item) => [item.item, ...item.held]));
    expect(held).toEqual([
      [0, 0],
      [1, 0b1111_1110],
      [2, 0, 0],
    ]);
  });
});

describe('[P-6.24] a holder', () => {
  test('keeps of what is sought no more than one fetch may have, under whatever numbers', async () => {
    const holder = at(holders, 0);
    const root = new Uint8Array(32).fill(9);
    const bytes = MIB * 2 ** 18;
    holder.shared.set(toHex(root), { path: '/x/huge', bytes, modifiedMs: 5, hashes: () => Promise.resolve(new Uint8Array(0)) });
    const stranger = new Handmade(9);
    const link = stranger.connect(holder);
    const key = { transferId: new Uint8Array(16).fill(1), aead: 1, chunkBytes: MIB, fileKey: new Uint8Array(32) } as const;
    for (const from of [0, 3]) stranger.end.send({ type: 'seek', ...key, items: [0, 1, 2].map((n) => ({ item: from + n, bytes, root })) });
    await settle(link);
    const said = stranger.said('have').flatMap(({ items }) => items);
    expect(said.filter(({ held }) => held.some((byte) => byte !== 0)).map(({ item }) => item)).toEqual([0]);
  });
});
