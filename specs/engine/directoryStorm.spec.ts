import { expect, test } from '@jest/globals';
import { Device, DirectoryWorld, named } from '../support/directoryWorld.js';

const DEVICES = 200;

test('two hundred devices that lose the directory together are all back within a minute, at most twenty a second', async () => {
  const world = await new DirectoryWorld().open();
  const connects: number[] = [];
  const devices: Device[] = [];
  for (let i = 0; i < DEVICES; i++) {
    const honest = world.place.port(`d${i}`);
    const directory = {
      schemes: honest.schemes,
      connect: (...args: Parameters<typeof honest.connect>) => {
        connects.push(world.clock.monotonic());
        return honest.connect(...args);
      },
    };
    const device = await new Device(`d${i}`, world, { directory }).start();
    await world.through(device.agent.register(named(`d${i}`)), 0);
    devices.push(device);
  }
  await world.pass(1_000);
  expect(devices.every(({ agent }) => agent.state === 'online')).toBe(true);

  connects.length = 0;
  const lostAt = world.clock.monotonic();
  world.place.down();
  world.place.up();
  await world.pass(60_000);

  expect(devices.filter(({ agent }) => agent.state !== 'online')).toEqual([]);
  expect(connects).toHaveLength(DEVICES);
  const perSecond = Array.from({ length: 60 }, (_, second) => connects.filter((at) => Math.floor((at - lostAt) / 1_000) === second).length);
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(20);
  for (const device of devices)
    expect(
      device
        .of('presence.own')
        .slice(-2)
        .map(({ state }) => state),
    ).toEqual(['offline', 'online']);
});
