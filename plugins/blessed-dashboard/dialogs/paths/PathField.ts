import type { Effect, Failure, FolderEntry } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import { fieldOf, type TextField } from '../../state/TextField.js';
import type { Scene } from '../../state/Scene.js';
import { moveIndex, moveOf } from '../../state/choice.js';
import { editField, insertText } from '../../state/editing.js';
import { firstLine } from '../widgets/writeOneLine.js';
import { looseKey } from '../fuzzy.js';
import { DIALOG_PAGE_ROWS, PATH_CHARS_MAX } from '../../limits.js';
import { absolutePath } from './absolutePath.js';

/** A path that is being written, with what is in the folder it leads to, of which one may be chosen. */
export interface PathField {
  readonly field: TextField;
  /** What is in the folder; undefined while it is looked at. */
  readonly entries: readonly FolderEntry[] | undefined;
  readonly failure?: Failure;
  /** Of those shown. */
  readonly index: number;
  /** The cursor of the list was moved since the text last changed: keys are about the list. */
  readonly moved: boolean;
  /** Only folders are shown. */
  readonly foldersOnly: boolean;
}

export interface PathStep {
  readonly path: PathField;
  readonly effects?: readonly Effect[];
}

const TAG = 'folder:';
const UNMOVED = { index: 0, moved: false } as const;

/** The folder that is looked at, as written up to its last slash, and the beginning of a name after it. */
export function partsOf({ field: { text } }: PathField): { readonly folder: string; readonly start: string } {
  if (text === '~') return { folder: '~/', start: '' };
  const cut = text.lastIndexOf('/') + 1;
  return { folder: text.slice(0, cut), start: text.slice(cut) };
}

/** What is in the folder and begins as the name does; hidden ones only when the name begins with a dot. */
export function shownEntries(path: PathField): readonly FolderEntry[] {
  const { start } = partsOf(path);
  const key = looseKey(start);
  return (path.entries ?? []).filter(
    ({ name, folder }) => (folder || !path.foldersOnly) && (start.startsWith('.') || !name.startsWith('.')) && looseKey(name).startsWith(key),
  );
}

export const entryAtCursor = (path: PathField): FolderEntry | undefined => shownEntries(path)[path.index];

/** The absolute path of an entry of the folder that is looked at. */
export const entryPath = (path: PathField, { name }: FolderEntry, home: string): string => absolutePath(`${folderOf(path, home)}/${name}`, home);

/** A path nobody has begun to write; nothing is looked at. */
export const closedPath = (text: string, foldersOnly: boolean): PathField => ({ field: fieldOf(text), entries: undefined, foldersOnly, ...UNMOVED });

/** Looks at the folder it leads to. */
export function lookAt({ field, foldersOnly, index, moved }: PathField, scene: Scene, id: number): PathStep {
  const path: PathField = { field, foldersOnly, index, moved, entries: undefined };
  const folder = folderOf(path, scene.home);
  return { path, effects: [{ do: 'list-folder', path: folder, to: id, tag: `${TAG}${folder}` }] };
}

/** Goes into a folder of the list. */
export function enterFolder(path: PathField, { name }: FolderEntry, scene: Scene, id: number): PathStep {
  return write(path, `${partsOf(path).folder}${name}/`, scene, id);
}

/**
 * The field after an input; undefined: it is not for it. Tab completes; when there is nothing to complete it goes down the list.
 * A second slash begins at the root.
 */
export function stepPath(path: PathField, input: Input, scene: Scene, id: number): PathStep | undefined {
  if (input.type === 'answer' || input.type === 'refused') return heard(path, input, scene);
  if (input.type === 'paste') return pasted(path, firstLine(input.text, PATH_CHARS_MAX), scene, id);
  if (input.type !== 'key') return undefined;
  if (input.name === 'tab') return complete(path, scene, id) ?? move(path, 'down');
  if (input.name === 'shift-tab') return move(path, 'up');
  const toward = moveOf(input.name);
  if (toward) return move(path, toward);
  const { folder, start } = partsOf(path);
  if (input.name === '/' && start === '' && folder !== '') return write(path, '/', scene, id);
  if (input.name === 'backspace' && start === '' && folder.length > 1 && path.field.cursor === path.field.text.length) {
    const text = folder === '~/' ? `${scene.home}/` : folder;
    return write(path, text.slice(0, text.lastIndexOf('/', text.length - 2) + 1), scene, id);
  }
  const field = editField(path.field, input);
  return field && changed(path, field, scene, id);
}

/** Whether a space continues the name of something in the folder, and so is part of what is written. */
export function continuesName(path: PathField): boolean {
  const { start } = partsOf(path);
  const key = looseKey(`${start} `);
  return !path.moved && start !== '' && (path.entries ?? []).some(({ name }) => looseKey(name).startsWith(key));
}

/** A whole path takes the place of what was written. */
function pasted(path: PathField, text: string, scene: Scene, id: number): PathStep {
  return /^[~/]/.test(text) ? write(path, text, scene, id) : changed(path, insertText(path.field, text), scene, id);
}

const folderOf = (path: PathField, home: string): string => absolutePath(partsOf(path).folder, home);

const move = (path: PathField, toward: Parameters<typeof moveIndex>[2]): PathStep => ({
  path: { ...path, index: Math.max(0, moveIndex(path.index, shownEntries(path).length, toward, DIALOG_PAGE_ROWS)), moved: true },
});

const write = (path: PathField, text: string, scene: Scene, id: number): PathStep => changed(path, fieldOf(text), scene, id);

function changed(path: PathField, field: TextField, scene: Scene, id: number): PathStep {
  if (field.text.length > PATH_CHARS_MAX) return { path };
  const next = { ...path, field, ...(field.text === path.field.text ? {} : UNMOVED) };
  return folderOf(next, scene.home) === folderOf(path, scene.home) ? { path: next } : lookAt(next, scene, id);
}

/** An answer about a folder that is not looked at any more says nothing. */
function heard(path: PathField, input: Extract<Input, { readonly type: 'answer' | 'refused' }>, { home }: Scene): PathStep | undefined {
  if (!input.tag.startsWith(TAG)) return undefined;
  if (input.tag !== `${TAG}${folderOf(path, home)}`) return { path };
  if (input.type === 'refused') return { path: { ...path, entries: [], failure: input.failure } };
  return { path: { ...path, entries: input.result as readonly FolderEntry[] } };
}

/** Writes what all that is shown have in common; the whole name when there is one. */
function complete(path: PathField, scene: Scene, id: number): PathStep | undefined {
  const { folder, start } = partsOf(path);
  const shown = shownEntries(path);
  const [first] = shown;
  if (!first || (start === '' && shown.length > 1) || path.moved) return undefined;
  const common = shown.map(({ name }) => name).reduce(commonStart);
  const whole = shown.length === 1 ? `${first.name}${first.folder ? '/' : ''}` : common;
  return whole.length >= start.length && whole !== start ? write(path, folder + whole, scene, id) : undefined;
}

function commonStart(a: string, b: string): string {
  const [left, right] = [Array.from(a), Array.from(b)];
  const end = left.findIndex((character, place) => character !== right[place]);
  return end < 0 ? a : left.slice(0, end).join('');
}
