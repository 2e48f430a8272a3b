import { beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../core/base/errors.js';
import { DIRECTORY_GOODBYE_MS_MAX, DIRECTORY_REFUSED_MS, FRIENDS_RETRY_MS, TOKEN_MS } from '../../core/base/limits.js';
import type { Directory } from '../../core/ports/directory.js';
import { Device, DirectoryWorld, named } from '../support/directoryWorld.js';

describe('a device at its directory', () => {
  let world: DirectoryWorld;
  beforeEach(async () => void (world = await new DirectoryWorld().open()));

  test('[P-7.5] is unregistered until a person takes a name, then online', async () => {
    const ada = await new Device('ada', world).start();
    await world.pass();
    expect(ada.agent.state).toBe('unregistered');
    expect(await world.through(ada.agent.register(named('ada')))).toEqual({ name: 'ada', directoryName: 'sim' });
    expect(ada.agent.state).toBe('online');
    expect(ada.of('directory.changed').map(({ state }) => state)).toEqual(['unregistered', 'connecting', 'online']);
    expect(ada.of('account.registered')).toEqual([{ type: 'account.registered', name: 'ada' }]);
    expect(ada.of('presence.own').at(-1)).toEqual({ type: 'presence.own', state: 'online' });
  });

  test('says why a name cannot be had, and takes another', async () => {
    await world.member('ada');
    const eve = await new Device('eve', world).start();
    await expect(world.through(eve.agent.register(named('Ada')))).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect([eve.agent.state, eve.agent.code]).toEqual(['unregistered', 'NAME_TAKEN']);
    await world.through(eve.agent.register(named('eve')));
    expect(eve.agent.state).toBe('online');
    await expect(eve.agent.register(named('eva'))).rejects.toMatchObject({ code: 'ALREADY_REGISTERED' });
  });

  test('[P-7.7] sees a request come in, accepts it, and is seen', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    expect(await world.through(ada.agent.requestFriend(named('bob')))).toMatchObject({ peer: bob.peer, state: 'outgoing' });
    await world.pass(1_000);
    expect(bob.of('friend.changed')).toEqual([{ type: 'friend.changed', peer: ada.peer, name: 'ada', state: 'incoming' }]);
    expect(bob.people.admits(ada.peer)).toBe(false);
    await world.through(bob.agent.acceptFriend(named('ada')));
    await world.pass(1_000);
    expect(ada.of('friend.changed').at(-1)).toMatchObject({ peer: bob.peer, state: 'friend' });
    expect([ada.people.admits(bob.peer), bob.people.admits(ada.peer)]).toEqual([true, true]);
    expect([ada.sees(bob), bob.sees(ada)]).toEqual(['online', 'online']);
    expect(bob.people.addressesOf(ada.peer)).toEqual(['tcp://192.0.2.1:4003']);
    expect(bob.reachable).toContain(ada.peer);
  });

  test('[P-7.7] becomes a friend when two requests cross', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await Promise.all([world.through(ada.agent.requestFriend(named('bob'))), bob.agent.requestFriend(named('ada'))]);
    await world.pass(1_000);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['friend', 'friend']);
  });

  test('lets a request be declined and a friendship be ended, on both sides', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.through(ada.agent.requestFriend(named('bob')));
    await world.pass(1_000);
    await world.through(bob.agent.declineFriend(named('ada')));
    await world.pass(1_000);
    expect([ada.people.all(), bob.people.all()]).toEqual([[], []]);
    await world.befriend(ada, bob);
    await world.through(ada.agent.removeFriend(named('bob')));
    await world.pass(1_000);
    expect([ada.people.all(), bob.people.all()]).toEqual([[], []]);
    expect(bob.of('friend.changed').at(-1)).toMatchObject({ state: 'removed' });
    await world.through(bob.agent.setPresence('busy'));
    await world.pass(1_000);
    expect(ada.of('presence.changed').some(({ state }) => state === 'busy')).toBe(false);
  });

  test('ends a friendship at once while the directory is away, and tells it later, in another run too', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    world.place.down();
    await world.pass(1_000);
    await ada.agent.removeFriend(named('Bob'));
    expect([ada.people.all(), ada.people.admits(bob.peer)]).toEqual([[], false]);
    expect(ada.of('friend.changed').at(-1)).toMatchObject({ peer: bob.peer, state: 'removed' });
    await world.through(ada.agent.stop());
    world.place.up();
    const again = await new Device('ada', world, { stores: ada.stores }).start();
    await world.pass(60_000);
    expect([again.people.all(), bob.people.all()]).toEqual([[], []]);
    expect(bob.of('friend.changed').at(-1)).toMatchObject({ state: 'removed' });
    await world.befriend(bob, again);
    expect([again.sees(bob), bob.sees(again)]).toEqual(['online', 'online']);
  });

  test('asks anew whom it removed while the directory was away', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    world.place.down();
    await world.pass(1_000);
    await ada.agent.removeFriend(named('bob'));
    world.place.up();
    await world.through(Promise.all([ada.agent.login(), bob.agent.login()]));
    expect(await world.through(ada.agent.requestFriend(named('bob')))).toMatchObject({ state: 'outgoing' });
    await world.pass(60_000);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['outgoing', 'incoming']);
  });

  test('[P-7.7] stays a friend when a directory that lost everything is asked by hand', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    await world.through(bob.agent.stop());
    await world.wipe();
    await new Device('bob', world).start().then((lost) => world.through(lost.agent.register(named('bob'))));
    await world.through(ada.agent.login());
    await world.through(ada.agent.requestFriend(named('bob')));
    expect(ada.of('friend.changed').map(({ state }) => state)).toEqual(['outgoing', 'friend']);
  });

  test('tells busy, away, hidden and new addresses, and goes in good order', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    for (const state of ['busy', 'away', 'offline', 'online'] as const) {
      await world.through(ada.agent.setPresence(state));
      await world.pass();
      expect(bob.sees(ada)).toBe(state);
      expect(ada.agent.presence).toBe(state);
    }
    bob.reachable.length = 0;
    ada.agent.setAddresses(['tcp://198.51.100.7:9', 'not an address']);
    await world.pass();
    expect(bob.people.addressesOf(ada.peer)).toEqual(['tcp://198.51.100.7:9']);
    expect(bob.reachable).toEqual([ada.peer]);
    await world.through(ada.agent.stop());
    await world.pass();
    expect(bob.sees(ada)).toBe('offline');
    expect(bob.people.addressesOf(ada.peer)).toEqual(['tcp://198.51.100.7:9']);
  });

  test('[P-7.4] is offline to its friends when its connection dies, and back with its wish', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    await world.through(ada.agent.setPresence('away'));
    world.place.cut('ada');
    await world.pass();
    expect(bob.sees(ada)).toBe('offline');
    expect([ada.agent.state, ada.agent.code, ada.agent.presence]).toEqual(['offline', 'DIRECTORY_UNREACHABLE', 'offline']);
    await world.pass(25_000);
    expect([ada.agent.state, ada.agent.code, bob.sees(ada)]).toEqual(['online', undefined, 'away']);
  });

  test('keeps friends and addresses while the directory is away, and says clearly what cannot be done', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    world.place.down();
    await world.pass(60_000);
    expect(ada.agent.state).toBe('offline');
    expect(ada.people.admits(bob.peer)).toBe(true);
    expect(ada.people.addressesOf(bob.peer)).toEqual(['tcp://192.0.2.1:4003']);
    expect(ada.sees(bob)).toBe('offline');
    await expect(ada.agent.requestFriend(named('cleo'))).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    await expect(world.through(ada.agent.login())).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    world.place.up();
    await world.through(Promise.all([ada.agent.login(), bob.agent.login()]));
    await world.pass(1_000);
    expect([ada.sees(bob), bob.sees(ada)]).toEqual(['online', 'online']);
  });

  test('starts without a directory, and without one configured', async () => {
    world.place.down();
    const ada = await new Device('ada', world).start();
    await expect(world.through(ada.agent.register(named('ada')))).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    await expect(ada.agent.login()).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
    const lone = await new Device('lone', world, { url: null }).start();
    await world.pass(60_000);
    expect(lone.agent.state).toBe('unconfigured');
    await expect(lone.agent.register(named('lone'))).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    await lone.agent.stop();
    await expect(lone.agent.login()).rejects.toMatchObject({ code: 'STOPPED' });
  });

  test('[P-7.6] logs in anew by itself when its token has expired', async () => {
    const ada = await world.member('ada');
    await world.pass(TOKEN_MS + 1);
    world.place.cut('ada');
    await world.pass(25_000);
    expect(ada.agent.state).toBe('online');
    expect(ada.of('directory.changed').some(({ code }) => code === 'TOKEN_EXPIRED')).toBe(false);
  });

  test('logs in after a restart of its own with what its stores kept', async () => {
    const first = await world.member('ada');
    await world.through(first.agent.stop());
    const ada = await new Device('ada', world, { stores: first.stores }).start();
    await world.pass(1_000);
    expect([ada.agent.state, ada.agent.account?.name]).toEqual(['online', 'ada']);
  });

  test('brings a directory back that lost its database: the account, the friendships, the presence', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    await world.wipe();
    await world.pass(120_000);
    expect([ada.agent.state, bob.agent.state]).toEqual(['online', 'online']);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['friend', 'friend']);
    expect([ada.sees(bob), bob.sees(ada)]).toEqual(['online', 'online']);
    expect(ada.of('friend.changed').some(({ state }) => state === 'removed')).toBe(false);
  });

  test('[P-7.7] asks again when the other account came back to a directory that lost everything after ours', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.through(ada.agent.requestFriend(named('bob')));
    await world.pass(1_000);
    await world.through(bob.agent.stop());
    await world.wipe();
    await world.pass(120_000);
    expect(ada.agent.state).toBe('online');
    const back = await new Device('bob', world, { stores: bob.stores }).start();
    await world.pass(1_000);
    expect([back.agent.state, back.people.all()]).toEqual(['online', []]);
    await world.pass(DIRECTORY_REFUSED_MS);
    expect(back.people.byName(named('ada'))?.state).toBe('incoming');
  });

  test.each(['watchPresence', 'friends.list'])('sees its friends at the next try when %s was not answered', async (lost) => {
    const bob = await world.member('bob');
    const port = world.place.port('ada');
    let broken = false;
    const failing: Directory = {
      schemes: port.schemes,
      connect: async (options, handler) => {
        const connection = await port.connect(options, handler);
        const unanswered = <T>(call: string, pass: () => Promise<T>): Promise<T> => {
          if (!broken || call !== lost) return pass();
          broken = false;
          return Promise.reject(new SansfilError('DIRECTORY_TIMEOUT'));
        };
        return {
          request: (method, params) => unanswered(method, () => connection.request(method, params)),
          publishPresence: (record) => connection.publishPresence(record),
          watchPresence: (tags) => unanswered('watchPresence', () => connection.watchPresence(tags)),
          unwatchPresence: (tags) => connection.unwatchPresence(tags),
          close: () => connection.close(),
        };
      },
    };
    const ada = await new Device('ada', world, { directory: failing }).start();
    await world.through(ada.agent.register(named('ada')));
    await world.pass(1_000);
    broken = true;
    await world.through(bob.agent.requestFriend(named('ada')));
    await world.pass(2 * FRIENDS_RETRY_MS);
    await world.through(ada.agent.acceptFriend(named('bob')));
    await world.pass(2 * FRIENDS_RETRY_MS);
    expect([broken, ada.sees(bob)]).toEqual([false, 'online']);
  });

  test('leaves neither timer nor connection behind', async () => {
    const ada = await world.member('ada');
    await world.through(ada.agent.stop());
    expect(world.clock.pending).toBe(0);
  });

  test('leaves no look behind that is due when it stops beside a directory that has gone silent', async () => {
    const port = world.place.port('ada');
    let silent = false;
    const falling: Directory = {
      schemes: port.schemes,
      connect: async (options, handler) => {
        const connection = await port.connect(options, handler);
        return {
          request: (method, params) => (silent ? Promise.reject(new SansfilError('DIRECTORY_TIMEOUT')) : connection.request(method, params)),
          publishPresence: (record) => (silent ? new Promise(() => undefined) : connection.publishPresence(record)),
          watchPresence: (tags) => connection.watchPresence(tags),
          unwatchPresence: (tags) => connection.unwatchPresence(tags),
          close: () => connection.close(),
        };
      },
    };
    const ada = await new Device('ada', world, { directory: falling }).start();
    await world.through(ada.agent.register(named('ada')));
    await world.pass(1_000);
    silent = true;
    ada.agent.lookAgain();
    await world.pass(1);
    await world.through(ada.agent.stop(), 2 * DIRECTORY_GOODBYE_MS_MAX);
    expect(world.clock.pending).toBe(0);
  });

  test('writes nothing to the disk for connections that do not come about', async () => {
    const ada = await world.member('ada');
    world.place.down();
    await world.pass(60_000);
    const before = await ada.stores.settings.increment('presence');
    await world.pass(60 * 60_000);
    expect(await ada.stores.settings.increment('presence')).toBe(before + 1);
  });

  test('tells since when a friend is gone by its own clock, because a will was written long before', async () => {
    const ada = await world.member('ada');
    const bob = await world.member('bob');
    await world.befriend(ada, bob);
    await world.pass(60 * 60_000);
    const goneAt = world.clock.now();
    world.place.cut('ada');
    await world.pass();
    expect(bob.of('presence.changed').at(-1)).toEqual({ type: 'presence.changed', peer: ada.peer, name: 'ada', state: 'offline', sinceMs: goneAt });
  });
});
