import { describe, expect, test } from '@jest/globals';
import { MortalClock } from '../../core/simulation/MortalClock.js';
import { VirtualClock } from '../../core/simulation/VirtualClock.js';
import { WallClock } from '../../core/simulation/WallClock.js';

const YEAR_MS = 365 * 86_400_000;

const device = () => {
  const world = new VirtualClock();
  const wall = new WallClock(world);
  return { world, wall, clock: new MortalClock(world, wall), start: world.now() };
};

describe('the clock on the wall of a device', () => {
  test('goes with the world until somebody touches it', () => {
    const { world, clock, start } = device();
    world.advance(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([start + 1_000, 1_000]);
  });

  test.each([10 * YEAR_MS, -10 * YEAR_MS, 1])('jumps by %i ms and goes on from there', (ms) => {
    const { world, wall, clock, start } = device();
    wall.jump(ms);
    world.advance(500);
    expect(clock.now()).toBe(start + ms + 500);
  });

  test('stands still while it is frozen and goes on from where it stood', () => {
    const { world, wall, clock, start } = device();
    wall.freeze();
    world.advance(5_000);
    expect(clock.now()).toBe(start);
    wall.thaw();
    world.advance(7);
    expect(clock.now()).toBe(start + 7);
  });

  test('can be set and jump while it is frozen, and stays frozen', () => {
    const { world, wall, clock } = device();
    wall.freeze();
    wall.set(1_000);
    wall.jump(5);
    world.advance(100);
    expect(clock.now()).toBe(1_005);
    wall.thaw();
    world.advance(100);
    expect(clock.now()).toBe(1_105);
  });

  test('can be in 1970 and no earlier', () => {
    const { world, wall, clock } = device();
    wall.set(0);
    world.advance(3);
    expect(clock.now()).toBe(3);
    wall.jump(-10 * YEAR_MS);
    world.advance(3);
    expect(clock.now()).toBe(3);
  });

  test('moves no timer and not the monotonic clock', () => {
    const { world, wall, clock } = device();
    const fired: number[] = [];
    for (const ms of [10, 20, 30, 40]) clock.setTimeout(() => fired.push(clock.monotonic()), ms);
    world.advance(10);
    wall.jump(10 * YEAR_MS);
    world.advance(10);
    wall.jump(-20 * YEAR_MS);
    world.advance(10);
    wall.freeze();
    world.advance(10);
    expect(fired).toEqual([10, 20, 30, 40]);
  });

  test('outlives the process, whose timers do not', () => {
    const { world, wall, clock, start } = device();
    wall.jump(YEAR_MS);
    let fired = false;
    clock.setTimeout(() => (fired = true), 10);
    clock.die();
    world.advance(10);
    expect(fired).toBe(false);
    expect(new MortalClock(world, wall).now()).toBe(start + YEAR_MS + 10);
  });

  test('of a process without one of its own is that of the world', () => {
    const world = new VirtualClock();
    expect(new MortalClock(world).now()).toBe(world.now());
  });
});
