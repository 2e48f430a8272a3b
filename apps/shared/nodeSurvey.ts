import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FOLDER_MODE, SansfilError, type Survey, type SurveyEntry } from '../../core/index.js';
import { codeOf } from './diskErrors.js';

/** Files looked at together: the disk is kept busy, and nothing else waits long for it. */
const TOGETHER = 64;

/** What stands at a path. Links are never followed. @throws SansfilError FILE_UNREADABLE */
export async function survey(path: string): Promise<Survey> {
  const root = resolve(path);
  const name = basename(root);
  if (name === '') throw new SansfilError('FILE_UNREADABLE', 'the root folder itself cannot be shared');
  try {
    const stats = await lstat(root);
    if (!stats.isDirectory() && !stats.isFile()) throw new SansfilError('FILE_UNREADABLE', 'it is neither a file nor a folder');
    const folder = stats.isDirectory();
    return { path: root, name: name.normalize('NFC'), folder, entries: () => (folder ? walk(root, name) : only(root, name)) };
  } catch (error) {
    throw unreadable(error);
  }
}

/** What the system said about reading a file, as one of our errors. */
export function unreadable(error: unknown): SansfilError {
  if (SansfilError.is(error)) return error;
  const reason = codeOf(error) ?? 'unknown reason';
  return new SansfilError('FILE_UNREADABLE', `The file cannot be read (${reason}); check its path and mode.`, { cause: error });
}

async function* only(path: string, name: string): AsyncGenerator<readonly SurveyEntry[]> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) throw new SansfilError('FILE_UNREADABLE', 'it is not a file any more');
    yield [entry(path, name, stats.size, stats.mtimeMs, stats.mode & 0o777)];
  } catch (error) {
    throw unreadable(error);
  }
}

async function* walk(root: string, name: string): AsyncGenerator<readonly SurveyEntry[]> {
  const top = await childrenOf(root);
  if (top === undefined) throw new SansfilError('FILE_UNREADABLE');
  yield* inside(root, name, top);
}

/** Depth first, by code units of the names: the same order each time. */
async function* inside(folder: string, prefix: string, children: readonly Dirent[]): AsyncGenerator<readonly SurveyEntry[]> {
  if (children.length === 0) yield [await emptyFolder(folder, prefix)];
  let files: Dirent[] = [];
  for (const child of children) {
    if (child.isFile()) files.push(child);
    if (files.length === TOGETHER || (child.isDirectory() && files.length > 0)) {
      yield await describeAll(folder, prefix, files);
      files = [];
    }
    if (!child.isDirectory()) continue;
    const [path, name] = [join(folder, child.name), `${prefix}/${child.name}`];
    const grandchildren = await childrenOf(path);
    if (grandchildren === undefined) yield [{ ...entry(path, name, 0, 0, 0), code: 'FILE_UNREADABLE' }];
    else yield* inside(path, name, grandchildren);
  }
  if (files.length > 0) yield await describeAll(folder, prefix, files);
}

/** Undefined when it cannot be read. */
async function childrenOf(folder: string): Promise<readonly Dirent[] | undefined> {
  try {
    return (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

async function emptyFolder(path: string, name: string): Promise<SurveyEntry> {
  try {
    const stats = await lstat(path);
    return entry(path, name, 0, stats.mtimeMs, (stats.mode & 0o777) | FOLDER_MODE);
  } catch (error) {
    return { ...entry(path, name, 0, 0, FOLDER_MODE), code: unreadable(error).code };
  }
}

async function describeAll(folder: string, prefix: string, files: readonly Dirent[]): Promise<readonly SurveyEntry[]> {
  const found = await Promise.all(files.map((file) => describe(join(folder, file.name), `${prefix}/${file.name}`)));
  return found.filter((one) => one !== undefined);
}

/** Undefined when it went away, or became something else, since its folder was read. A name that is not UTF-8 leads nowhere. */
async function describe(path: string, name: string): Promise<SurveyEntry | undefined> {
  try {
    const stats = await lstat(path);
    return stats.isFile() ? entry(path, name, stats.size, stats.mtimeMs, stats.mode & 0o777) : undefined;
  } catch (error) {
    if (name.includes('\ufffd')) return { ...entry(path, name, 0, 0, 0), code: 'FILE_NAME_UNUSABLE' };
    return codeOf(error) === 'ENOENT' ? undefined : { ...entry(path, name, 0, 0, 0), code: unreadable(error).code };
  }
}

const entry = (path: string, name: string, bytes: number, modifiedMs: number, mode: number): SurveyEntry => ({
  path,
  name: name.normalize('NFC'),
  bytes,
  modifiedMs,
  mode,
});
