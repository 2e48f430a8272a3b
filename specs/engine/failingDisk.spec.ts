import { beforeEach, describe, expect, test } from '@jest/globals';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../core/simulation/SimulatedDisk.js';
import { Device, DirectoryWorld, named } from '../support/directoryWorld.js';

describe('a device at its directory whose disk fails', () => {
  let world: DirectoryWorld;
  let disk: SimulatedDisk;
  let ada: Device;

  const start = (): Promise<Device> => new Device('ada', world, { stores: disk.mount().stores }).start();
  /** The next process, on what the disk has kept. */
  const restart = async (): Promise<void> => {
    await world.through(ada.agent.stop());
    ada = await start();
    await world.pass(2_000);
  };

  beforeEach(async () => {
    world = await new DirectoryWorld().open();
    disk = new SimulatedDisk({ clock: world.clock, rng: new Rng(1) });
    ada = await start();
    await world.pass();
  });

  test('has no account as long as it could not be kept, says so, and gets it at the next try', async () => {
    disk.writeFailure = 1;
    await expect(world.through(ada.agent.register(named('ada')))).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(ada.agent.account).toBeUndefined();
    await expect(world.through(ada.agent.login())).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
    disk.writeFailure = 0;
    await world.through(ada.agent.register(named('ada')));
    await restart();
    expect([ada.agent.state, ada.agent.account?.name]).toEqual(['online', 'ada']);
  });

  test('learns of a friendship when it can be noted, without being told again', async () => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.through(ada.agent.requestFriend(named('bob')));
    await world.pass(1_000);
    disk.full = true;
    await world.through(bob.agent.acceptFriend(named('ada')));
    await world.pass(10_000);
    expect(ada.people.byName(named('bob'))?.state).toBe('outgoing');
    expect(ada.of('fault').map(({ code }) => code)).toContain('DISK_FULL');
    disk.full = false;
    await world.pass(10_000);
    expect(ada.people.byName(named('bob'))?.state).toBe('friend');
  });

  test('sees a friend and dials its new address although the address could not be noted', async () => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.befriend(ada, bob);
    disk.full = true;
    ada.reachable.length = 0;
    bob.agent.setAddresses(['tcp://192.0.2.9:9']);
    await world.through(bob.agent.setPresence('busy'));
    await world.pass(1_000);
    expect([ada.sees(bob), ada.people.addressesOf(bob.peer)]).toEqual(['busy', ['tcp://192.0.2.9:9']]);
    expect(ada.reachable).toEqual([bob.peer]);
  });

  test('keeps a friend whose removal could not be noted', async () => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.befriend(ada, bob);
    disk.full = true;
    await expect(world.through(ada.agent.removeFriend(named('bob')))).rejects.toMatchObject({ code: 'DISK_FULL' });
    disk.full = false;
    ada.agent.lookAgain();
    await world.pass(1_000);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['friend', 'friend']);
  });

  test('does not remove a friend a second time who was asked again since', async () => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.befriend(ada, bob);
    // Steps: the removal is noted, the contact goes, and then that the directory knows is not noted any more.
    disk.dieAt(2, 'after', () => (disk.full = true));
    await world.through(ada.agent.removeFriend(named('bob')));
    await world.pass(1_000);
    disk.full = false;
    await world.through(ada.agent.requestFriend(named('bob')));
    await world.pass(1_000);
    await world.through(bob.agent.acceptFriend(named('ada')));
    await world.pass(1_000);
    await restart();
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['friend', 'friend']);
  });

  test.each(['died', 'was full'])('is a friend on both sides although its disk %s before that was noted', async (how) => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.through(bob.agent.requestFriend(named('ada')));
    await world.pass(1_000);
    // Steps: what the person wants is noted, the directory is told, and then the contact.
    disk.dieAt(2, 'before', () => (how === 'died' ? disk.crash() : (disk.full = true)));
    void ada.agent.acceptFriend(named('bob')).catch((error: unknown) => expect(error).toMatchObject({ code: 'DISK_FULL' }));
    await world.pass(1_000);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['incoming', 'friend']);
    disk.full = false;
    world.place.cut('ada');
    ada = await start();
    await world.pass(1_000);
    expect([ada.people.byName(named('bob'))?.state, bob.people.byName(named('ada'))?.state]).toEqual(['friend', 'friend']);
    expect(await ada.stores.settings.get('friends.accepted')).toBe('[]');
  });

  test('has nobody for a friend whom it was removing when it died, also without its directory', async () => {
    const bob = await world.member('bob');
    await world.through(ada.agent.register(named('ada')));
    await world.befriend(ada, bob);
    disk.dieAt(1, 'after', () => disk.crash());
    void ada.agent.removeFriend(named('bob'));
    await world.pass();
    ada = await new Device('ada', world, { stores: disk.mount().stores, url: null }).start();
    await world.pass();
    expect(ada.people.all()).toEqual([]);
  });
});
