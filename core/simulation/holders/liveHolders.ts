import { RECEIVE_QUEUE_BYTES_MAX } from '../../base/limits.js';
import { HolderChecker } from '../checkers/HolderChecker.js';
import { converge } from '../Convergence.js';
import type { FaultPlan } from '../faults.js';
import { Misfortune } from '../Misfortune.js';
import { Rng } from '../Rng.js';
import { toyCrypto } from '../toyCrypto.js';
import type { World, WorldParts } from '../World.js';
import { HOLDER_NAMES, type HoldersPlan } from './HoldersPlan.js';
import { HoldersStory } from './HoldersStory.js';
import { lying } from './lying.js';
import { rootsOf, Supply } from './Supply.js';
import type { Writes } from './Writes.js';

export interface HoldersDrawn {
  readonly story: HoldersPlan;
  readonly faults: FaultPlan;
  readonly rounds: number;
}

/** Chunks of 16 KiB: those that three friends bring and three are served with, and those of one transfer that wait for a slow disk. */
const BUFFER_BYTES_MAX = 2 ** 21 + RECEIVE_QUEUE_BYTES_MAX;

/** The parts of a world in which one device may lie, and of each is known what it writes to its disk. */
export function holdersParts(parts: WorldParts, { liar }: HoldersPlan, writes: Writes): WorldParts {
  const { crypto = toyCrypto } = parts;
  return {
    ...parts,
    crypto: (host, rng) => ({
      ...crypto(host, rng),
      twist: (ports) => writes.twist(host, liar?.name === host ? lying(liar.lie)(ports) : ports),
    }),
  };
}

/** Whatever was written and not yet made safe may have to be written again. */
export const mayWriteTwice = ({ crash, stop, writeFailure, diskFull, weather }: FaultPlan): boolean =>
  crash + stop + writeFailure + diskFull + weather.forgery > 0;

/** Four friends share and fetch while everything goes wrong, then the world comes to rest. */
export async function liveHolders(world: World, { story: plan, faults, rounds }: HoldersDrawn, parts: WorldParts, pause: (rng: Rng) => number): Promise<void> {
  const rng = new Rng(world.seed).fork('holders');
  const { primitives } = (parts.crypto ?? toyCrypto)('checker', rng.fork('checker'));
  const supply = new Supply(primitives, () => world.devices, plan.liar?.name);
  const story = new HoldersStory(plan, rng.fork('story'), supply);
  const rules = { liar: plan.liar?.name, bufferBytesMax: BUFFER_BYTES_MAX, rootOf: (bytes: Uint8Array) => supply.rootOf(bytes), rootsOf };
  world.checkers.invite((roster, findings) => new HolderChecker(roster, findings, rules));
  world.onFact = (device, fact) => story.hear(device, fact);
  await world.friends(...HOLDER_NAMES);
  world.network.weather = faults.weather;
  story.begin(world.devices);
  const misfortune = new Misfortune(world, faults, rng.fork('misfortune'));
  const pace = rng.fork('pace');
  for (let round = 0; round < rounds; round++) {
    await world.runFor(pause(pace));
    story.round(world.devices);
    misfortune.round();
  }
  misfortune.end();
  const left = await converge(world, () => {
    for (const { alive, name } of world.devices) if (!alive) world.boot(name);
    story.answer(world.devices);
  });
  for (const what of left) world.report(what);
  world.check();
  await world.end();
}
