import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Subject, filter, firstValueFrom } from 'rxjs';
import type { Clock } from '../../core/ports/clock.js';
import { Census } from '../../core/engine/Census.js';
import { DirectoryAgent } from '../../core/engine/DirectoryAgent.js';
import { People } from '../../core/engine/People.js';
import type { DomainEvent } from '../../core/events/domainEvents.js';
import { MemoryStores } from '../../core/simulation/memoryStores.js';
import { toyIdentity, toyPrimitives } from '../../core/simulation/syncCrypto.js';
import { MqttDirectory } from '../../transports/mqtt/index.js';
import { named } from '../support/directoryWorld.js';
import { removeFolder, startDirectory, systemClock, systemRandom, temporaryFolder, type RealDirectory } from '../support/realDirectory.js';

/** Pauses between tries are shortened, everything else is as it is. */
const hasty: Clock = { ...systemClock, setTimeout: (callback, ms) => systemClock.setTimeout(callback, ms / 20) };

class OnlineDevice {
  readonly events$ = new Subject<DomainEvent>();
  readonly people: People;
  readonly agent: DirectoryAgent;
  readonly seen: DomainEvent[] = [];

  constructor(
    readonly name: string,
    url: string,
  ) {
    const { signer, verifier } = toyIdentity(name);
    const { events$ } = this;
    events$.subscribe((event) => this.seen.push(event));
    const facts = { events$, publish: (event: DomainEvent) => events$.next(event) };
    const stores = new MemoryStores();
    this.people = new People({ store: stores.contacts, facts });
    this.agent = new DirectoryAgent({
      directories: [new MqttDirectory({ requestMs: 2_000 })],
      url,
      settings: stores.settings,
      signer,
      verifier,
      primitives: toyPrimitives(),
      people: this.people,
      facts,
      clock: hasty,
      random: systemRandom,
      census: new Census(),
      logger: { log: () => undefined },
    });
  }

  async start(): Promise<this> {
    await this.people.start();
    await this.agent.start();
    this.agent.setAddresses(['tcp://192.0.2.1:1']);
    await this.agent.register(named(this.name));
    return this;
  }

  async until(condition: () => boolean): Promise<void> {
    if (!condition()) await firstValueFrom(this.events$.pipe(filter(condition)));
  }

  knows(name: string, state: string): boolean {
    return this.people.byName(named(name))?.state === state;
  }

  sees(other: OnlineDevice): string {
    const contact = this.people.byName(named(other.name));
    return contact ? this.people.presenceOf(contact.peer).state : 'unknown';
  }
}

describe('devices at a real broker', () => {
  let folder: string;
  let directory: RealDirectory;
  let ada: OnlineDevice;
  let bob: OnlineDevice;

  async function befriend(): Promise<void> {
    await ada.agent.requestFriend(named('bob'));
    await bob.until(() => bob.knows('ada', 'incoming'));
    await bob.agent.acceptFriend(named('ada'));
    await Promise.all([ada.until(() => ada.sees(bob) === 'online'), bob.until(() => bob.sees(ada) === 'online')]);
  }

  beforeEach(async () => {
    folder = await temporaryFolder();
    directory = await startDirectory({ folder });
    ada = await new OnlineDevice('ada', directory.broker.address).start();
    bob = await new OnlineDevice('bob', directory.broker.address).start();
  });
  afterEach(async () => {
    await Promise.all([ada.agent.stop(), bob.agent.stop()]);
    await directory.stop();
    await removeFolder(folder);
  });

  test('become friends, see one another change, and see one another go', async () => {
    await befriend();
    await ada.agent.setPresence('busy');
    await bob.until(() => bob.sees(ada) === 'busy');
    await ada.agent.stop();
    await bob.until(() => bob.sees(ada) === 'offline');
    const states = bob.seen.flatMap((fact) => (fact.type === 'presence.changed' ? [fact.state] : []));
    expect(states).toEqual(['online', 'busy', 'offline']);
  });

  test('come back by themselves after the broker was stopped and started, as friends', async () => {
    await befriend();
    await directory.stop();
    await ada.until(() => ada.agent.state === 'offline');
    expect(ada.people.admits(toyIdentity('bob').signer.peerId)).toBe(true);
    expect(ada.people.addressesOf(toyIdentity('bob').signer.peerId)).toEqual(['tcp://192.0.2.1:1']);
    await expect(ada.agent.requestFriend(named('cleo'))).rejects.toMatchObject({ code: 'DIRECTORY_UNREACHABLE' });
    directory = await startDirectory({ folder, port: directory.port });
    await Promise.all([ada.until(() => ada.sees(bob) === 'online'), bob.until(() => bob.sees(ada) === 'online')]);
    expect([ada.knows('bob', 'friend'), bob.knows('ada', 'friend')]).toEqual([true, true]);
  });

  test('[P-7.6] log in anew when the token they come back with has expired', async () => {
    await directory.stop();
    await ada.until(() => ada.agent.state === 'offline');
    directory = await startDirectory({ folder, port: directory.port, clock: { ...systemClock, now: () => Date.now() + 3 * 60 * 60_000 } });
    await ada.until(() => ada.agent.state === 'online');
    const refusals = directory.log.lines.filter(({ event }) => event === 'directory.connect.refused').map(({ fields }) => fields.code);
    expect(refusals).toContain('TOKEN_EXPIRED');
    expect(ada.seen.some((fact) => fact.type === 'directory.changed' && fact.code === 'TOKEN_EXPIRED')).toBe(false);
  });

  test('register again by themselves, and stay friends, when the directory lost its database', async () => {
    await befriend();
    await directory.stop();
    for (const file of ['directory.db', 'directory.db-wal', 'directory.db-shm']) await removeFolder(`${folder}/${file}`);
    directory = await startDirectory({ folder, port: directory.port });
    await Promise.all([ada.until(() => ada.sees(bob) === 'online'), bob.until(() => bob.sees(ada) === 'online')]);
    expect([ada.knows('bob', 'friend'), bob.knows('ada', 'friend')]).toEqual([true, true]);
  });
});
