import type { Clock } from '../../ports/clock.js';

/** Resolves when `work` ended, or after `ms` without it: then it goes on unwatched. Rejects as `work` does before. */
export async function atMost(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  let late: () => void = () => undefined;
  const patience = new Promise<void>((resolve) => (late = resolve));
  const timer = clock.setTimeout(late, ms);
  try {
    await Promise.race([work, patience]);
  } finally {
    clock.clearTimeout(timer);
  }
}
