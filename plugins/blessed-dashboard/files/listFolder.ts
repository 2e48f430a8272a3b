import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FOLDER_ENTRIES_MAX } from '../limits.js';
import type { FolderEntry } from '../state/Effect.js';

/** What is in a folder of this device, folders first, each by name. `path` may begin with `~`. @throws what the system says */
export async function listFolder(path: string, home: string): Promise<readonly FolderEntry[]> {
  const folder = path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
  const names = (await readdir(folder)).slice(0, FOLDER_ENTRIES_MAX);
  const entries = await Promise.all(names.map((name) => describe(folder, name)));
  return entries.filter((entry) => entry !== undefined).sort((a, b) => Number(b.folder) - Number(a.folder) || a.name.localeCompare(b.name));
}

/** One that is gone again, or a link to nothing, is nothing to choose. */
async function describe(folder: string, name: string): Promise<FolderEntry | undefined> {
  try {
    const found = await stat(join(folder, name));
    return found.isDirectory() || found.isFile() ? { name, folder: found.isDirectory(), bytes: found.isFile() ? found.size : 0 } : undefined;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return undefined;
    throw error;
  }
}
