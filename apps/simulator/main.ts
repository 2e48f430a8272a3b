#!/usr/bin/env node
import { processIo } from './io.js';
import { runsOf } from './parts.js';
import { runSimulator } from './simulator.js';
import { ThreadHand } from './ThreadHand.js';

process.exitCode = await runSimulator(process.argv.slice(2), processIo(), { run: runsOf, hire: (job) => new ThreadHand(job) });
