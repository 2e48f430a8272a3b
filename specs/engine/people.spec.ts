import { beforeEach, describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { SansfilError } from '../../core/base/errors.js';
import { parseAccountName, type PeerId } from '../../core/base/ids.js';
import { People } from '../../core/engine/People.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { Rng } from '../../core/simulation/Rng.js';
import { SimulatedDisk } from '../../core/simulation/SimulatedDisk.js';
import type { Stores } from '../../core/simulation/stores/storesThrough.js';
import { toyIdentity } from '../../core/simulation/syncCrypto.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { drain } from '../support/drain.js';

const peerOf = (name: string): PeerId => toyIdentity(name).signer.peerId;
const [ada, bob] = [parseAccountName('ada'), parseAccountName('bob')];

describe('people', () => {
  let stores: Pick<Stores, 'contacts'>;
  let facts: DomainEvent[];
  let people: People;
  const open = async (): Promise<People> => {
    const opened = new People({ store: stores.contacts, facts: { events$: new Subject(), publish: (fact) => void facts.push(fact) } });
    await opened.start();
    return opened;
  };

  beforeEach(async () => {
    stores = new MemoryStores();
    facts = [];
    people = await open();
  });

  test('are admitted when they are friends whose key is the pinned one', async () => {
    expect(people.admits(peerOf('ada'))).toBe(false);
    await people.settle(peerOf('ada'), ada, 'outgoing');
    expect(people.admits(peerOf('ada'))).toBe(false);
    await people.settle(peerOf('ada'), ada, 'friend');
    expect(people.admits(peerOf('ada'))).toBe(true);
    await people.setChangedTo(peerOf('ada'), peerOf('eve'));
    expect([people.admits(peerOf('ada')), people.admits(peerOf('eve'))]).toEqual([false, false]);
    await people.setChangedTo(peerOf('ada'), undefined);
    expect(people.admits(peerOf('ada'))).toBe(true);
    expect(facts.map(({ type }) => type)).toEqual(['friend.changed', 'friend.changed', 'friend.keyChanged', 'friend.changed']);
  });

  test('stay what a person made of them when a look from before comes late', async () => {
    // A request goes out; the look that was under way already knows of the answer and thinks that nobody here asked.
    await Promise.all([people.settle(peerOf('ada'), ada, 'outgoing'), people.settle(peerOf('ada'), ada, 'incoming')]);
    expect(people.byName(ada)?.state).toBe('outgoing');
    await Promise.all([people.settle(peerOf('ada'), ada, 'friend'), people.settle(peerOf('ada'), ada, 'outgoing')]);
    expect(people.byName(ada)?.state).toBe('friend');
    expect(facts.map((fact) => fact.type === 'friend.changed' && fact.state)).toEqual(['outgoing', 'friend']);
  });

  test('have another key when a person has compared its number, and nothing of the old one', async () => {
    await people.settle(peerOf('ada'), ada, 'friend');
    await people.setVerified(peerOf('ada'), true);
    await people.setAddresses(peerOf('ada'), ['tcp://192.0.2.1:1']);
    await expect(people.adopt(peerOf('ada'), peerOf('eve'))).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN' });
    await people.setChangedTo(peerOf('ada'), peerOf('ida'));
    await expect(people.adopt(peerOf('ada'), peerOf('eve'))).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN' });
    await people.adopt(peerOf('ada'), peerOf('ida'));
    expect(people.all()).toEqual([{ peer: peerOf('ida'), name: 'ada', state: 'friend', verified: true, addresses: [] }]);
    expect([people.admits(peerOf('ada')), people.admits(peerOf('ida'))]).toEqual([false, true]);
    expect((await open()).all()).toEqual(people.all());
    await people.settle(peerOf('bob'), bob, 'friend');
    await people.setChangedTo(peerOf('bob'), peerOf('ida'));
    await expect(people.adopt(peerOf('bob'), peerOf('ida'))).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    expect(people.byName(bob)?.peer).toBe(peerOf('bob'));
  });

  test.each([
    ['before', 1, 'ada'],
    ['after', 1, 'ida'],
    ['before', 2, 'ida'],
    ['after', 2, 'ida'],
  ] as const)('are never lost while a new key takes the place of the old one: a crash %s write %i leaves the key of %s', async (moment, step, left) => {
    const disk = new SimulatedDisk({ clock: new VirtualClock(), rng: new Rng(1) });
    stores = disk.mount().stores;
    people = await open();
    await people.settle(peerOf('ada'), ada, 'friend');
    await people.setChangedTo(peerOf('ada'), peerOf('ida'));
    disk.dieAt(step, moment, () => disk.crash());
    void people.adopt(peerOf('ada'), peerOf('ida'));
    await drain();
    stores = disk.mount().stores;
    people = await open();
    expect(people.all().map(({ peer, state, verified }) => [peer, state, verified])).toEqual([[peerOf(left), 'friend', left === 'ida']]);
    expect([people.byName(ada)?.peer, people.admits(peerOf('ada'))]).toEqual([peerOf(left), false]);
    expect(disk.committed.tables.contacts.all()).toEqual(people.all());
  });

  test('keep their key and their name for good', async () => {
    await people.settle(peerOf('ada'), ada, 'friend');
    await expect(people.settle(peerOf('eve'), parseAccountName('ADA'), 'friend')).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    await expect(people.settle(peerOf('ada'), bob, 'friend')).rejects.toMatchObject({ code: 'KEY_CHANGED' });
    expect(people.all()).toMatchObject([{ peer: peerOf('ada'), name: 'ada' }]);
  });

  test('are found again after a restart, by any way of writing their name, with what was known of them', async () => {
    await people.settle(peerOf('ada'), ada, 'friend');
    await people.setVerified(peerOf('ada'), true);
    await people.setAddresses(peerOf('ada'), ['tcp://192.0.2.1:1']);
    people.setPresence(peerOf('ada'), { state: 'busy', sinceMs: 4 });
    const again = await open();
    expect(again.byName(parseAccountName('ADA'))).toEqual(people.byPeer(peerOf('ada')));
    expect(again.addressesOf(peerOf('ada'))).toEqual(['tcp://192.0.2.1:1']);
    expect(again.presenceOf(peerOf('ada'))).toEqual({ state: 'offline' });
  });

  test('lose none of several changes made at once', async () => {
    await people.settle(peerOf('ada'), ada, 'outgoing');
    await Promise.all([
      people.setVerified(peerOf('ada'), true),
      people.setAddresses(peerOf('ada'), ['tcp://a:1']),
      people.settle(peerOf('ada'), ada, 'friend'),
    ]);
    expect((await open()).byName(ada)).toEqual({ peer: peerOf('ada'), name: 'ada', state: 'friend', verified: true, addresses: ['tcp://a:1'] });
  });

  test('are changed on the disk before it is a fact, or not at all', async () => {
    await people.settle(peerOf('ada'), ada, 'outgoing');
    facts.length = 0;
    stores.contacts.put = () => Promise.reject(new SansfilError('DISK_FULL'));
    await expect(people.settle(peerOf('ada'), ada, 'friend')).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(people.setVerified(peerOf('ada'), true)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(people.byName(ada)).toMatchObject({ state: 'outgoing', verified: false });
    expect(facts).toEqual([]);
  });

  test('are gone when removed, and may come back as somebody new', async () => {
    await people.settle(peerOf('ada'), ada, 'friend');
    await people.remove(peerOf('ada'));
    await people.remove(peerOf('ada'));
    people.setPresence(peerOf('ada'), { state: 'online' });
    expect([people.byName(ada), people.all(), people.presenceOf(peerOf('ada'))]).toEqual([undefined, [], { state: 'offline' }]);
    await expect(people.setVerified(peerOf('ada'), true)).rejects.toMatchObject({ code: 'FRIEND_UNKNOWN' });
    await people.settle(peerOf('ada2'), ada, 'incoming');
    expect(people.byName(ada)).toMatchObject({ peer: peerOf('ada2'), verified: false });
    expect(facts.filter(({ type }) => type === 'presence.changed')).toEqual([]);
  });
});
