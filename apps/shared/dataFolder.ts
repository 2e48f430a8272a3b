import { access, chmod, constants, mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SansfilError } from '../../core/base/errors.js';

/** Where a device and a directory of this user keep their data when nothing else is said. */
export async function defaultDataFolder(of: 'device' | 'directory'): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return join(envPaths('sansfil', { suffix: '' }).data, of);
}

/** What tells a data folder from any other. */
const OURS = new Set(['config.json', 'identity.pem', 'sansfil.db', 'sansfil.log', 'directory.db', 'directory.key']);

/**
 * Makes the folder if it is not there, ours alone (mode 0700). Its absolute path. A folder that others may read and that
 * holds other things is left as it is: `--data /tmp` must not close /tmp to everybody.
 * @throws SansfilError DATA_UNWRITABLE
 */
export async function prepareDataFolder(folder: string): Promise<string> {
  const path = resolve(folder);
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(path);
    if (process.getuid !== undefined) {
      if (uid !== process.getuid()) throw new SansfilError('DATA_UNWRITABLE', `the data folder ${path} belongs to another user`);
      if ((mode & 0o077) !== 0) {
        const found = await readdir(path);
        if (found.length > 0 && !found.some((name) => OURS.has(name)))
          throw new SansfilError('DATA_UNWRITABLE', `${path} holds other things than data of sansfil`);
        await chmod(path, 0o700);
      }
    }
    await access(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    throw SansfilError.from(error, 'DATA_UNWRITABLE');
  }
}
