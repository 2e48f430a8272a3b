import { test } from '@jest/globals';
import fc from 'fast-check';
import type { World } from '../../core/testing.js';
import { beginWorld } from '../support/beginWorld.js';
import { directory, Expectation, NAMES, OPERATIONS, pairOf, start } from './operations.js';
import { runs } from './seed.js';

const SEQUENCES = 250;
/** Within so much of its time everything is where it belongs, once nothing stands in the way. */
const CONVERGE_MS = 10 * 60_000;

/** What failed stays what it was; of the rest, what should have come and has not. */
async function missing(expected: Expectation, world: World): Promise<readonly string[]> {
  const lacks: string[] = [];
  for (const from of NAMES) {
    for (const to of NAMES) {
      if (from === to || expected.parted.has(pairOf(from, to))) continue;
      const { id } = world.device(from);
      const heard = world
        .device(to)
        .of('message.received')
        .filter(({ peer }) => peer === id)
        .map(({ text }) => text);
      const written = expected.written.get(`${from} ${to}`) ?? [];
      if (JSON.stringify(heard) !== JSON.stringify(written))
        lacks.push(`${to} heard ${JSON.stringify(heard)} of ${from}, who wrote ${JSON.stringify(written)}`);
    }
  }
  for (const name of NAMES) {
    for (const { id, state, code } of await world.device(name).ask({ type: 'transfer.list' })) {
      const pair = expected.transfers.find((one) => one.id === id)?.pair ?? '';
      if (expected.wanted.has(id) && !expected.refused.has(id) && !expected.parted.has(pair) && state !== 'done')
        lacks.push(`${name} has transfer ${id} as ${state} ${code ?? ''}`);
    }
  }
  return lacks;
}

/** Everything is mended, and time passes. */
async function converge(expected: Expectation, world: World): Promise<void> {
  for (const a of NAMES) for (const b of NAMES) if (a < b) world.heal(a, b);
  if (!expected.directoryUp) directory(expected, world, true);
  for (const name of NAMES) if (!expected.up.has(name)) await start(expected, world, name);
  await world.runFor(CONVERGE_MS);
}

test(`${SEQUENCES} sequences of what people, power and cables may do lose nothing and break nothing`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(OPERATIONS, { maxCommands: 40, size: 'max' }), fc.nat(0xffff), async (operations, seed) => {
      const world = await beginWorld(seed);
      await world.friends(...NAMES);
      const expected = new Expectation();
      await fc.asyncModelRun(() => ({ model: expected, real: world }), operations);
      await converge(expected, world);
      const lacks = await missing(expected, world);
      if (lacks.length > 0) throw new Error(lacks.join('\n'));
      await world.end();
    }),
    runs(SEQUENCES),
  );
}, 600_000);
