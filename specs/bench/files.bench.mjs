/**
 * `npm run bench:files`: files between two devices, against every other way that is installed here and against what the
 * machine can do at all, interleaved in one run: real processes, loopback, the built program. `-- --help` lists the options.
 */
import process from 'node:process';
import { benchFiles } from './files/bigFile.mjs';
import { benchChat } from './files/chat.mjs';
import { benchEight } from './files/eight.mjs';
import { readOptions } from './files/options.mjs';
import { profile } from './files/profile.mjs';
import { benchResume } from './files/resume.mjs';
import { scratchFolder } from './files/scratch.mjs';
import { benchSmallFiles } from './files/smallFiles.mjs';

const argv = process.argv.slice(2);
const { workloads, rounds, bytes, folder: parent, tmpfs, quick, profiled } = readOptions(argv);
const command = ['npm run bench:files', ...(argv.length === 0 ? [] : ['--', ...argv])].join(' ');
/** Of a workload of its own: what one leaves is nothing to the next. */
const given = () => ({ folder: scratchFolder(parent), rounds, bytes, command, quick });

const BENCHES = {
  files: () => benchFiles(given()),
  small: () => {
    const disk = given();
    const places = [{ what: 'disk', folder: disk.folder }, ...(tmpfs === undefined ? [] : [{ what: 'tmpfs', folder: scratchFolder(tmpfs) }])];
    return benchSmallFiles({ ...disk, places });
  },
  chat: () => benchChat(given()),
  eight: () => benchEight(given()),
  resume: () => benchResume(given()),
};

if (profiled) await profile(given(), workloads.length === 1 && workloads[0] === 'small');
else for (const workload of workloads) await BENCHES[workload]();
// Servers of peers are still there, and end with this process.
process.exit(0);
