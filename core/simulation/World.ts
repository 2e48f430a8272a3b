import { assert } from '../base/assert.js';
import { SansfilError } from '../base/errors.js';
import type { DomainEvent } from '../events/domainEvents.js';
import type { Transport } from '../ports/transport.js';
import type { Finding } from './checkers/Checker.js';
import { Checkers } from './checkers/Checkers.js';
import type { DeviceCrypto } from './deviceParts.js';
import { FAIR_WEATHER, type Weather } from './faults.js';
import { Network } from './Network.js';
import { Rng } from './Rng.js';
import { SimulatedDevice } from './SimulatedDevice.js';
import { SimulatedDirectory, type MakeMeetingPlace } from './SimulatedDirectory.js';
import { toyCrypto } from './toyCrypto.js';
import type { TraceEntry } from './trace.js';
import { VirtualClock } from './VirtualClock.js';
import { Wiretap } from './Wiretap.js';

/** What a world is made of that core does not have. */
export interface WorldParts {
  /** Lets every promise settle that can without time passing: a turn of the event loop, which core does not know. */
  readonly drain: () => Promise<void>;
  readonly transport: (network: Network, host: string) => Transport;
  readonly directory: MakeMeetingPlace;
  /** What each device, and the directory, computes with; the toy when absent. */
  readonly crypto?: (host: string, rng: Rng) => DeviceCrypto;
}

export interface WorldOptions extends WorldParts {
  readonly seed: number;
  readonly weather?: Weather;
  /** Nothing will be made to go wrong: then some more must hold. */
  readonly calm?: boolean;
  /** The cipher suites of a device in the order it prefers them; those of the product when absent. */
  readonly suites?: (name: string) => readonly number[];
}

const DIRECTORY = 'directory';
/** Nothing due for this long: what is under way has arrived; retries, pings and polls wait longer. */
const QUIET_MS = 50;
/** What the directory's notices and the paced look at the list of friends take together, and more. */
const BEFRIEND_MS = 2_000;
/** A connection that broke is known at both of its ends by then. */
const LAST_NEWS_MS_MAX = 60_000;
/** A world that does not come to rest within this much of its own time never will. */
const SETTLE_MS_MAX = 10 * 60_000;

/**
 * Devices on one virtual network and clock, from one seed: the same seed and story give the same trace, byte for byte.
 * Every invariant is looked at after every step of the clock; the first that does not hold ends the run.
 *   const world = await World.begin({ seed: 1, … });
 *   const [pi, board] = await world.friends('pi', 'board');
 *   world.cut('pi', 'board');
 *   await pi.message('board', 'salut');
 *   world.heal('pi', 'board');
 *   await world.settle();
 *   await world.end();
 */
export class World {
  readonly seed: number;
  readonly clock = new VirtualClock();
  readonly rng: Rng;
  readonly network: Network;
  readonly directory: SimulatedDirectory;
  readonly checkers: Checkers;
  /** All that happened, in order. */
  readonly trace: TraceEntry[] = [];
  /** Hears every fact as it happens. */
  onFact: (device: SimulatedDevice, fact: DomainEvent) => void = () => undefined;
  readonly #options: WorldOptions;
  readonly #devices = new Map<string, SimulatedDevice>();
  readonly #reported: Finding[] = [];
  readonly #wiretap: Wiretap;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.seed = options.seed;
    this.rng = new Rng(options.seed);
    const { clock, rng } = this;
    const now = (): number => clock.monotonic();
    this.network = new Network({ clock, rng, weather: options.weather ?? FAIR_WEATHER, onEvent: ({ who, what }) => this.note(who, what) });
    this.#wiretap = new Wiretap({ now, onFrame: (frame) => void this.trace.push(frame) });
    this.checkers = new Checkers({ wiretap: this.#wiretap, connections: () => this.network.connections, calm: options.calm ?? false });
    const { primitives, verifier } = this.#crypto(DIRECTORY);
    this.directory = new SimulatedDirectory({ clock, rng: rng.fork(DIRECTORY), primitives, verifier, place: options.directory });
  }

  static async begin(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.directory.start();
    return world;
  }

  get devices(): readonly SimulatedDevice[] {
    return [...this.#devices.values()];
  }

  /** @throws SansfilError BUG when there is none of that name */
  device(name: string): SimulatedDevice {
    const device = this.#devices.get(name);
    assert(device, `there is no device '${name}'`);
    return device;
  }

  /** A device that runs, and is nobody yet. */
  async install(name: string): Promise<SimulatedDevice> {
    const device = this.#make(name);
    await this.run(device.start());
    return device;
  }

  /** A device that runs and is registered under its name. */
  async add(name: string): Promise<SimulatedDevice> {
    const device = await this.install(name);
    await device.ask({ type: 'account.register', name });
    return device;
  }

  /** Devices that run and were all registered and befriended before this story begins. */
  friends<const Names extends readonly string[]>(...names: Names): Promise<{ readonly [N in keyof Names]: SimulatedDevice }> {
    return this.acquainted(names, (friend) => [friend.address]);
  }

  /** The same, with what each believes to be the addresses of a friend. */
  async acquainted<const Names extends readonly string[]>(
    names: Names,
    addresses: (friend: SimulatedDevice, owner: SimulatedDevice) => readonly string[],
  ): Promise<{ readonly [N in keyof Names]: SimulatedDevice }> {
    const devices = names.map((name) => this.#make(name));
    await this.directory.acquaint(devices.map(({ name, id, spki }) => ({ name, peer: id, spki })));
    for (const device of devices) {
      await device.acquaint(
        devices.filter((other) => other !== device).map((friend) => ({ friend, addresses: addresses(friend, device) })),
        DIRECTORY,
      );
    }
    await this.run(Promise.all(devices.map((device) => device.start())));
    return devices as { readonly [N in keyof Names]: SimulatedDevice };
  }

  /** Two devices of this world become friends who know of each other's presence. */
  async befriend(a: string, b: string): Promise<void> {
    await this.device(a).ask({ type: 'friend.request', name: b });
    await this.runFor(BEFRIEND_MS);
    await this.device(b).ask({ type: 'friend.accept', name: a });
    await this.runFor(BEFRIEND_MS);
  }

  /** Nothing passes between the two, or from the first to the second. */
  cut(a: string, b: string, direction: 'both' | 'one' = 'both'): void {
    this.network.cut(a, b, direction);
  }

  heal(a: string, b: string): void {
    this.network.heal(a, b);
  }

  /** The device loses power in the middle of whatever it does. */
  crash(name: string): void {
    this.note(name, 'crashes');
    const device = this.device(name);
    device.crash();
    this.checkers.crashed(device);
    this.network.crash(name);
    this.directory.cut(name);
  }

  /** Starts again on what its disk has kept. */
  async restart(name: string): Promise<void> {
    this.note(name, 'starts again');
    await this.run(this.device(name).start());
  }

  /** Starts it and does not wait; what keeps it from starting is noted, and it stays off. */
  boot(name: string): void {
    this.note(name, 'starts again');
    const start = this.device(name).start();
    start.catch((error: unknown) => this.note(name, `does not start: ${SansfilError.from(error).code}`));
  }

  /** Stops it in good order, and does not wait. */
  shutDown(name: string): void {
    this.note(name, 'is stopped');
    const stop = this.device(name).stop();
    stop.catch((error: unknown) => this.report(`${name} does not stop: ${SansfilError.from(error).message}`));
  }

  directoryDown(): void {
    this.note(DIRECTORY, 'goes down');
    this.directory.down();
  }

  directoryUp(how: 'whole' | 'wiped'): void {
    this.note(DIRECTORY, how === 'wiped' ? 'comes back without its database' : 'comes back');
    if (how === 'wiped') this.checkers.wiped();
    const up = this.directory.up(how);
    up.catch((error: unknown) => this.report(`the directory does not start: ${SansfilError.from(error).code}`));
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

  /** What must hold and did not. */
  get findings(): readonly Finding[] {
    return [...this.checkers.findings(), ...this.#reported];
  }

  report(finding: Finding): void {
    this.#reported.push(finding);
  }

  /** @throws SansfilError BUG with every finding of every checker and the seed */
  check(): void {
    if (!this.checkers.failed && this.#reported.length === 0) return;
    throw new SansfilError('BUG', [`SEED=${this.seed}`, ...this.findings].join('\n'));
  }

  /** Stops every device and checks; nothing may be left to wait for. */
  async end(): Promise<void> {
    for (const device of this.devices) await this.run(device.stop());
    // What the network still tells those who are gone.
    await this.runFor(LAST_NEWS_MS_MAX);
    this.check();
    const ports = this.devices.filter(({ address }) => this.network.isTaken(address.slice(address.indexOf('://') + 3))).length;
    const left = { timers: this.clock.pending, links: [...this.network.connections].length, ports, logins: this.directory.guests };
    for (const [what, count] of Object.entries(left)) assert(count === 0, `everything has stopped and there are still ${count} ${what}`);
  }

  /** For the trace: what was done to whom. */
  note(who: string, what: string): void {
    this.trace.push({ kind: 'fault', atMs: this.clock.monotonic(), who, what });
  }

  async #step(): Promise<boolean> {
    const stepped = this.clock.step();
    await this.#options.drain();
    this.checkers.step(this.clock.monotonic());
    this.check();
    return stepped;
  }

  #make(name: string): SimulatedDevice {
    const device = new SimulatedDevice(name, {
      clock: this.clock,
      rng: this.rng,
      crypto: this.#crypto(name),
      wiretap: this.#wiretap,
      suites: this.#options.suites?.(name),
      transport: () => this.#options.transport(this.network, name),
      directory: () => this.directory.port(name),
      onFact: (from, fact) => this.#hear(from, fact),
      onAsk: (from, command) => this.checkers.asked(from, command),
      onRefused: (from, command) => this.checkers.refused(from, command),
      onCommand: ({ name: who }, what) => void this.trace.push({ kind: 'command', atMs: this.clock.monotonic(), who, what }),
      onFile: (name, file) => this.checkers.know(name, file),
      onBug: (finding) => this.report(finding),
      run: (promise) => this.run(promise),
    });
    this.#devices.set(name, device);
    this.checkers.join(device);
    return device;
  }

  #hear(device: SimulatedDevice, fact: DomainEvent): void {
    const atMs = this.clock.monotonic();
    this.trace.push({ kind: 'fact', atMs, who: device.name, fact });
    this.checkers.fact(device, fact, atMs);
    if ('code' in fact && fact.code === 'BUG') this.report(`${device.name} found a bug in itself: ${JSON.stringify(fact)}`);
    this.onFact(device, fact);
  }

  #crypto(host: string): DeviceCrypto {
    return (this.#options.crypto ?? toyCrypto)(host, this.rng.fork(`${host}, keys`));
  }
}
