import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Subject } from 'rxjs';
import { Census } from '../../../core/engine/Census.js';
import { DirectoryAgent } from '../../../core/engine/DirectoryAgent.js';
import { People } from '../../../core/engine/People.js';
import type { DomainEvent } from '../../../core/events/domainEvents.js';
import type { Directory } from '../../../core/ports/directory.js';
import { MemoryStores } from '../../../core/simulation/memoryStores.js';
import { Rng } from '../../../core/simulation/Rng.js';
import { nodePrimitives } from '../../../plugins/node-primitives/index.js';
import { RsaVerifier } from '../../../plugins/rsa-signing/index.js';
import { RsaSigner } from '../../../plugins/rsa-signing/RsaSigner.js';
import { MqttDirectory } from '../../../transports/mqtt/index.js';
import { named } from '../../support/directoryWorld.js';
import { identityPool } from '../../support/identityPool.js';
import { Stage, type Running } from '../../support/processes.js';
import { LogBook, pullableWire, systemClock, systemRandom } from '../../support/realDirectory.js';

const CLIENTS = 200;
const AT_ONCE = 20;
/** Twenty is what they are made for, and what virtual time shows; a busy machine holds up real timers and lets them go together. */
const PER_SECOND_MAX = 2 * 20;
/** The pauses are drawn from it, so that how the clients spread does not depend on luck. */
const SEED = 14;

/** The engine's side of one device's connection to its directory, over real MQTT. */
class Client {
  readonly facts: DomainEvent[] = [];
  readonly agent: DirectoryAgent;
  readonly people: People;
  readonly connects: number[] = [];
  #waiting: (() => void)[] = [];

  constructor(
    readonly name: string,
    key: KeyObject,
    url: string,
    seed: number,
  ) {
    const stores = new MemoryStores();
    const facts = { events$: new Subject<DomainEvent>(), publish: (event: DomainEvent) => this.#take(event) };
    this.people = new People({ store: stores.contacts, facts });
    const mqtt = new MqttDirectory();
    const counted: Directory = {
      schemes: mqtt.schemes,
      connect: (...args) => {
        this.connects.push(performance.now());
        return mqtt.connect(...args);
      },
    };
    const jitter = new Rng(seed);
    this.agent = new DirectoryAgent({
      directories: [counted],
      url,
      settings: stores.settings,
      signer: new RsaSigner(key),
      verifier: new RsaVerifier(),
      primitives: nodePrimitives,
      people: this.people,
      facts,
      clock: systemClock,
      census: new Census(),
      random: { bytes: (length) => systemRandom.bytes(length), uniform: () => jitter.uniform() },
      logger: new LogBook(),
    });
  }

  async enter(): Promise<void> {
    await this.people.start();
    await this.agent.start();
    this.agent.setAddresses(['tcp://192.0.2.1:7001']);
    await this.agent.register(named(this.name));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  shown(): readonly string[] {
    return this.facts.filter((fact) => fact.type === 'presence.own').map(({ state }) => state);
  }

  /** What it saw of its friends. */
  seen(): readonly string[] {
    return this.facts.filter((fact) => fact.type === 'presence.changed').map(({ state }) => state);
  }

  #take(event: DomainEvent): void {
    this.facts.push(event);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe('two hundred clients that lose their broker together', () => {
  const clients: Client[] = [];
  let stage: Stage;
  let directory: Running;
  let wire: Awaited<ReturnType<typeof pullableWire>>;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    let connections = 0;
    // A network of households: the rate before login counts addresses.
    const from = (): string => `127.1.${Math.floor(connections / 250) % 250}.${1 + (connections++ % 250)}`;
    wire = await pullableWire(Number(directory.address.split(':').at(-1)), process.platform === 'linux' ? from : undefined);
    const keys = identityPool(CLIENTS);
    for (const [n, key] of keys.entries()) clients.push(new Client(`client${n}`, key, `mqtt://127.0.0.1:${wire.port}`, SEED * CLIENTS + n));
    for (let n = 0; n < CLIENTS; n += AT_ONCE) await Promise.all(clients.slice(n, n + AT_ONCE).map((client) => client.enter()));
    const [ada, bob] = clients as [Client, Client];
    await ada.agent.requestFriend(named(bob.name));
    await bob.until(() => bob.people.byName(named(ada.name)) !== undefined);
    await bob.agent.acceptFriend(named(ada.name));
    await Promise.all([ada, bob].map((client) => client.until(() => client.seen().at(-1) === 'online')));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(clients.map(({ agent }) => agent.stop()));
    await wire.close();
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  /** When the broker let each device in, ms. */
  async function admissions(kind: 'device' | 'anonymous'): Promise<number[]> {
    const log = await readFile(join(stage.data('directory'), 'sansfil.log'), 'utf8');
    const lines = log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly msg: string; readonly as?: string; readonly time: number });
    return lines.filter(({ msg, as }) => msg === 'directory.connected' && as === kind).map(({ time }) => time);
  }

  const peakPerSecond = (times: readonly number[]): number => {
    const perSecond = new Map<number, number>();
    const began = Math.min(...times);
    for (const time of times) perSecond.set(Math.floor((time - began) / 1_000), (perSecond.get(Math.floor((time - began) / 1_000)) ?? 0) + 1);
    return Math.max(...perSecond.values());
  };

  test('are all back, spread over time, each once, and friends see one another go and come once', async () => {
    const admitted = { device: (await admissions('device')).length, anonymous: (await admissions('anonymous')).length };
    for (const client of clients) client.connects.length = client.facts.length = 0;
    const [ada, bob] = clients as [Client, Client];

    const began = performance.now();
    await directory.kill();
    directory = await stage.directory('127.0.0.1', String(Number(directory.address.split(':').at(-1))));
    await Promise.all(clients.map((client) => client.until(() => client.agent.state === 'online' && client.shown().at(-1) === 'online')));
    const seconds = (performance.now() - began) / 1_000;
    await Promise.all([ada, bob].map((client) => client.until(() => client.seen().at(-1) === 'online')));

    // Who comes while the broker still starts tries again sooner: how many do depends on the machine.
    const [first, all] = [clients.flatMap(({ connects }) => connects.slice(0, 1)), clients.flatMap(({ connects }) => connects)].map(peakPerSecond);
    process.stdout.write(`reconnect storm: ${CLIENTS} clients back after ${seconds.toFixed(1)} s; in a second at most ${first} first tries, ${all} of all\n`);
    expect(first).toBeLessThanOrEqual(PER_SECOND_MAX);
    for (const client of clients) expect(client.shown()).toEqual(['offline', 'online']);
    for (const client of [ada, bob]) expect(client.seen()).toEqual(['offline', 'online']);
    // Their tokens are still good, so nobody has to log in, and the broker let in each of them exactly once.
    expect((await admissions('device')).slice(admitted.device)).toHaveLength(CLIENTS);
    expect((await admissions('anonymous')).slice(admitted.anonymous)).toEqual([]);
  }, 120_000);
});
