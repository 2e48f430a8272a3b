import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FoundItem, ItemStage, ShareRecord, ShareStore } from '../../core/ports/shareStore.js';
import { shareIdOf } from '../support/samples.js';

export interface SharesUnderTest {
  readonly shares: ShareStore;
  /** The same device after a restart. */
  restart(): Promise<ShareStore>;
  close(): Promise<void>;
}

const ONE = shareIdOf(1);
const TWO = shareIdOf(2);
const NO_BYTES = new Uint8Array(0);
const root = (n: number): Uint8Array => new Uint8Array(32).fill(n);

const record = (n: number, more: Partial<ShareRecord> = {}): ShareRecord => ({
  id: shareIdOf(n),
  path: `/home/x/"photos" ${n}`,
  name: `photos ${n}`,
  folder: true,
  state: 'hashing',
  scan: 1,
  createdMs: 1_700_000_000_000 + n,
  ...more,
});

const found = (name: string, more: Partial<FoundItem> = {}): FoundItem => ({
  name,
  path: `/home/x/${name}`,
  bytes: 10,
  modifiedMs: 1_600_000_000_000,
  mode: 0o644,
  ...more,
});

/** What every implementation of the store of shares promises; `setup` gives an empty one. */
export function sharesContract(setup: () => Promise<SharesUnderTest>): void {
  let under: SharesUnderTest;
  let shares: ShareStore;

  beforeEach(async () => {
    under = await setup();
    shares = under.shares;
  });
  afterEach(() => under.close());

  const restart = async (): Promise<void> => {
    shares = await under.restart();
  };
  const names = async (stage: ItemStage, id = ONE): Promise<readonly string[]> => (await shares.items(id, stage, 0, 1_000)).map(({ name }) => name);
  const positionOf = async (name: string, id = ONE): Promise<number> => {
    for (const stage of ['hashed', 'waiting', 'refused'] as const) {
      const item = (await shares.items(id, stage, 0, 1_000)).find((one) => one.name === name);
      if (item) return item.position;
    }
    throw new Error(`there is no ${name}`);
  };
  const finish = async (name: string, n: number, hashes = NO_BYTES): Promise<number> => {
    const position = await positionOf(name);
    await shares.finish([{ position, bytes: 10, modifiedMs: 1_600_000_000_000, root: root(n), hashes }]);
    return position;
  };

  describe('shares', () => {
    test('are kept whole, in the order in which they were added, and replaced by id', async () => {
      await shares.put(record(2));
      await shares.put(record(1, { folder: false, scan: 7 }));
      await shares.put(record(2, { state: 'failed', code: 'FILE_UNREADABLE' }));
      await restart();
      expect(await shares.all()).toEqual([record(2, { state: 'failed', code: 'FILE_UNREADABLE' }), record(1, { folder: false, scan: 7 })]);
    });

    test('keep their items when they are put again, and lose them when they are removed', async () => {
      await shares.put(record(1));
      await shares.note(ONE, 1, [found('a')]);
      const position = await finish('a', 1, new Uint8Array(64).fill(3));
      await shares.put(record(1, { state: 'ready' }));
      expect(await names('hashed')).toEqual(['a']);
      await shares.remove(ONE);
      await shares.put(record(1));
      await restart();
      expect([await names('hashed'), await names('waiting'), await shares.find(root(1), 9), await shares.hashes(position)]).toEqual([[], [], [], NO_BYTES]);
    });

    test('items of one that is not there have nowhere to go', async () => {
      await shares.note(ONE, 1, [found('a')]);
      await shares.put(record(1));
      expect(await names('waiting')).toEqual([]);
    });
  });

  describe('items', () => {
    beforeEach(async () => {
      await shares.put(record(1));
      await shares.put(record(2));
    });

    test('come back as they were found, in their order, with rising positions above zero, page by page', async () => {
      const given = ['b', 'a/ü 字.txt', 'a/👩‍🚀', 'it\'s "x"'].map((name, n) => found(name, { bytes: n * 2 ** 31, mode: n === 3 ? 0o40755 : 0o600 }));
      await shares.note(ONE, 1, given);
      await shares.note(TWO, 1, [found('b')]);
      await restart();
      const all = await shares.items(ONE, 'waiting', 0, 1_000);
      expect(all).toEqual(given.map((item, n) => ({ ...item, share: ONE, position: all[n]?.position })));
      const positions = all.map(({ position }) => position);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(positions[0]).toBeGreaterThan(0);
      const first = await shares.items(ONE, 'waiting', 0, 3);
      expect([...first, ...(await shares.items(ONE, 'waiting', first[2]?.position ?? 0, 3))]).toEqual(all);
    });

    test('are waiting until they were read, and refused when that could not be', async () => {
      await shares.note(ONE, 1, [found('a'), found('b'), found('c', { code: 'FILE_NAME_UNUSABLE' }), found('d', { bytes: 5 })]);
      const b = await positionOf('b');
      await shares.finish([
        { position: await positionOf('a'), bytes: 12, modifiedMs: 1_650_000_000_000, root: root(1), hashes: NO_BYTES },
        { position: b, code: 'FILE_UNREADABLE' },
        { position: 999_999, code: 'FILE_UNREADABLE' },
      ]);
      await restart();
      expect([await names('hashed'), await names('waiting'), await names('refused')]).toEqual([['a'], ['d'], ['b', 'c']]);
      expect((await shares.items(ONE, 'hashed', 0, 9))[0]).toMatchObject({ bytes: 12, modifiedMs: 1_650_000_000_000, root: root(1) });
      expect((await shares.items(ONE, 'refused', 0, 1))[0]).toMatchObject({ position: b, code: 'FILE_UNREADABLE' });
      expect(await shares.counts(ONE)).toEqual({ hashed: { items: 1, bytes: 12 }, waiting: { items: 1, bytes: 5 }, refused: { items: 2, bytes: 20 } });
      const nothing = { items: 0, bytes: 0 };
      expect(await shares.counts(TWO)).toEqual({ hashed: nothing, waiting: nothing, refused: nothing });
    });

    test('keep their root when a later look finds the same, and lose it when size, time or reason differ', async () => {
      await shares.note(
        ONE,
        1,
        ['same', 'longer', 'newer', 'worse'].map((name) => found(name)),
      );
      for (const [n, name] of ['same', 'longer', 'newer', 'worse'].entries()) await finish(name, n + 1, new Uint8Array(64).fill(n));
      const before = await positionOf('longer');
      await shares.note(ONE, 2, [
        found('same', { mode: 0o755, path: '/elsewhere/same' }),
        found('longer', { bytes: 11 }),
        found('newer', { modifiedMs: 1 }),
        found('worse', { code: 'FILE_NAME_UNUSABLE' }),
      ]);
      expect(await shares.items(ONE, 'hashed', 0, 9)).toEqual([expect.objectContaining({ name: 'same', mode: 0o755, path: '/elsewhere/same', root: root(1) })]);
      expect([await names('waiting'), await names('refused')]).toEqual([['longer', 'newer'], ['worse']]);
      expect(await positionOf('longer')).toBe(before);
      expect(await shares.hashes(before)).toEqual(NO_BYTES);
      expect(await shares.hashes(await positionOf('same'))).toEqual(new Uint8Array(64).fill(0));
    });

    test('one that was refused waits again when a later look finds it readable', async () => {
      await shares.note(ONE, 1, [found('a', { code: 'FILE_UNREADABLE' })]);
      await shares.note(ONE, 2, [found('a')]);
      expect(await names('waiting')).toEqual(['a']);
    });

    test('those that the last look did not find are forgotten, of that share only', async () => {
      await shares.note(ONE, 1, [found('a'), found('b')]);
      await shares.note(TWO, 1, [found('c')]);
      await shares.note(ONE, 2, [found('b'), found('new')]);
      await shares.prune(ONE, 2);
      await restart();
      expect([await names('waiting'), await names('waiting', TWO)]).toEqual([['b', 'new'], ['c']]);
    });

    test('the hashes of a beginning stay until the file is read to its end or is another one', async () => {
      await shares.note(ONE, 1, [found('a')]);
      const position = await positionOf('a');
      const hashes = new Uint8Array(32).fill(1);
      const stored = shares.setHashes(position, hashes);
      hashes.fill(9);
      await stored;
      await shares.note(ONE, 2, [found('a')]);
      await restart();
      expect(await shares.hashes(position)).toEqual(new Uint8Array(32).fill(1));
      await finish('a', 1, new Uint8Array(64).fill(2));
      expect(await shares.hashes(position)).toEqual(new Uint8Array(64).fill(2));
      await shares.note(ONE, 3, [found('a', { bytes: 1 })]);
      expect(await shares.hashes(position)).toEqual(NO_BYTES);
    });

    test('are found by their content, in any share, a bounded number of them', async () => {
      await shares.note(ONE, 1, [found('a'), found('b'), found('c')]);
      await shares.note(TWO, 1, [found('d')]);
      for (const name of ['a', 'c']) await finish(name, 7);
      await shares.finish([{ position: await positionOf('d', TWO), bytes: 10, modifiedMs: 5, root: root(7), hashes: NO_BYTES }]);
      await finish('b', 8);
      expect((await shares.find(root(7), 9)).map(({ share, name }) => [share, name])).toEqual([
        [ONE, 'a'],
        [ONE, 'c'],
        [TWO, 'd'],
      ]);
      expect(await shares.find(root(7), 2)).toHaveLength(2);
      expect(await shares.find(root(9), 2)).toEqual([]);
    });

    test('sizes that no sum can hold do not break the count', async () => {
      await shares.note(ONE, 1, [found('a', { bytes: Number.MAX_SAFE_INTEGER }), found('b', { bytes: Number.MAX_SAFE_INTEGER })]);
      expect((await shares.counts(ONE)).waiting).toEqual({ items: 2, bytes: Number.MAX_SAFE_INTEGER });
    });
  });
}
