/**
 * `npm run bench:files`: files between two devices, against every other way that is installed here and against what the
 * machine can do at all, interleaved in one run: real processes, loopback, the built program. `-- --help` lists the options.
 */
import process from 'node:process';
import { benchFiles } from './files/bigFile.mjs';
import { readOptions } from './files/options.mjs';
import { scratchFolder } from './files/scratch.mjs';
import { benchSmallFiles } from './files/smallFiles.mjs';

const argv = process.argv.slice(2);
const { workloads, rounds, bytes, folder: parent, tmpfs, quick, profile } = readOptions(argv);
const command = ['npm run bench:files', ...(argv.length === 0 ? [] : ['--', ...argv])].join(' ');
const folder = scratchFolder(parent);
const common = { folder, rounds, bytes, command, quick };

const BENCHES = {
  files: () => benchFiles(common),
  small: () => {
    const places = [{ what: 'disk', folder }, ...(tmpfs === undefined ? [] : [{ what: 'tmpfs', folder: scratchFolder(tmpfs) }])];
    return benchSmallFiles({ ...common, places });
  },
};

for (const workload of workloads) await BENCHES[workload]?.();
// Servers of peers are still there, and end with this process.
process.exit(0);
