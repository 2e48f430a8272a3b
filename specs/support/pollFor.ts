import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 25;

/**
 * What `look` finds, asked again and again until it finds something: for what nobody tells, such as a picture on a terminal.
 * @throws Error with what `missing` says, when it has found nothing for `msMax` milliseconds
 */
export async function pollFor<T>(look: () => Promise<T | undefined> | T | undefined, missing: () => string, msMax = 10_000): Promise<T> {
  for (const began = performance.now(); ; await pause(POLL_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - began > msMax) throw new Error(missing());
  }
}
