import { parentPort } from 'node:worker_threads';
import { placeSmall } from './smallPlacing.js';
import type { PlacingAnswer, PlacingRequest } from './SmallPlacer.js';

/** The thread that makes small files. */
parentPort?.on('message', ({ number, job }: PlacingRequest) => {
  const answer = (result: PlacingAnswer): void => parentPort?.postMessage(result);
  try {
    answer({ number, paths: placeSmall(job) });
  } catch (error) {
    answer({
      number,
      error: error instanceof Error ? error : new Error(String(error)),
      code: error instanceof Error && 'code' in error ? String(error.code) : '',
    });
  }
});
