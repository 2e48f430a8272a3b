import type { PlantedProgram } from '../support/PlantedProgram.js';
import type { Search } from '../support/simulator.js';
import type { PlantedBug } from './plantedBugs.js';

export const SEEDS_MAX = 500;

/** What the simulator says of one of the first seeds that fail: of the one that failed last, and else of the first. */
export async function searchPlanted(program: PlantedProgram, bug: PlantedBug, story: 'day' | 'holders'): Promise<Search> {
  await using _planted = await program.plant(bug.patches);
  const search = (seed: number, runs: number): Promise<Search> =>
    program.search('--story', story, '--seed', `${seed}`, '--runs', `${runs}`, '--faults', bug.faults ?? 'all', '--workers', '1', '--fail-fast');
  const known = bug.seed <= SEEDS_MAX ? await search(bug.seed, 1) : undefined;
  return known?.exit === 1 ? known : await search(1, SEEDS_MAX);
}
