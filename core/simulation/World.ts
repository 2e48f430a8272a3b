import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import { DirectoryService } from '../directory/DirectoryService.js';
import { MemoryDirectoryStore } from '../directory/MemoryDirectoryStore.js';
import { MemoryTokens } from '../directory/tokens.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Directory } from '../ports/directory.js';
import type { Transport } from '../ports/transport.js';
import { HalfOpenChecker, messageFindings, queueFindings, type Finding } from './checkers.js';
import { FAIR_WEATHER } from './faults.js';
import { Network } from './Network.js';
import { Rng } from './Rng.js';
import { SimulatedDevice } from './SimulatedDevice.js';
import { toyIdentity, toyPrimitives } from './syncCrypto.js';
import { VirtualClock } from './VirtualClock.js';

/** Where the devices of a world meet; transports/memory has one. */
export interface MeetingPlace {
  start(): Promise<void>;
  port(device: string): Directory;
  /** The connections of that device die. */
  cut(device: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  /** Lets every promise settle that can without time passing: a turn of the event loop, which core does not know. */
  readonly drain: () => Promise<void>;
  readonly transport: (network: Network, host: string) => Transport;
  readonly directory: (options: { readonly service: DirectoryService; readonly carry: (device: string, deliver: () => void) => void }) => MeetingPlace;
  readonly latencyMs?: { readonly min: number; readonly max: number };
}

/** Nothing due for this long: what is under way has arrived; retries, pings and polls wait longer. */
const QUIET_MS = 50;
/** What the directory's notices and the paced look at the list of friends take together, and more. */
const BEFRIEND_MS = 2_000;
/** A world that does not come to rest within this much of its own time never will. */
const SETTLE_MS_MAX = 10 * 60_000;

/**
 * Devices on one virtual network and clock, from one seed: the same seed and story give the same trace, byte for byte.
 *
 *   const world = await World.begin({ seed: 1, … });
 *   const [pi, board] = [await world.device('pi'), await world.device('board')];
 *   await world.befriend('pi', 'board');
 *   world.cut('pi', 'board'); …; await world.settle(); world.check(); await world.end();
 */
export class World {
  readonly clock = new VirtualClock();
  readonly rng: Rng;
  readonly network: Network;
  /** One line for each fact: when, whose, what. */
  readonly trace: string[] = [];
  readonly #options: WorldOptions;
  readonly #devices = new Map<string, SimulatedDevice>();
  readonly #halfOpen = new HalfOpenChecker();
  readonly #place: MeetingPlace;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.rng = new Rng(options.seed);
    this.network = new Network({
      clock: this.clock,
      rng: this.rng,
      ...(options.latencyMs ? { weather: { ...FAIR_WEATHER, latencyMs: options.latencyMs } } : {}),
    });
    const latency = this.rng.fork('directory');
    this.#place = options.directory({
      service: new DirectoryService({
        name: 'directory',
        store: new MemoryDirectoryStore(),
        tokens: new MemoryTokens(this.clock, this.rng.fork('tokens')),
        verifier: toyIdentity('directory').verifier,
        primitives: toyPrimitives(),
        clock: this.clock,
        random: this.rng.fork('directory service'),
        logger: { log: () => undefined },
      }),
      carry: (_device, deliver) => void this.clock.setTimeout(deliver, latency.between(1, 5)),
    });
  }

  static async begin(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.#place.start();
    return world;
  }

  /** A device that runs and is registered under its name. */
  async device(name: string): Promise<SimulatedDevice> {
    const device = new SimulatedDevice(name, {
      clock: this.clock,
      rng: this.rng,
      transport: () => this.#options.transport(this.network, name),
      directory: () => this.#place.port(name),
      onFact: (_from, fact) => this.#note(name, fact),
    });
    this.#devices.set(name, device);
    await this.run(device.start());
    await this.run(device.dispatch({ type: 'account.register', name }));
    return device;
  }

  /** Friends who know of each other and of each other's presence. */
  async befriend(a: string, b: string): Promise<void> {
    await this.run(this.#of(a).dispatch({ type: 'friend.request', name: b }));
    await this.runFor(BEFRIEND_MS);
    await this.run(this.#of(b).dispatch({ type: 'friend.accept', name: a }));
    await this.runFor(BEFRIEND_MS);
  }

  cut(a: string, b: string, direction: 'both' | 'one' = 'both'): void {
    this.network.cut(a, b, direction);
  }

  heal(a: string, b: string): void {
    this.network.heal(a, b);
  }

  /** The device loses power in the middle of whatever it does. */
  async crash(name: string): Promise<void> {
    this.#of(name).crash();
    this.network.crash(name);
    this.#place.cut(name);
    await this.#options.drain();
  }

  /** Starts again on what its stores and its disk have kept. */
  async restart(name: string): Promise<void> {
    await this.run(this.#of(name).start());
  }

  /** Time passes until the promise has settled. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const mark = (): void => void (settled = true);
    promise.then(mark, mark);
    const until = this.clock.monotonic() + SETTLE_MS_MAX;
    for (await this.#options.drain(); !settled;) {
      assert(this.clock.monotonic() < until && (await this.#step()), 'the promise waits for something that never comes');
    }
    return promise;
  }

  async runFor(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    await this.#options.drain();
    for (let waitMs = this.clock.next(); waitMs !== undefined && this.clock.monotonic() + waitMs <= until; waitMs = this.clock.next()) await this.#step();
    this.clock.skip(until - this.clock.monotonic());
  }

  /** Time passes until nothing is under way any more. */
  async settle(): Promise<void> {
    const until = this.clock.monotonic() + SETTLE_MS_MAX;
    await this.#options.drain();
    for (let waitMs = this.clock.next(); waitMs !== undefined && waitMs <= QUIET_MS; waitMs = this.clock.next()) {
      assert(this.clock.monotonic() < until, 'the world does not come to rest');
      await this.#step();
    }
  }

  /** @throws SansfilError BUG with every finding of every checker, the seed and the end of the trace */
  check(): void {
    const devices = [...this.#devices.values()];
    const findings: readonly Finding[] = [...this.#halfOpen.findings(), ...messageFindings(devices), ...queueFindings(devices, this.network)];
    if (findings.length > 0) throw new SansfilError('BUG', [`SEED=${this.#options.seed}`, ...findings, ...this.trace.slice(-20)].join('\n'));
  }

  /** Stops every device and checks; nothing may be left to wait for. */
  async end(): Promise<void> {
    for (const device of this.#devices.values()) await this.run(device.stop());
    await this.settle();
    this.check();
    assert(this.clock.pending === 0, `everything has stopped and ${this.clock.pending} timers wait`);
  }

  async #step(): Promise<boolean> {
    const stepped = this.clock.step();
    await this.#options.drain();
    this.#halfOpen.observe([...this.#devices.values()], this.clock.monotonic());
    return stepped;
  }

  #of(name: string): SimulatedDevice {
    const device = this.#devices.get(name);
    assert(device, `there is no device '${name}'`);
    return device;
  }

  #note(name: string, fact: DomainEvent): void {
    this.trace.push(`${this.clock.monotonic()} ${name} ${JSON.stringify(fact, (_key, value: unknown) => this.#named(value))}`);
  }

  /** PeerIDs as names, so that a person can read the trace. */
  #named(value: unknown): unknown {
    for (const { id, name } of this.#devices.values()) if (value === id) return name;
    return value;
  }
}
