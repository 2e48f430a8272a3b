import { constants } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readdir, rm, rmdir, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import {
  isFolder,
  numberedName,
  parseTransferId,
  safeRelativeName,
  SansfilError,
  type FileSink,
  type ItemMeta,
  type PartFile,
  type PlacedFile,
  type SmallFile,
  type TransferId,
} from '../../core/index.js';
import { codeOf, onDisk } from './diskErrors.js';
import { HeldFolder } from './heldFolder.js';
import { openPart } from './nodePart.js';
import { childFolder, copyFile, dress, giveName, TRIES_MAX } from './placing.js';
import { DiskThread } from './DiskThread.js';
import type { SmallTask, SmallWish } from './smallPlacing.js';

/** Files that are synced at once: they share the work of the disk, and leave threads to others. */
const SYNCS_MAX = 3;
/** Names under which a file is looked for of which nobody knows whether it was made. */
const REPAIR_TRIES_MAX = 8;

export interface SinkFolders {
  /** Private to us: parts of files that are not complete. */
  readonly incoming: string;
  /** Where complete files appear. */
  readonly received: string;
}

/** Received files on the local disk. The only code that opens such a file for writing, and it judges the name again. */
export class NodeFileSink implements FileSink {
  readonly #thread = new DiskThread();

  constructor(private readonly folders: SinkFolders) {}

  part(transfer: TransferId, item: number): Promise<PartFile> {
    return this.#openPart(this.#partPath(transfer, item));
  }

  pack(transfer: TransferId): Promise<PartFile> {
    return this.#openPart(join(this.folders.incoming, `${transfer}.pack`));
  }

  packs(): Promise<readonly TransferId[]> {
    return onDisk(async () => {
      await this.#makeIncoming();
      const ids = (await readdir(this.folders.incoming)).map((name) => /^([0-9a-f]{32})\.pack$/.exec(name)?.[1]);
      return ids.flatMap((id) => (id === undefined ? [] : [parseTransferId(id)]));
    });
  }

  finish(transfer: TransferId, item: number, meta: ItemMeta, into = this.folders.received): Promise<string> {
    return onDisk(async () => {
      const components = safeRelativeName(meta.name).split('/');
      const leaf = components.pop() ?? '';
      const part = this.#partPath(transfer, item);
      await dress(part, meta);
      let folder = await HeldFolder.root(into);
      try {
        for (const component of components) {
          const child = await childFolder(folder, component);
          await folder[Symbol.asyncDispose]();
          folder = child;
        }
        const given = await this.#place(part, folder, leaf, meta);
        await folder.sync();
        return join(folder.path, given);
      } finally {
        await folder[Symbol.asyncDispose]();
      }
    });
  }

  finishMany(files: readonly SmallFile[], into = this.folders.received): Promise<readonly string[]> {
    return onDisk(async () => {
      const paths = new Array<string>(files.length).fill('');
      // A name that is taken, or a folder whose name a file has, is rare: only then more names are tried.
      for (const tries of [1, 16, 512, TRIES_MAX]) {
        const open = files.flatMap((file, at) => (paths[at] === '' ? [{ file, at }] : []));
        const wishes = open.map(({ file }) => file);
        for (const [place, path] of (await this.#placeMany('make', wishes, into, tries)).entries()) paths[open[place]?.at ?? 0] = path;
      }
      if (paths.includes('')) throw new SansfilError('STORE_FAILED', 'too many files of the same name');
      return paths;
    });
  }

  mend(files: readonly PlacedFile[], into = this.folders.received): Promise<void> {
    return onDisk(async () => {
      const known = files.filter(({ path }) => path !== '');
      // Files went elsewhere before, when somebody has chosen another folder for them since.
      const rootOf = (path: string): string => (path.startsWith(into + sep) ? into : dirname(path));
      const mended: string[] = [];
      for (const root of new Set(known.map(({ path }) => rootOf(path)))) {
        const there = known.filter(({ path }) => rootOf(path) === root);
        const wishes = there.map((file) => ({ ...file, name: relative(root, file.path).split(sep).join('/') }));
        mended.push(...(await this.#placeMany('mend', wishes, root)));
      }
      const unknown = files.filter(({ path }) => path === '');
      const repaired = await this.#placeMany('repair', unknown, into, REPAIR_TRIES_MAX);
      await this.settle(
        [...mended, ...repaired].filter((path) => path !== ''),
        into,
      );
    });
  }

  settle(paths: readonly string[], into = this.folders.received): Promise<void> {
    return onDisk(async () => {
      const folders = new Set<string>();
      for (const path of paths) {
        for (let folder = dirname(path); !folders.has(folder) && folder !== dirname(into); folder = dirname(folder)) folders.add(folder);
      }
      await atOnce(SYNCS_MAX, paths, syncFile);
      await atOnce(SYNCS_MAX, [...folders], syncFile);
    });
  }

  async prepare(into: string): Promise<void> {
    if (!isAbsolute(into)) throw new SansfilError('FOLDER_UNUSABLE', 'not an absolute path');
    try {
      await mkdir(into, { recursive: true });
      await (await HeldFolder.root(into))[Symbol.asyncDispose]();
      // A disk that may only be read, and rights that no mode shows, come to light by writing.
      await rmdir(await mkdtemp(join(into, '.sansfil-')));
    } catch (error) {
      throw new SansfilError('FOLDER_UNUSABLE', `Files cannot be put into ${into} (${codeOf(error) ?? 'unknown reason'}).`, { cause: error });
    }
  }

  discard(transfer: TransferId): Promise<void> {
    return this.#remove((id) => id === transfer);
  }

  sweep(keep: ReadonlySet<TransferId>): Promise<void> {
    const kept: ReadonlySet<string> = keep;
    return this.#remove((id) => !kept.has(id), /^small-\d+\.tmp$/);
  }

  freeBytes(into = this.folders.received): Promise<number> {
    return onDisk(async () => {
      await this.#makeIncoming();
      await mkdir(into, { recursive: true });
      const disks = await Promise.all([statfs(this.folders.incoming), statfs(into)]);
      return Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize));
    });
  }

  #openPart(path: string): Promise<PartFile> {
    return onDisk(async () => {
      await this.#makeIncoming();
      return openPart(path, this.folders.incoming);
    });
  }

  async #placeMany(task: SmallTask, files: readonly SmallFile[], into: string, tries = 1): Promise<readonly string[]> {
    if (files.length === 0) return [];
    await this.#makeIncoming();
    return this.#thread.place({ task, root: into, incoming: this.folders.incoming, wishes: files.map((file) => wishOf(file, tries)) });
  }

  async #place(part: string, folder: HeldFolder, leaf: string, meta: ItemMeta): Promise<string> {
    try {
      return await giveName(part, folder, leaf);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
    }
    // Another disk: the copy is made beside its place, so that the final name still appears at once and whole.
    const copy = folder.at(`.${part.slice(this.folders.incoming.length + 1)}`);
    await rm(copy, { force: true });
    try {
      await copyFile(part, copy);
      await dress(copy, meta);
      return await giveName(copy, folder, leaf);
    } finally {
      await rm(copy, { force: true });
    }
  }

  #remove(chosen: (id: string) => boolean, also?: RegExp): Promise<void> {
    return onDisk(async () => {
      await this.#makeIncoming();
      for (const name of await readdir(this.folders.incoming)) {
        const id = /^([0-9a-f]{32})(?:-\d+\.part|\.pack)$/.exec(name)?.[1];
        if (id === undefined ? also?.test(name) : chosen(id)) await rm(join(this.folders.incoming, name), { force: true });
      }
    });
  }

  async #makeIncoming(): Promise<void> {
    await mkdir(this.folders.incoming, { recursive: true, mode: 0o700 });
    if (!(await lstat(this.folders.incoming)).isDirectory()) throw new SansfilError('DATA_UNWRITABLE', 'the folder for incoming files is a link');
  }

  #partPath(transfer: TransferId, item: number): string {
    return join(this.folders.incoming, `${transfer}-${item}.part`);
  }
}

/** With the names it may get: `tries` of each component. */
function wishOf({ name, modifiedMs, mode, bytes, again }: SmallFile, tries: number): SmallWish {
  const numbered = (component: string): readonly string[] => Array.from({ length: tries }, (_, n) => numberedName(component, n + 1));
  const components = safeRelativeName(name).split('/');
  const leaf = components.pop() ?? '';
  return { folders: components.map(numbered), names: numbered(leaf), modifiedMs, mode, isFolder: isFolder({ mode }), bytes, again };
}

/** Those that somebody took away, or put something else in place of, are passed over. */
async function syncFile(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (PASSED_OVER.has(codeOf(error))) return;
    throw error;
  }
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const PASSED_OVER: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO', 'EACCES']);

/** Does it for all, `most` of them at a time. */
async function atOnce<T>(most: number, all: readonly T[], one: (item: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await one(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, lane));
}
