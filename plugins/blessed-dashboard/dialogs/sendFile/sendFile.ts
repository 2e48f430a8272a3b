import { PASSPHRASE_CHARS_MAX, type AccountName } from '../../../../core/index.js';
import { SENT_PATHS_MAX } from '../../limits.js';
import type { FolderEntry } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import { EMPTY_FIELD } from '../../state/TextField.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { inRoom, movedIndex, rowChosen } from '../parts.js';
import { absolutePath } from '../paths/absolutePath.js';
import {
  closedPath,
  continuesName,
  enterFolder,
  entryAtCursor,
  entryPath,
  lookAt,
  partsOf,
  shownEntries,
  stepPath,
  type PathStep,
} from '../paths/PathField.js';
import { drawSendFile } from './drawSendFile.js';
import type { Chosen, SendFileState, SendStop } from './SendFileState.js';
import { keyOf } from '../widgets/pressed.js';
import { writeOneLine } from '../widgets/writeOneLine.js';

type State = SendFileState;
type Next = DialogStep<State>;
const SEND = 'send';
const STOPS: readonly SendStop[] = ['passphrase', 'again', 'send'];

/** Sends files and folders to a friend. `about`: the name of the friend. */
export const sendFileDialog: Dialog<State> = {
  kind: 'send-file',
  open(scene, about = '', id) {
    const { path, effects = [] } = lookAt(closedPath('~/', false), scene, id);
    const fields = { stop: 'send', passphrase: EMPTY_FIELD, again: EMPTY_FIELD, differs: false, asked: false } as const;
    return { state: { to: about as AccountName, path, marked: [], sending: [], ...fields }, effects };
  },
  draw: inRoom(drawSendFile),
  step(state, input, scene, id) {
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input, scene, id);
    if (state.asked) return undefined;
    return state.sending.length > 0 ? whileSending(state, input, id) : whileChoosing(state, input, scene, id);
  },
};

function whileChoosing(state: State, input: Input, scene: Scene, id: number): Next | undefined {
  const row = rowChosen(input);
  if (row !== undefined) return row === state.path.index ? enter(state, scene, id) : { state: { ...state, path: { ...state.path, index: row, moved: true } } };
  const name = keyOf(input);
  if (name === 'enter') return enter(state, scene, id);
  if (name === 'ctrl-s' || name === 'choose-send') return sendMarked(state, scene);
  if (name === 'space' && (input.type === 'chosen' || !continuesName(state.path))) return { state: mark(state, scene) };
  if (input.type === 'mouse') {
    const index = movedIndex(input, state.path.index, shownEntries(state.path).length, false);
    return index === undefined ? undefined : { state: { ...state, path: { ...state.path, index, moved: true } } };
  }
  const stepped = stepPath(state.path, input, scene, id);
  return stepped && withPath(state, stepped);
}

const withPath = (state: State, { path, effects = [] }: PathStep): Next => ({ state: { ...state, path }, effects });

/** Into a folder; a file is sent, with what is marked. */
function enter(state: State, scene: Scene, id: number): Next {
  const entry = entryAtCursor(state.path);
  if (entry?.folder === true) return withPath(state, enterFolder(state.path, entry, scene, id));
  return toSend(state, [...state.marked, ...chosenHere(state, entry, scene)]);
}

/** What is marked; if nothing is, what the cursor is on, which may be a folder. */
function sendMarked(state: State, scene: Scene): Next {
  return toSend(state, state.marked.length > 0 ? state.marked : chosenHere(state, entryAtCursor(state.path), scene));
}

/** What the cursor is on; when nothing that is listed begins like that, what is written. */
function chosenHere({ path }: State, entry: FolderEntry | undefined, { home }: Scene): readonly Chosen[] {
  if (entry) return [chosenEntry(path, entry, home)];
  const { start } = partsOf(path);
  return start === '' ? [] : [{ path: absolutePath(path.field.text.trim(), home), folder: false, bytes: undefined }];
}

const chosenEntry = (path: State['path'], entry: FolderEntry, home: string): Chosen => ({
  path: entryPath(path, entry, home),
  folder: entry.folder,
  bytes: entry.folder ? undefined : entry.bytes,
});

function toSend(state: State, chosen: readonly Chosen[]): Next {
  const paths = new Map(chosen.map((one) => [one.path, one]));
  return { state: { ...state, sending: [...paths.values()].slice(0, SENT_PATHS_MAX), stop: 'send' } };
}

function mark(state: State, { home }: Scene): State {
  const entry = entryAtCursor(state.path);
  if (!entry) return state;
  const one = chosenEntry(state.path, entry, home);
  const others = state.marked.filter(({ path }) => path !== one.path);
  const marked = others.length < state.marked.length || others.length >= SENT_PATHS_MAX ? others : [...others, one];
  const index = Math.min(state.path.index + 1, shownEntries(state.path).length - 1);
  return { ...state, marked, path: { ...state.path, index, moved: true } };
}

function whileSending(state: State, input: Input, id: number): Next | undefined {
  const name = keyOf(input);
  if (name === 'esc' || name === 'choose-back')
    return { state: { ...withoutFailure(state), sending: [], passphrase: EMPTY_FIELD, again: EMPTY_FIELD, differs: false } };
  if (name === 'choose-send' || name === 'ctrl-s') return send(state, id);
  const stop = STOPS.find((one) => name === `stop:${one}`);
  if (stop) return { state: { ...state, stop } };
  if (name === 'tab' || name === 'down') return { state: goto(state, 1) };
  if (name === 'shift-tab' || name === 'up') return { state: goto(state, -1) };
  if (name === 'enter') return state.stop === 'passphrase' && state.passphrase.text !== '' ? { state: goto(state, 1) } : send(state, id);
  if (state.stop === 'send') return undefined;
  const field = writeOneLine(state[state.stop], input, PASSPHRASE_CHARS_MAX);
  return field && { state: { ...state, [state.stop]: field, differs: false } };
}

function goto(state: State, by: 1 | -1): State {
  return { ...state, stop: STOPS[(STOPS.indexOf(state.stop) + by + STOPS.length) % STOPS.length] ?? 'send' };
}

function send(state: State, id: number): Next {
  const { to, sending, passphrase, again } = state;
  if (passphrase.text !== again.text) return { state: { ...state, stop: 'again', again: EMPTY_FIELD, differs: true } };
  const secret = passphrase.text === '' ? {} : { passphrase: passphrase.text };
  const command = { type: 'file.send', to, paths: sending.map(({ path }) => path), ...secret } as const;
  return { state: { ...withoutFailure(state), asked: true }, effects: [{ do: 'dispatch', command, to: id, tag: SEND }] };
}

function withoutFailure({ failure: _before, ...state }: State): State {
  return state;
}

function heard(state: State, input: Extract<Input, { readonly type: 'answer' | 'refused' }>, scene: Scene, id: number): Next | undefined {
  const stepped = stepPath(state.path, input, scene, id);
  if (stepped) return withPath(state, stepped);
  if (input.tag !== SEND) return undefined;
  if (input.type === 'refused') return { state: { ...state, asked: false, failure: input.failure } };
  return { close: true, notice: { text: scene.language.fileDialogs.send.offered(state.to), tone: 'good' } };
}
