import {
  constants,
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/*
 * How many small files get their final names: by the same rules as one large file, with calls that wait, because a call
 * that does not costs more than the file. Runs in a thread of its own and loads nothing but node.
 */

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** Through it a name is looked up in the very folder that was opened, whatever its path leads to by now. */
const DESCRIPTORS = '/proc/self/fd';
const isPinned = existsSync(DESCRIPTORS);
/** What a file system without hard links answers. */
const NO_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** 9999-12-31: beyond it some file systems refuse. */
const MODIFIED_S_MAX = 253_402_300_799;
/** Folders held open at once, but for those of the deepest path. */
const FOLDERS_OPEN_MAX = 128;
/** Some file systems know the time of a file no better. */
const MODIFIED_MS_SLACK = 2_000;

/** One file, with the names that it may get, best first. */
export interface SmallWish {
  /** Of each folder on its way. */
  readonly folders: readonly (readonly string[])[];
  readonly names: readonly string[];
  readonly modifiedMs: number;
  readonly mode: number;
  readonly isFolder: boolean;
  readonly bytes: Uint8Array;
  /** As in the port of the sink. */
  readonly again: boolean;
}

/** `make` is finishMany. `mend` makes it under its only name if it is not there; `repair` never makes one, but makes whole what is torn. */
export type SmallTask = 'make' | 'mend' | 'repair';

export interface SmallJob {
  readonly task: SmallTask;
  /** Where files appear, absolute. */
  readonly root: string;
  /** Private, perhaps on another disk: a file is made there first. */
  readonly incoming: string;
  readonly wishes: readonly SmallWish[];
}

/** A second name, the only one, or none. */
type Given = 'linked' | 'moved' | 'taken';

interface Folder {
  readonly fd: number;
  readonly path: string;
}

const codeOf = (error: unknown): unknown => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined);
const at = (folder: Folder, name: string): string => (isPinned ? `${DESCRIPTORS}/${folder.fd}/${name}` : join(folder.path, name));

/** The final paths, '' for a file that found none of its names free, or was not to be made. */
export function placeSmall({ task, root, incoming, wishes }: SmallJob): readonly string[] {
  mkdirSync(root, { recursive: true });
  // The folder a person configured may itself be a link.
  const folders = new Map<string, Folder>([['', { fd: openSync(root, O_RDONLY | O_DIRECTORY), path: root }]]);
  const desk = new Desk(incoming);
  try {
    return wishes.map((wish) => {
      if (folders.size > FOLDERS_OPEN_MAX) letGo(folders);
      const folder = folderFor(folders, wish, task !== 'repair');
      return folder ? place(desk, folder, wish, task) : '';
    });
  } finally {
    for (const { fd } of folders.values()) closeSync(fd);
  }
}

function place(desk: Desk, folder: Folder, wish: SmallWish, task: SmallTask): string {
  for (const name of wish.names) {
    const path = join(folder.path, name);
    if (wish.isFolder) {
      if (task === 'repair' || makeFolder(folder, name, wish.modifiedMs)) return path;
      continue;
    }
    const found = wish.again || task !== 'make' ? judge(folder, name, wish) : 'unknown';
    if (found === 'whole') return path;
    if (found === 'torn') {
      desk.replace(wish, folder, name);
      return path;
    }
    if (found === 'absent' && task === 'repair') return '';
    if (found !== 'other' && desk.put(wish, folder, name)) return path;
  }
  return '';
}

/** Where a file is made before it gets its name. */
class Desk {
  readonly #private: string;
  #isElsewhere = false;

  constructor(incoming: string) {
    this.#private = join(incoming, `small-${process.pid}.tmp`);
  }

  /** False when something has that name. */
  put(wish: SmallWish, folder: Folder, name: string): boolean {
    return this.#through(wish, folder, (made) => giveName(made, at(folder, name)));
  }

  /** Of what is there a power cut took some: it becomes whole at once. */
  replace(wish: SmallWish, folder: Folder, name: string): void {
    this.#through(wish, folder, (made) => {
      renameSync(made, at(folder, name));
      return 'moved';
    });
  }

  #through(wish: SmallWish, folder: Folder, give: (made: string) => Given): boolean {
    if (!this.#isElsewhere) {
      try {
        return this.#using(this.#private, wish, give);
      } catch (error) {
        if (codeOf(error) !== 'EXDEV') throw error;
        this.#isElsewhere = true;
      }
    }
    // Another disk: the file is made beside its place.
    return this.#using(at(folder, `.sansfil-${process.pid}.tmp`), wish, give);
  }

  #using(path: string, wish: SmallWish, give: (made: string) => Given): boolean {
    write(path, wish);
    let given: Given = 'taken';
    try {
      given = give(path);
      return given !== 'taken';
    } finally {
      if (given !== 'moved') unlinkSync(path);
    }
  }
}

/** Reading and writing bits of the sender's mode, never the right to execute; its time. */
function write(path: string, { bytes, mode, modifiedMs }: SmallWish): void {
  const fd = openNew(path);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, done);
    const bits = (mode & 0o666) | 0o600;
    if (bits !== 0o600) fchmodSync(fd, bits);
    const seconds = Math.min(modifiedMs / 1000, MODIFIED_S_MAX);
    futimesSync(fd, seconds, seconds);
  } finally {
    closeSync(fd);
  }
}

function openNew(path: string): number {
  const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  // What a crash left of ours.
  unlinkSync(path);
  return openSync(path, flags, 0o600);
}

/** Exclusively: what is there is never replaced. */
function giveName(made: string, to: string): Given {
  try {
    linkSync(made, to);
    return 'linked';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken';
    if (!NO_LINKS.has(codeOf(error))) throw error;
  }
  try {
    // Takes the name exclusively with an empty file of ours, which the move then replaces.
    closeSync(openSync(to, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken';
    throw error;
  }
  renameSync(made, to);
  return 'moved';
}

/** Whether what is there is the file itself, or what a power cut left of it: less, or zeros. */
function judge(folder: Folder, name: string, { bytes, modifiedMs }: SmallWish): 'absent' | 'whole' | 'torn' | 'other' {
  let fd: number;
  try {
    fd = openSync(at(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'absent' : 'other';
  }
  try {
    const stats = fstatSync(fd);
    const isOurs = stats.isFile() && stats.size <= bytes.length && Math.abs(stats.mtimeMs - modifiedMs) <= MODIFIED_MS_SLACK;
    if (!isOurs) return 'other';
    const there = new Uint8Array(stats.size);
    let read = 0;
    for (let got = -1; read < there.length && got !== 0; read += got) got = readSync(fd, there, read, there.length - read, read);
    if (read === bytes.length && there.every((byte, i) => byte === bytes[i])) return 'whole';
    return there.every((byte, i) => byte === bytes[i] || byte === 0) ? 'torn' : 'other';
  } finally {
    closeSync(fd);
  }
}

/** All but the one in which everything is. */
function letGo(folders: Map<string, Folder>): void {
  for (const [key, { fd }] of [...folders]) {
    if (key === '') continue;
    closeSync(fd);
    folders.delete(key);
  }
}

/** Held open, so that nobody can put a link in its place between a check and its use. */
function folderFor(known: Map<string, Folder>, { folders }: SmallWish, mayMake: boolean): Folder | undefined {
  let key = '';
  let folder = known.get('');
  for (const names of folders) {
    if (!folder) return undefined;
    key += `/${names[0] ?? ''}`;
    const child = known.get(key) ?? openChild(folder, names, mayMake);
    if (child) known.set(key, child);
    folder = child;
  }
  return folder;
}

function openChild(parent: Folder, names: readonly string[], mayMake: boolean): Folder | undefined {
  for (const name of names) {
    if (mayMake) makeFolder(parent, name, undefined);
    try {
      return { fd: openSync(at(parent, name), FOLDER_FLAGS), path: join(parent.path, name) };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (codeOf(error) !== 'ENOTDIR' && codeOf(error) !== 'ELOOP') throw error;
    }
  }
  return undefined;
}

/** True when there is a folder of that name now; one that is made gets its time. */
function makeFolder(parent: Folder, name: string, modifiedMs: number | undefined): boolean {
  let isNew = true;
  try {
    mkdirSync(at(parent, name));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    isNew = false;
  }
  if (modifiedMs === undefined) return isNew;
  let fd: number;
  try {
    fd = openSync(at(parent, name), FOLDER_FLAGS);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ELOOP') return false;
    throw error;
  }
  try {
    const seconds = Math.min(modifiedMs / 1000, MODIFIED_S_MAX);
    if (isNew) futimesSync(fd, seconds, seconds);
  } finally {
    closeSync(fd);
  }
  return true;
}
