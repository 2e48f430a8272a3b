import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PlantedProgram } from '../support/PlantedProgram.js';
import { HOLDER_BUGS } from './holderBugs.js';
import { searchPlanted, SEEDS_MAX } from './searchPlanted.js';

const SEARCH_MS_MAX = 240_000;

describe('a story of several holders that finds nothing proves nothing', () => {
  let program: PlantedProgram;
  beforeAll(async () => {
    program = await PlantedProgram.open();
  }, SEARCH_MS_MAX);
  afterAll(() => program[Symbol.asyncDispose]());

  test.each(HOLDER_BUGS.map((bug) => [bug.name, bug] as const))(
    `finds within ${SEEDS_MAX} seeds that %s`,
    async (_name, bug) => {
      const { exit, lines } = await searchPlanted(program, bug, 'holders');
      expect(exit).toBe(1);
      expect(lines[0]).toMatchObject({ findings: expect.arrayContaining([expect.stringMatching(bug.finding)]) as unknown });
    },
    SEARCH_MS_MAX,
  );
});
