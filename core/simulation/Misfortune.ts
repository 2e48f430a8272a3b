import type { FaultPlan } from './faults.js';
import { DIRECTORY_MS, FAIR_WEATHER } from './faults.js';
import type { Timer } from '../ports/clock.js';
import type { Rng } from './Rng.js';
import type { SimulatedDevice } from './SimulatedDevice.js';
import { Stranger } from './Stranger.js';
import type { World } from './World.js';

/** Writes of a device from which the one it dies at is drawn: those of a start, of a message, of a small file. */
const STORE_STEPS_MAX = 12;
/** Shorter than most pauses between rounds. */
const SOON_MS_MAX = 500;
const YEAR_MS = 365 * 24 * 60 * 60_000;

/** What goes wrong in a world, drawn from its seed; `end` makes all of it good again. */
export class Misfortune {
  readonly #world: World;
  readonly #plan: FaultPlan;
  readonly #rng: Rng;
  readonly #cuts = new Map<string, readonly [string, string]>();
  /** Who cannot reach the directory. */
  readonly #parted = new Set<string>();
  /** What is about to happen, between two rounds. */
  readonly #due = new Set<Timer>();
  readonly #stranger: Stranger;
  readonly #calls: Rng;

  constructor(world: World, plan: FaultPlan, rng: Rng) {
    this.#world = world;
    this.#plan = plan;
    this.#rng = rng;
    this.#stranger = new Stranger(world.network, rng.fork('stranger'));
    this.#calls = rng.fork('calls');
    for (const device of world.devices) this.#setDisk(device);
    world.directory.latencyMs = plan.directoryMs;
    world.directory.storeFailure = plan.directoryFailure;
  }

  round(): void {
    const rng = this.#rng;
    const plan = this.#plan;
    for (const [a, b] of this.#pairs()) this.#wire(a, b);
    for (const device of this.#world.devices) this.#device(device);
    for (const { name } of this.#world.devices) this.#way(name);
    for (const device of this.#world.devices) if (this.#calls.chance(plan.strangerCall)) this.#call(device);
    if (this.#world.directory.running) {
      if (rng.chance(plan.directoryDown)) this.#soon(() => this.#world.directory.running && this.#world.directoryDown());
    } else if (rng.chance(plan.restart)) this.#world.directoryUp(rng.chance(plan.directoryWiped) ? 'wiped' : 'whole');
  }

  /** The second phase: all faults are over, whatever they did stays. */
  end(): void {
    const world = this.#world;
    world.network.weather = FAIR_WEATHER;
    world.network.healAll();
    this.#cuts.clear();
    for (const timer of this.#due) world.clock.clearTimeout(timer);
    for (const name of this.#parted) this.#unite(name);
    world.directory.latencyMs = DIRECTORY_MS;
    world.directory.storeFailure = 0;
    if (!world.directory.running) world.directoryUp('whole');
    for (const device of world.devices) {
      device.disk.writeFailure = 0;
      device.disk.full = false;
      device.disk.commitMs = { min: 0, max: 0 };
      device.disk.wall.thaw();
      // A death that waits for a step of the store is one of the faults that are over.
      device.disk.dieAt(Infinity, 'before', () => undefined);
    }
  }

  #pairs(): readonly (readonly [string, string])[] {
    const names = this.#world.devices.map(({ name }) => name);
    return names.flatMap((a, at) => names.slice(at + 1).map((b) => [a, b] as const));
  }

  #wire(a: string, b: string): void {
    const rng = this.#rng;
    const plan = this.#plan;
    const key = `${a}-${b}`;
    const cut = this.#cuts.get(key);
    if (cut && rng.chance(plan.heal)) {
      this.#cuts.delete(key);
      this.#world.heal(a, b);
    } else if (!cut && rng.chance(plan.partition)) {
      const ends = rng.chance(0.5) ? ([a, b] as const) : ([b, a] as const);
      this.#cuts.set(key, ends);
      this.#world.cut(...ends, rng.chance(plan.oneWay) ? 'one' : 'both');
    }
    if (rng.chance(plan.severLink)) this.#world.network.severBetween(a, b);
  }

  #device(device: SimulatedDevice): void {
    const rng = this.#rng;
    const plan = this.#plan;
    const world = this.#world;
    const { disk, name } = device;
    if (!device.alive) {
      if (rng.chance(plan.restart)) world.boot(name);
    }
    // Also what has just been started.
    if (device.alive && rng.chance(plan.crash)) {
      if (rng.chance(plan.crashAtStore)) {
        disk.dieAt(rng.between(1, STORE_STEPS_MAX), rng.chance(0.5) ? 'before' : 'after', () => world.crash(name));
      } else this.#soon(() => device.alive && world.crash(name));
    } else if (device.alive && rng.chance(plan.stop)) this.#soon(() => device.alive && world.shutDown(name));
    if (disk.full || plan.diskFull > 0) this.#fill(device);
    if (rng.chance(plan.clockJump)) this.#turnClock(device);
  }

  /** Now, or in the middle of what happens between this round and the next ones. */
  #soon(happen: () => unknown): void {
    if (this.#rng.chance(0.5)) return void happen();
    const timer = this.#world.clock.setTimeout(
      () => {
        this.#due.delete(timer);
        happen();
      },
      this.#rng.between(1, SOON_MS_MAX),
    );
    this.#due.add(timer);
  }

  #way(name: string): void {
    if (this.#parted.has(name)) {
      if (!this.#rng.chance(this.#plan.heal)) return;
      this.#unite(name);
    } else if (this.#rng.chance(this.#plan.directoryCut)) {
      const how = this.#rng.chance(0.5) ? 'stalled' : 'broken';
      this.#parted.add(name);
      this.#world.directory.part(name, how);
      this.#world.note(`${name}-directory`, how === 'stalled' ? 'cut' : 'cut and broken');
    }
  }

  #unite(name: string): void {
    this.#parted.delete(name);
    this.#world.directory.heal(name);
    this.#world.note(`${name}-directory`, 'healed');
  }

  #call({ name, address }: SimulatedDevice): void {
    this.#world.note(name, 'a stranger calls');
    this.#stranger.call(address);
  }

  #fill(device: SimulatedDevice): void {
    const full = device.disk.full ? !this.#rng.chance(0.5) : this.#rng.chance(this.#plan.diskFull);
    if (full === device.disk.full) return;
    device.disk.full = full;
    this.#world.note(device.name, full ? 'disk full' : 'disk has room');
  }

  #turnClock({ name, disk: { wall } }: SimulatedDevice): void {
    const turns: readonly (readonly [string, () => void])[] = [
      ['clock ten years ahead', () => wall.jump(10 * YEAR_MS)],
      ['clock ten years back', () => wall.jump(-10 * YEAR_MS)],
      ['clock an hour back', () => wall.jump(-60 * 60_000)],
      ['clock stands still', () => wall.freeze()],
      ['clock goes on', () => wall.thaw()],
      ['clock at 1970', () => wall.set(0)],
    ];
    const [what, turn] = turns[this.#rng.between(0, turns.length - 1)] ?? ['', () => undefined];
    turn();
    this.#world.note(name, what);
  }

  #setDisk({ disk }: SimulatedDevice): void {
    disk.commitMs = this.#plan.commitMs;
    disk.writeFailure = this.#plan.writeFailure;
  }
}
