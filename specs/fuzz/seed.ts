/**
 * What every fuzz spec draws from, so that each run of the suite tries the same inputs. To search on, change SEED by hand
 * and let it run; what fails is printed by fast-check with its seed, its path and the smallest input that still fails,
 * and `replay` with both shows it again.
 */
const SEED = 20_261_121;

interface Runs {
  readonly seed: number;
  readonly numRuns: number;
  readonly path?: string;
}

export const runs = (numRuns: number): Runs => ({ seed: SEED, numRuns });

/** One failure once more: the seed and the path that fast-check printed. */
export const replay = (seed: number, path: string): Runs => ({ seed, numRuns: 1, path });
