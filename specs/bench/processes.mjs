import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ENTRY = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));
const living = new Set();
process.once('exit', () => living.forEach((child) => child.kill('SIGKILL')));

/** Milliseconds from the command to its end. */
export async function timeCommand(args) {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return performance.now() - began;
}

/** A process of sansfil that stays, ready when it has printed its first JSON line; `readyMs` from the command to then. */
export async function start(folder, label, args) {
  const log = openSync(join(folder, `${label}.stderr`), 'a');
  const began = performance.now();
  const child = spawn(process.execPath, [ENTRY, ...args, '--json'], { stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  living.add(child);
  const ended = once(child, 'exit').then(() => living.delete(child));
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended.then(() => [undefined])]);
  if (line === undefined) throw new Error(`${label} ended before it was ready: ${readFileSync(join(folder, `${label}.stderr`), 'utf8')}`);
  const readyMs = performance.now() - began;
  child.stdout.resume();
  return {
    ready: JSON.parse(line),
    readyMs,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resident and peak memory in MiB, and CPU seconds used so far, as Linux counts them. */
export function usageOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { rss: mib('VmRSS'), peak: mib('VmHWM'), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
}
