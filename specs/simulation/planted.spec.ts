import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PlantedProgram } from '../support/PlantedProgram.js';
import { MORE_PLANTED_BUGS } from './morePlantedBugs.js';
import { NO_BUG, PLANTED_BUGS } from './plantedBugs.js';
import { searchPlanted, SEEDS_MAX } from './searchPlanted.js';

const SEARCH_MS_MAX = 120_000;

describe('a simulator that finds nothing proves nothing', () => {
  let program: PlantedProgram;
  beforeAll(async () => {
    program = await PlantedProgram.open();
  }, SEARCH_MS_MAX);
  afterAll(() => program[Symbol.asyncDispose]());

  test.each([...PLANTED_BUGS, ...MORE_PLANTED_BUGS].map((bug) => [bug.name, bug] as const))(
    `finds within ${SEEDS_MAX} seeds that %s`,
    async (_name, bug) => {
      const { exit, lines } = await searchPlanted(program, bug, 'day');
      expect(exit).toBe(1);
      expect(lines[0]).toMatchObject({ findings: expect.arrayContaining([expect.stringMatching(bug.finding)]) as unknown });
    },
    SEARCH_MS_MAX,
  );

  test(
    'and finds nothing in the program as it is, with keys replaced and chunks synced more often',
    async () => {
      await using _planted = await program.plant(NO_BUG);
      const { exit, lines } = await program.search('--seed', '1', '--runs', '100', '--faults', 'all', '--workers', '1');
      expect({ exit, lines: lines.slice(0, -1) }).toEqual({ exit: 0, lines: [] });
    },
    SEARCH_MS_MAX,
  );

  test('says so when a bug cannot be planted any more', async () => {
    await expect(program.plant([{ file: 'core/base/limits.ts', find: 'NO SUCH LINE', replace: '' }])).rejects.toThrow('holds 0 times');
  });

  test('and nothing of it is left when the search is over', async () => {
    const search = () => program.search('--seed', '1', '--runs', '1', '--faults', 'all', '--workers', '1');
    const [bug] = PLANTED_BUGS;
    {
      await using _planted = await program.plant(bug?.patches ?? []);
      expect((await search()).exit).toBe(1);
    }
    expect((await search()).exit).toBe(0);
  });
});
