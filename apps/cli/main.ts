#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { readVersion } from '../shared/version.js';

const argv = process.argv.slice(2);

// The version is asked for by scripts, all the time: nothing is loaded for it.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${readVersion()}\n`);
} else {
  // What a transfer leaves for the collector dies young; with more room for it a device holds tens of megabytes of dead things.
  setFlagsFromString('--semi-space-growth-factor=1');
  const [{ processIo }, { runCli }] = await Promise.all([import('./io.js'), import('./program.js')]);
  process.exitCode = await runCli(argv, processIo(process.argv[1] ?? ''));
}
