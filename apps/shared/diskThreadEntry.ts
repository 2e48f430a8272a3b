import { parentPort } from 'node:worker_threads';
import type { DiskAnswer, DiskRequest } from './DiskThread.js';
import { placeSmall } from './smallPlacing.js';
import { readSmall } from './smallReading.js';

/** The thread that makes and reads small files. */
parentPort?.on('message', (request: DiskRequest) => {
  const { number } = request;
  const answer = (said: DiskAnswer): void => parentPort?.postMessage(said);
  try {
    answer({ number, result: 'place' in request ? placeSmall(request.place) : readSmall(request.read) });
  } catch (error) {
    answer({
      number,
      error: error instanceof Error ? error : new Error(String(error)),
      code: error instanceof Error && 'code' in error ? String(error.code) : '',
    });
  }
});
