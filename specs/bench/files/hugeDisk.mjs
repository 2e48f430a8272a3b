import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

const GIB = 2 ** 30;
/** For the file system's own tables, and for who looks at the free space. */
const SPARE = 1.25;

/**
 * A folder on which a file of `bytes` would fit. When the disk is too small for that and we may mount, it is a file system
 * in a sparse file, in memory or on the disk only as far as it is written. `bytes` of the answer: what fits in the end.
 */
export async function hugeDisk(folder, bytes) {
  const { bavail, bsize } = statfsSync(folder);
  const free = Number(bavail) * Number(bsize);
  if (free > bytes * SPARE) return { folder, bytes };
  const [image, mounted] = [join(folder, 'huge.image'), join(folder, 'huge')];
  await Promise.all([mkdir(mounted), writeFile(image, '')]);
  await truncate(image, bytes * SPARE);
  try {
    execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'nodiscard', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, mounted], { stdio: 'ignore' });
  } catch (error) {
    process.stderr.write(`no room for ${bytes / GIB} GiB, and no disk of its own: ${error.message}\n`);
    return { folder, bytes: Math.floor(free / SPARE) };
  }
  process.prependOnceListener('exit', () => execFileSync('umount', ['-l', mounted]));
  return { folder: mounted, bytes };
}
