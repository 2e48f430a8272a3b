import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

/** Memory of other processes is read from /proc, which is Linux. */
const isMeasurable = existsSync('/proc/self/clear_refs');

async function kibOf(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`no ${field} of process ${pid}`);
  return Number(kib);
}

/**
 * From now on measures how far a process's resident memory rises above what it is now, its highest peak included;
 * where that cannot be measured, 0.
 */
export async function watchMemory(pid: number): Promise<() => Promise<number>> {
  if (!isMeasurable) return () => Promise.resolve(0);
  // proc(5): 5 resets the peak to the present size.
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  const before = await kibOf(pid, 'VmRSS');
  return async () => ((await kibOf(pid, 'VmHWM')) - before) / 1024;
}
