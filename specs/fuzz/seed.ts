/**
 * What every fuzz spec draws from, so that each run of the suite tries the same inputs. To search on, change SEED by hand
 * and let it run. A failure prints its seed, its path and the smallest input that still fails; `{ seed, path }` instead of
 * `runs(…)` shows it again, for a sequence of operations with the `replayPath` that is printed beside it given to `fc.commands`.
 */
const SEED = 20_261_121;

export const runs = (numRuns: number): { readonly seed: number; readonly numRuns: number } => ({ seed: SEED, numRuns });
