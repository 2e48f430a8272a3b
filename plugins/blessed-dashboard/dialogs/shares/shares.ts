import type { ShareId } from '../../../../core/index.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { inRoom, movedIndex, rowChosen } from '../parts.js';
import { absolutePath } from '../paths/absolutePath.js';
import { closedPath, enterFolder, entryAtCursor, entryPath, lookAt, shownEntries, stepPath, type PathField, type PathStep } from '../paths/PathField.js';
import { drawShares } from './drawShares.js';
import { shareAt, type SharesState } from './SharesState.js';
import { keyOf } from '../widgets/pressed.js';

type State = SharesState;
type Next = DialogStep<State>;

/** What this device shares with all friends. */
export const sharesDialog: Dialog<State> = {
  kind: 'shares',
  open: () => ({ state: { index: 0, adding: undefined, removing: undefined } }),
  draw: inRoom(drawShares),
  step(state, input, scene, id) {
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input, scene, id);
    if (state.adding) return whileAdding(state, state.adding, input, scene, id);
    if (state.removing !== undefined) return whileRemoving(state, state.removing, input, id);
    return whileListing(state, input, scene, id);
  },
};

function whileListing({ failure: _before, ...state }: State, input: Input, scene: Scene, id: number): Next | undefined {
  const index = rowChosen(input) ?? movedIndex(input, state.index, scene.view.shares.length, true);
  if (index !== undefined) return { state: { ...state, index } };
  const share = shareAt(state.index, scene);
  switch (keyOf(input)) {
    case 'a':
      return withPath(state, lookAt(closedPath('~/', false), scene, id));
    case 'x':
    case 'X':
    case 'delete':
      return { state: share ? { ...state, removing: share.id } : state };
    case 'r':
      if (!share) return { state };
      return { state, effects: [{ do: 'dispatch', command: { type: 'share.add', path: share.path }, to: id, tag: 'again' }] };
    case 'close':
      return { close: true };
    default:
      return undefined;
  }
}

const withPath = (state: State, { path, effects = [] }: PathStep): Next => ({ state: { ...state, adding: path }, effects });

function whileAdding({ failure: _before, ...state }: State, path: PathField, input: Input, scene: Scene, id: number): Next | undefined {
  const row = rowChosen(input);
  if (row !== undefined) return withPath(state, row === path.index ? inTo(path, scene, id) : { path: { ...path, index: row, moved: true } });
  const name = keyOf(input);
  if (name === 'esc' || name === 'back') return { state: { ...state, adding: undefined } };
  if (name === 'ctrl-s' || name === 'add') return add(state, path, scene, id);
  if (name === 'enter') return entryAtCursor(path)?.folder === true ? withPath(state, inTo(path, scene, id)) : add(state, path, scene, id);
  if (input.type === 'mouse') {
    const index = movedIndex(input, path.index, shownEntries(path).length, false);
    return index === undefined ? undefined : { state: { ...state, adding: { ...path, index, moved: true } } };
  }
  const stepped = stepPath(path, input, scene, id);
  return stepped && withPath(state, stepped);
}

function inTo(path: PathField, scene: Scene, id: number): PathStep {
  const entry = entryAtCursor(path);
  return entry?.folder === true ? enterFolder(path, entry, scene, id) : { path };
}

/** What the cursor is on, which may be a folder; when nothing that is listed begins like that, what is written. */
function add(state: State, path: PathField, { home }: Scene, id: number): Next {
  const entry = entryAtCursor(path);
  const chosen = entry ? entryPath(path, entry, home) : absolutePath(path.field.text.trim(), home);
  return { state: { ...state, adding: undefined }, effects: [{ do: 'dispatch', command: { type: 'share.add', path: chosen }, to: id, tag: 'add' }] };
}

function whileRemoving(state: State, share: ShareId, input: Input, id: number): Next | undefined {
  const kept: State = { ...state, removing: undefined };
  switch (keyOf(input)) {
    case 'y':
    case 'remove':
      return { state: kept, effects: [{ do: 'dispatch', command: { type: 'share.remove', id: share }, to: id, tag: 'remove' }] };
    case 'n':
    case 'esc':
    case 'keep':
    case 'enter':
      return { state: kept };
    default:
      return { state };
  }
}

function heard(
  { failure: _before, ...state }: State,
  input: Extract<Input, { readonly type: 'answer' | 'refused' }>,
  scene: Scene,
  id: number,
): Next | undefined {
  if (state.adding) {
    const stepped = stepPath(state.adding, input, scene, id);
    if (stepped) return withPath(state, stepped);
  }
  if (input.tag.startsWith('folder:')) return undefined;
  if (input.type === 'refused') return { state: { ...state, failure: input.failure } };
  const words = scene.language.fileDialogs.shares;
  return { state, notice: { text: input.tag === 'remove' ? words.removed : words.added, tone: 'good' } };
}
