import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { accountKey, parseAccountName } from '../../core/base/ids.js';
import { inboxTag } from '../../core/crypto/presenceRecord.js';
import type { Decision, DirectoryAccount, DirectoryStore } from '../../core/directory/store.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';

export function account(name: string, seed = name): DirectoryAccount {
  const { peerId, spki } = toyIdentity(seed).signer;
  const parsed = parseAccountName(name);
  return { key: accountKey(parsed), name: parsed, createdMs: 5, devices: [{ peer: peerId, spki, tag: inboxTag(toyPrimitives(), peerId) }] };
}

/** What keeps a directory's state, whatever it is kept in. `reopen` gives what a restart would find. */
export function directoryStoreContract(
  title: string,
  open: () => Promise<{ store: DirectoryStore; reopen?: () => Promise<DirectoryStore>; close: () => Promise<void> }>,
): void {
  describe(`the directory's store in ${title}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: DirectoryStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const friends: Decision = () => ({ state: 'friends', by: 'ada' });

    test('gives back an account by name and by device, byte for byte', async () => {
      const ada = account('Ada');
      await store.addAccount(ada);
      expect(await store.accountByKey('ada')).toEqual(ada);
      const [device] = ada.devices;
      expect(device && (await store.accountByPeer(device.peer))).toEqual(ada);
      expect(await store.accountByKey('bob')).toBeUndefined();
    });

    test('has each name once and each device once, also when asked at the same time', async () => {
      const results = await Promise.allSettled([
        store.addAccount(account('ada', 'one')),
        store.addAccount(account('ADA', 'two')),
        store.addAccount(account('bob', 'one')),
      ]);
      expect(results.map((result) => (result.status === 'fulfilled' ? 'added' : SansfilError.from(result.reason).code))).toEqual([
        'added',
        'NAME_TAKEN',
        'ALREADY_REGISTERED',
      ]);
      expect(await store.accountByKey('bob')).toBeUndefined();
    });

    test('takes no harm from a name that looks like SQL', async () => {
      const name = 'a.b-c_d';
      await store.addAccount(account(name));
      expect(await store.accountByKey(`x' OR '1'='1`)).toBeUndefined();
      expect(await store.related(`' OR 1=1 --`, '', 10)).toEqual([]);
    });

    test('lets a decision see what stands and how many there are, and keeps what it decides', async () => {
      for (const name of ['ada', 'bob', 'cleo']) await store.addAccount(account(name));
      const seen: unknown[] = [];
      const record: Decision = (current, counts) => {
        seen.push(current, counts);
        return { state: 'requested', by: 'bob' };
      };
      await store.relate('bob', 'ada', record);
      await store.relate('ada', 'bob', record);
      await store.relate('ada', 'cleo', () => ({ state: 'removed', by: 'ada' }));
      await store.relate('cleo', 'ada', record);
      expect(seen).toEqual([
        undefined,
        { mine: 0, other: 0 },
        { state: 'requested', by: 'bob' },
        { mine: 1, other: 1 },
        { state: 'removed', by: 'ada' },
        { mine: 0, other: 1 },
      ]);
    });

    test('changes nothing when a decision throws, and goes on', async () => {
      for (const name of ['ada', 'bob']) await store.addAccount(account(name));
      const refuse: Decision = () => {
        throw new SansfilError('NO_REQUEST');
      };
      await expect(store.relate('ada', 'bob', refuse)).rejects.toMatchObject({ code: 'NO_REQUEST' });
      expect(await store.related('ada', '', 10)).toEqual([]);
      expect(await store.relate('ada', 'bob', friends)).toEqual({ state: 'friends', by: 'ada' });
    });

    test('decides one after the other: of two requests at once the second sees the first', async () => {
      for (const name of ['ada', 'bob']) await store.addAccount(account(name));
      const request =
        (by: string): Decision =>
        (current) =>
          current ? { state: 'friends', by } : { state: 'requested', by };
      const states = await Promise.all([store.relate('ada', 'bob', request('ada')), store.relate('bob', 'ada', request('bob'))]);
      expect(states.map(({ state }) => state)).toEqual(['requested', 'friends']);
    });

    test('lists relations in order, from a place on, from both sides', async () => {
      const names = ['ada', 'bob', 'cleo', 'dan'];
      for (const name of names) await store.addAccount(account(name));
      for (const other of ['dan', 'bob', 'ada']) await store.relate('cleo', other, friends);
      const keys = async (after: string, limit: number): Promise<string[]> => (await store.related('cleo', after, limit)).map(({ account: { key } }) => key);
      expect(await keys('', 10)).toEqual(['ada', 'bob', 'dan']);
      expect(await keys('', 2)).toEqual(['ada', 'bob']);
      expect(await keys('bob', 10)).toEqual(['dan']);
      expect(await store.related('dan', '', 10)).toEqual([{ account: account('cleo'), relation: { state: 'friends', by: 'ada' } }]);
    });

    test('knows the friends by their tags, and keeps all of it', async () => {
      const [ada, bob, cleo] = [account('ada'), account('bob'), account('cleo')] as const;
      for (const each of [ada, bob, cleo]) await store.addAccount(each);
      await store.relate('ada', 'bob', friends);
      await store.relate('ada', 'cleo', () => ({ state: 'requested', by: 'ada' }));
      const again = opened.reopen ? await opened.reopen() : store;
      const pairs = (await again.friendTags()).map((pair) => [...pair].sort());
      expect(pairs).toEqual([[ada.devices[0]?.tag, bob.devices[0]?.tag].sort()]);
      expect(await again.accountByKey('cleo')).toEqual(cleo);
    });
  });
}
