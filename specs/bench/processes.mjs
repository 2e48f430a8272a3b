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
process.once('exit', () => living.forEach(killTree));
// An `exit` event is all that tidying up needs, and without this a signal would skip it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

/** A child of its own group, gone at the end with all that it started, however this process ends. `ended`: its exit code or signal. */
export function own(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'ignore', ...options, detached: true });
  living.add(child);
  // `close`: what it wrote has been read as well.
  const ended = Promise.race([once(child, 'close'), once(child, 'error').then(([error]) => [error.code])]).then(([code, signal]) => {
    living.delete(child);
    return code ?? signal;
  });
  return Object.assign(child, { ended });
}

function killTree(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends a child and all it started at once. */
export async function end(child) {
  killTree(child);
  await child.ended;
}

/** Runs a program to its end. @throws Error with what it said when it fails */
export async function run(command, args, options = {}) {
  const child = own(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
  await succeeded(child, `${command} ${args.join(' ')}`);
}

/** @throws Error with what it wrote to its piped stderr when it ends otherwise than with 0 */
export async function succeeded(child, what) {
  let said = '';
  child.stderr?.on('data', (chunk) => (said += chunk));
  const code = await child.ended;
  if (code !== 0) throw new Error(`${what} ended with ${code}: ${said.trim().slice(-500)}`);
}

/** Milliseconds from the command to its end. */
export async function timeCommand(args) {
  const began = performance.now();
  await run(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - began;
}

/** A process of sansfil that stays, ready when it has printed its first JSON line; `readyMs` from the command to then. */
export async function start(folder, label, args, nodeArgs = []) {
  const log = openSync(join(folder, `${label}.stderr`), 'a');
  const began = performance.now();
  const child = own(process.execPath, [...nodeArgs, ENTRY, ...args, '--json'], { stdio: ['ignore', 'pipe', log] });
  closeSync(log);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), child.ended.then(() => [undefined])]);
  if (line === undefined) throw new Error(`${label} ended before it was ready: ${readFileSync(join(folder, `${label}.stderr`), 'utf8')}`);
  const readyMs = performance.now() - began;
  child.stdout.resume();
  return {
    ready: JSON.parse(line),
    readyMs,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await child.ended;
    },
    kill: () => end(child),
  };
}

/** Resident and peak memory in MiB, and CPU seconds used so far, as Linux counts them. */
export function usageOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const seconds = (...at) => at.reduce((sum, field) => sum + Number(fields[field]), 0) / 100;
  return { rss: mib('VmRSS'), peak: mib('VmHWM'), cpuSeconds: seconds(11, 12), reapedCpuSeconds: seconds(13, 14) };
}
