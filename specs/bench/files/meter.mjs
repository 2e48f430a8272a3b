import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageOf } from '../processes.mjs';

const SAMPLE_MS = 25;
const QUIET_MS_MAX = 3_000;

/** /proc is where CPU and memory of other processes are read. */
const gone = (error) => error.code === 'ENOENT' || error.code === 'ESRCH';

function whileThere(read, otherwise) {
  try {
    return read();
  } catch (error) {
    if (gone(error)) return otherwise;
    throw error;
  }
}

const childrenOf = (pid) =>
  whileThere(() => readdirSync(`/proc/${pid}/task`), []).flatMap((task) =>
    whileThere(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'), '')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  );

/** Resident MiB of processes and all below them, now. */
function residentOf(pids) {
  let sum = 0;
  const tree = [...pids];
  for (const pid of tree) {
    sum += whileThere(() => usageOf(pid).rss, 0) || 0;
    tree.push(...childrenOf(pid));
  }
  return sum;
}

/** CPU seconds of a process and of the children it has waited for. */
const cpuOf = (pid) =>
  whileThere(() => {
    const { cpuSeconds, reapedCpuSeconds } = usageOf(pid);
    return cpuSeconds + reapedCpuSeconds;
  }, 0);

/** What has ended was waited for by us, so that its CPU is counted with ours. */
const cpuSoFar = (pids) => usageOf(process.pid).reapedCpuSeconds + pids.reduce((sum, pid) => sum + cpuOf(pid), 0);

/** A server's sessions end a moment after their client. */
async function childless(pids) {
  for (const began = performance.now(); performance.now() - began < QUIET_MS_MAX; await sleep(5)) {
    if (pids.every((pid) => childrenOf(pid).length === 0)) return;
  }
}

/**
 * Wall time, CPU seconds of both ends and their peak memory (sampled, MiB) while `action` runs. `send` and `receive` are
 * the processes that are there already; `action` hands those it starts to `asSender` or `asReceiver`, ends them all, and
 * resolves with the moment the receiver had everything (`performance.now()`).
 */
export async function measure({ send = [], receive = [] }, action) {
  const lasting = [...send, ...receive];
  const [sending, receiving] = [[...send], [...receive]];
  const peak = { send: 0, receive: 0 };
  const sample = () => {
    peak.send = Math.max(peak.send, residentOf(sending));
    peak.receive = Math.max(peak.receive, residentOf(receiving));
  };
  const into = (list) => (child) => {
    list.push(child.pid);
    return child;
  };
  const cpuBefore = cpuSoFar(lasting);
  const began = performance.now();
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    const ended = await action({ asSender: into(sending), asReceiver: into(receiving), began });
    sample();
    await childless(lasting);
    return { seconds: (ended - began) / 1000, cpu: cpuSoFar(lasting) - cpuBefore, peakSend: peak.send, peakReceive: peak.receive };
  } finally {
    clearInterval(timer);
  }
}

/** From now on the peak that the system keeps of a process is that of now (proc(5), clear_refs). */
export const forgetPeak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, '5');
export const peakOf = (pid) => usageOf(pid).peak;
export const residentNow = (pid) => usageOf(pid).rss;
