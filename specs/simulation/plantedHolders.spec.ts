import { describe, expect, test } from '@jest/globals';
import { PlantedProgram } from '../support/PlantedProgram.js';
import { HOLDER_BUGS } from './holderBugs.js';

const SEEDS_MAX = 500;
const SEARCH_MS_MAX = 240_000;

describe('a story of several holders that finds nothing proves nothing', () => {
  test.each(HOLDER_BUGS.map((bug) => [bug.name, bug] as const))(
    `finds within ${SEEDS_MAX} seeds that %s`,
    async (_name, { patches, finding, faults = 'all' }) => {
      await using program = await PlantedProgram.with(patches);
      const { exit, lines } = await program.search(
        ...['--story', 'holders', '--seed', '1', '--runs', String(SEEDS_MAX)],
        ...['--faults', faults, '--workers', '1', '--fail-fast'],
      );
      expect(exit).toBe(1);
      expect(lines[0]).toMatchObject({ findings: expect.arrayContaining([expect.stringMatching(finding)]) as unknown });
    },
    SEARCH_MS_MAX,
  );
});
