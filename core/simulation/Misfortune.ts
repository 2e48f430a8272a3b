import type { FaultPlan } from './faults.js';
import { FAIR_WEATHER } from './faults.js';
import type { Rng } from './Rng.js';
import type { SimulatedDevice } from './SimulatedDevice.js';
import type { World } from './World.js';

/** Writes of a device from which the one it dies at is drawn: those of a start, of a message, of a small file. */
const STORE_STEPS_MAX = 12;
const YEAR_MS = 365 * 24 * 60 * 60_000;

/** What goes wrong in a world, drawn from its seed; `end` makes all of it good again. */
export class Misfortune {
  readonly #world: World;
  readonly #plan: FaultPlan;
  readonly #rng: Rng;
  readonly #cuts = new Map<string, readonly [string, string]>();

  constructor(world: World, plan: FaultPlan, rng: Rng) {
    this.#world = world;
    this.#plan = plan;
    this.#rng = rng;
    for (const device of world.devices) this.#setDisk(device);
  }

  round(): void {
    const rng = this.#rng;
    const plan = this.#plan;
    for (const [a, b] of this.#pairs()) this.#wire(a, b);
    for (const device of this.#world.devices) this.#device(device);
    if (this.#world.directory.running) {
      if (rng.chance(plan.directoryDown)) this.#world.directoryDown();
    } else if (rng.chance(plan.restart)) this.#world.directoryUp(rng.chance(plan.directoryWiped) ? 'wiped' : 'whole');
  }

  /** The second phase: all faults are over, whatever they did stays. */
  end(): void {
    const world = this.#world;
    world.network.weather = FAIR_WEATHER;
    world.network.healAll();
    this.#cuts.clear();
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
    } else if (rng.chance(plan.crash)) {
      if (rng.chance(plan.crashAtStore)) {
        disk.dieAt(rng.between(1, STORE_STEPS_MAX), rng.chance(0.5) ? 'before' : 'after', () => world.crash(name));
      } else world.crash(name);
    } else if (rng.chance(plan.stop)) world.shutDown(name);
    if (disk.full || plan.diskFull > 0) this.#fill(device);
    if (rng.chance(plan.clockJump)) this.#turnClock(device);
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
