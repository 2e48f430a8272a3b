import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { run } from '../processes.mjs';

const STEP_BYTES = 2 ** 20;
export const SMALL_COUNT = 2_000;
export const SMALL_BYTES = 4_096;

/** A folder of this run below `parent`, gone when the process ends, however it ends (children are killed before). */
export function scratchFolder(parent) {
  const folder = mkdtempSync(join(parent, 'sansfil-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** What nobody can compress or hash in advance. */
export function writeRandomFile(path, bytes) {
  const step = Buffer.alloc(STEP_BYTES);
  const file = openSync(path, 'wx');
  for (let at = 0; at < bytes; at += step.length) writeSync(file, randomFillSync(step), 0, Math.min(step.length, bytes - at));
  closeSync(file);
  return path;
}

/** `count` files of that size, a hundred to a folder. */
export function writeSmallFiles(folder, count, bytes) {
  for (let n = 0; n < count; n++) {
    const below = join(folder, `part ${Math.floor(n / 100)}`);
    if (n % 100 === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, `file ${n}.bin`), randomFillSync(Buffer.alloc(bytes)));
  }
}

/** What one contender left to be written must not be paid by the next one. */
export const settleDisk = (folder) => run('sync', ['-f', folder]);

/** Two files, or two folders with all below them. @throws Error when they are not the same */
export const compare = (a, b) => run('diff', ['-rq', a, b]);

/** A name nobody used in this run. */
export const freshName = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
