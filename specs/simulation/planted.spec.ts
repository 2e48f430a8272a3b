import { describe, expect, test } from '@jest/globals';
import { PlantedProgram } from '../support/PlantedProgram.js';
import { MORE_PLANTED_BUGS } from './morePlantedBugs.js';
import { NO_BUG, PLANTED_BUGS } from './plantedBugs.js';

const SEEDS_MAX = 500;
const SEARCH_MS_MAX = 120_000;

describe('a simulator that finds nothing proves nothing', () => {
  test.each([...PLANTED_BUGS, ...MORE_PLANTED_BUGS].map((bug) => [bug.name, bug] as const))(
    `finds within ${SEEDS_MAX} seeds that %s`,
    async (_name, { patches, finding, faults = 'all' }) => {
      await using program = await PlantedProgram.with(patches);
      const { exit, lines } = await program.search('--seed', '1', '--runs', String(SEEDS_MAX), '--faults', faults, '--workers', '1', '--fail-fast');
      expect(exit).toBe(1);
      expect(lines[0]).toMatchObject({ findings: expect.arrayContaining([expect.stringMatching(finding)]) as unknown });
    },
    SEARCH_MS_MAX,
  );

  test(
    'and finds nothing in the program as it is, with keys replaced and chunks synced more often',
    async () => {
      await using program = await PlantedProgram.with(NO_BUG);
      const { exit, lines } = await program.search('--seed', '1', '--runs', '100', '--faults', 'all', '--workers', '1');
      expect({ exit, lines: lines.slice(0, -1) }).toEqual({ exit: 0, lines: [] });
    },
    SEARCH_MS_MAX,
  );

  test('says so when a bug cannot be planted any more', async () => {
    await expect(PlantedProgram.with([{ file: 'core/base/limits.ts', find: 'NO SUCH LINE', replace: '' }])).rejects.toThrow('holds 0 times');
  });
});
