import { beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { inboxTag, sealPresence } from '../../core/crypto/presenceRecord.js';
import type { FriendEntry } from '../../core/directory/methods.js';
import type { Directory, DirectoryConnection, DirectoryHandler } from '../../core/ports/directory.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { Device, DirectoryWorld, named } from '../support/directoryWorld.js';

const tagOf = ({ peer }: Device): string => inboxTag(toyPrimitives(), peer);

/** A way to the directory on which somebody sits who changes what comes back. */
class Liar implements Directory {
  readonly schemes = ['memory'];
  handler: DirectoryHandler | undefined;
  connection: DirectoryConnection | undefined;
  readonly asked: string[] = [];
  published = 0;
  twist: (method: string, result: unknown) => unknown = (_method, result) => result;

  constructor(private readonly honest: Directory) {}

  async connect(...[options, handler]: Parameters<Directory['connect']>): Promise<DirectoryConnection> {
    const connection = await this.honest.connect(options, handler);
    if (options.credentials) [this.handler, this.connection] = [handler, connection];
    const request: DirectoryConnection['request'] = async (method, params) => {
      this.asked.push(method);
      return this.twist(method, await connection.request(method, params));
    };
    return {
      request,
      publishPresence: (record) => {
        this.published++;
        return connection.publishPresence(record);
      },
      watchPresence: (tags) => connection.watchPresence(tags),
      unwatchPresence: (tags) => connection.unwatchPresence(tags),
      close: () => connection.close(),
    };
  }
}

describe('a device before a directory that lies', () => {
  let world: DirectoryWorld;
  let liar: Liar;
  let ada: Device;
  let bob: Device;

  beforeEach(async () => {
    world = await new DirectoryWorld().open();
    liar = new Liar(world.place.port('ada'));
    ada = await new Device('ada', world, { directory: liar }).start();
    await world.through(ada.agent.register(named('ada')));
    bob = await world.member('bob');
  });

  const eve = toyIdentity('eve').signer;
  const listing = (...friends: FriendEntry[]): void => {
    liar.twist = (method, result) => (method === 'friends.list' ? { friends } : result);
    liar.handler?.notice({ type: 'friends.changed' });
  };

  test('makes nobody a friend whom no person here asked or accepted', async () => {
    listing({ name: named('eve'), devices: [eve.peerId], state: 'friend' });
    await world.pass(2_000);
    expect(ada.people.byName(named('eve'))?.state).toBe('incoming');
    expect(ada.people.admits(eve.peerId)).toBe(false);
  });

  test.each(['removed', 'declined'])('[P-7.7] makes nobody a friend whose request was %s since it was accepted', async (how) => {
    await world.through(bob.agent.requestFriend(named('ada')));
    await world.pass(1_000);
    listing({ name: named('bob'), devices: [bob.peer], state: 'incoming' });
    const list = liar.twist;
    liar.twist = (method, result) => {
      if (method === 'friends.accept') throw new SansfilError('DIRECTORY_TIMEOUT');
      return list(method, result);
    };
    await expect(world.through(ada.agent.acceptFriend(named('bob')))).rejects.toMatchObject({ code: 'DIRECTORY_TIMEOUT' });
    if (how === 'removed') await world.through(ada.agent.removeFriend(named('bob')));
    else {
      await world.through(bob.agent.removeFriend(named('ada')));
      await world.pass(1_000);
      await world.through(bob.agent.requestFriend(named('ada')));
      await world.through(ada.agent.declineFriend(named('bob')));
    }
    await world.pass(1_000);
    // What the directory says twice is no more true than what it says once.
    for (let time = 0; time < 2; time++) {
      listing({ name: named('bob'), devices: [bob.peer], state: 'friend' });
      await world.pass(2_000);
      expect(ada.people.byName(named('bob'))?.state).toBe('incoming');
    }
  });

  test('[P-7.7] never changes the key of a friend, says that another was named, and stops until that ends', async () => {
    await world.befriend(ada, bob);
    listing({ name: named('bob'), devices: [eve.peerId], state: 'friend' });
    await world.pass(2_000);
    expect(ada.of('friend.keyChanged')).toEqual([{ type: 'friend.keyChanged', name: 'bob', from: bob.peer, to: eve.peerId }]);
    expect(ada.people.byName(named('bob'))).toMatchObject({ peer: bob.peer, changedTo: eve.peerId });
    expect([ada.people.admits(bob.peer), ada.people.admits(eve.peerId)]).toEqual([false, false]);
    listing({ name: named('bob'), devices: [bob.peer], state: 'friend' });
    await world.pass(2_000);
    expect(ada.people.admits(bob.peer)).toBe(true);
    expect(ada.of('friend.keyChanged')).toHaveLength(1);
  });

  test("[P-7.7] refuses a person's own yes when it would be to another key", async () => {
    await world.through(bob.agent.requestFriend(named('ada')));
    await world.pass(2_000);
    liar.twist = (method, result) => (method === 'friends.accept' ? { ...(result as object), devices: [eve.peerId] } : result);
    await expect(world.through(ada.agent.acceptFriend(named('bob')))).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    expect(ada.of('friend.keyChanged')).toEqual([{ type: 'friend.keyChanged', name: 'bob', from: bob.peer, to: eve.peerId }]);
    expect(ada.people.byName(named('bob'))).toMatchObject({ peer: bob.peer, state: 'incoming' });
  });

  test('takes no answer about another account, about itself, or out of shape', async () => {
    for (const twisted of [
      { name: 'eve', devices: [eve.peerId], state: 'outgoing' },
      { name: 'bob', devices: [ada.peer], state: 'outgoing' },
      { name: 'bob', devices: [], state: 'outgoing' },
      { name: 'bob', devices: ['x'], state: 'outgoing' },
      { name: 'bob', devices: [bob.peer], state: 'admin' },
      null,
    ]) {
      liar.twist = (method, result) => (method === 'friends.request' ? twisted : method === 'friends.list' ? { friends: [] } : result);
      const asking = world.through(ada.agent.requestFriend(named('bob')));
      await expect(asking).rejects.toMatchObject({ code: expect.stringMatching(/^(?:DIRECTORY_MALFORMED|ALREADY_FRIENDS)$/) });
      expect(ada.people.all()).toEqual([]);
    }
  });

  test('asks a list without end no longer than there can be friends', async () => {
    let page = 0;
    liar.twist = (method, result) => {
      if (method !== 'friends.list') return result;
      page++;
      const friends = Array.from({ length: 100 }, (_, i) => ({
        name: `n${page}.${i}`,
        devices: [toyIdentity(`${page}.${i}`).signer.peerId],
        state: 'removed',
      }));
      return { friends, next: `after${page}` };
    };
    liar.handler?.notice({ type: 'friends.changed' });
    await world.pass(5_000);
    expect(page).toBeLessThan(50);
  });

  test('is not made to ask more often by a flood of notices', async () => {
    await world.pass(1_000);
    liar.asked.length = 0;
    for (let i = 0; i < 1_000; i++) liar.handler?.notice({ type: 'friends.changed' });
    liar.handler?.notice('friends.changed');
    liar.handler?.notice({ type: 'other' });
    await world.pass(1_000);
    expect(liar.asked).toEqual(['friends.list', 'friends.list']);
  });

  test('shows nobody as there whose presence the directory does not let it see any more', async () => {
    await world.befriend(ada, bob);
    expect(ada.sees(bob)).toBe('online');
    listing({ name: named('bob'), devices: [bob.peer], state: 'outgoing' });
    await world.pass(2_000);
    expect([ada.people.admits(bob.peer), ada.sees(bob)]).toEqual([true, 'offline']);
    await world.through(bob.agent.setPresence('busy'));
    await world.pass(1_000);
    expect(ada.sees(bob)).toBe('offline');
  });

  test("[P-7.4] believes a presence record only when it is the friend's and not older than the last", async () => {
    await world.befriend(ada, bob);
    const { signer } = toyIdentity('bob');
    const tag = tagOf(bob);
    const record = (state: 'online' | 'busy' | 'offline', seq: number, by = signer) =>
      sealPresence(by, { state, seq, sinceMs: 1, addresses: ['tcp://203.0.113.9:1'] });
    const hear = async (bytes: Uint8Array): Promise<string> => {
      liar.handler?.presence(tag, bytes);
      await world.pass();
      return ada.sees(bob);
    };
    expect(await hear(await record('busy', 900_000))).toBe('busy');
    expect(await hear(await record('offline', 899_999))).toBe('busy');
    expect(await hear(await record('offline', 900_001, eve))).toBe('busy');
    const forged = await record('offline', 900_002);
    forged[forged.length - 1] = (forged[forged.length - 1] ?? 0) ^ 1;
    expect(await hear(forged)).toBe('busy');
    expect(await hear(new Uint8Array(3))).toBe('busy');
    expect(await hear(await record('online', 900_003))).toBe('online');
    expect(ada.people.addressesOf(bob.peer)).toEqual(['tcp://203.0.113.9:1']);
    expect(ada.logged.filter(({ event }) => event === 'presence.refused').map(({ fields }) => fields.code)).toEqual([
      'IDENTITY_MISMATCH',
      'SIGNATURE_INVALID',
      'DIRECTORY_MALFORMED',
    ]);
  });

  test('[P-7.4] repairs its own presence when something else stands there, at most once a second', async () => {
    await world.befriend(ada, bob);
    const own = tagOf(ada);
    const before = ada.of('presence.own').length;
    const old = await sealPresence(toyIdentity('ada').signer, { state: 'offline', seq: 3, sinceMs: 1, addresses: [] });
    liar.published = 0;
    for (let i = 0; i < 50; i++) liar.handler?.presence(own, i % 2 ? old : new Uint8Array(9));
    await world.pass(999);
    expect(liar.published).toBe(0);
    await world.pass(5_000);
    expect(liar.published).toBe(1);
    expect(ada.of('presence.own')).toHaveLength(before);
    expect(bob.sees(ada)).toBe('online');
  });

  test('[P-7.4] is believed again after its settings were put back to an older state', async () => {
    await world.befriend(ada, bob);
    const later = await sealPresence(toyIdentity('ada').signer, { state: 'offline', seq: 77 * 65_536 + 5, sinceMs: 1, addresses: [] });
    const { connection } = liar;
    await connection?.publishPresence(later);
    await world.pass(5_000);
    expect(ada.agent.state).toBe('online');
    expect(bob.sees(ada)).toBe('online');
  });

  test('logs in to the directory it registered with, and to no other', async () => {
    liar.twist = (method, result) => (method === 'challenge' ? { ...(result as object), directory: 'another' } : result);
    await world.wipe();
    await world.pass(40_000);
    expect([ada.agent.state, ada.agent.code]).toEqual(['unregistered', 'DIRECTORY_CHANGED']);
    liar.twist = (_method, result) => result;
    await world.through(ada.agent.login());
    expect(ada.agent.state).toBe('online');
  });
});
