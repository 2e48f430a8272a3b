import { describe, expect, test } from '@jest/globals';
import { failuresOf, runSimulator } from '../support/simulator.js';

const TOY_RUNS = 10_000;
const REAL_RUNS = 250;
const CALM_RUNS = 250;
const HOLDERS_RUNS = 200;
const MS_MAX = 900_000;

/** A seed that fails is seen with `npm run simulate -- --seed N --faults all --show`, and becomes a line of regressions.spec.ts. */
const campaign = async (...flags: readonly string[]) => {
  const search = await runSimulator(flags);
  return { failures: failuresOf(search), exit: search.exit, runs: search.lines.at(-1)?.['runs'] };
};

describe('two or three devices, everything that can go wrong, then nothing more', () => {
  test(
    `${TOY_RUNS} seeds: every rule holds at every step, and the world comes to rest as it should`,
    async () => {
      expect(await campaign('--seed', '1', '--runs', String(TOY_RUNS), '--faults', 'all')).toEqual({ failures: [], exit: 0, runs: TOY_RUNS });
    },
    MS_MAX,
  );

  test(
    `${CALM_RUNS} seeds without any fault`,
    async () => {
      expect(await campaign('--seed', '1', '--runs', String(CALM_RUNS), '--faults', 'none')).toEqual({ failures: [], exit: 0, runs: CALM_RUNS });
    },
    MS_MAX,
  );

  test(
    `${HOLDERS_RUNS} seeds of four friends who fetch from each other, one of whom may lie`,
    async () => {
      const runs = String(HOLDERS_RUNS);
      expect(await campaign('--story', 'holders', '--seed', '1', '--runs', runs, '--faults', 'all')).toEqual({ failures: [], exit: 0, runs: HOLDERS_RUNS });
    },
    MS_MAX,
  );

  test(
    `${REAL_RUNS} seeds with real cryptography`,
    async () => {
      expect(await campaign('--seed', '1', '--runs', String(REAL_RUNS), '--faults', 'all', '--crypto', 'real')).toEqual({
        failures: [],
        exit: 0,
        runs: REAL_RUNS,
      });
    },
    MS_MAX,
  );
});
