import { parentPort, workerData } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import { assert } from '../../core/base/assert.js';
import type { Range } from './Hand.js';
import { runsOf } from './parts.js';
import { runSeeds } from './runSeeds.js';
import type { ThreadData, ThreadReport } from './ThreadHand.js';

const port = parentPort;
assert(port, 'this file is what a thread runs');
const { job, underWay } = workerData as ThreadData;
const tell = (report: ThreadReport): void => port.postMessage(report);

const runs = {
  run: runsOf(job),
  nowMs: () => performance.now(),
  underWay: (seed: number | undefined) => void (underWay[0] = seed === undefined ? 0 : seed + 1),
};

port.on('message', (range: Range) => {
  void runSeeds(range, runs, { sum: (sum) => tell({ kind: 'sum', sum }), failed: (run) => tell({ kind: 'failed', run }) }).then(() => tell({ kind: 'done' }));
});
