import { PASSPHRASE_CHARS_MAX, type TransferView } from '../../../../core/index.js';
import { TRUST_CHOICES_BYTES } from '../../limits.js';
import type { Effect } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import { EMPTY_FIELD } from '../../state/TextField.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { inRoom, movedIndex, rowChosen } from '../parts.js';
import { absolutePath } from '../paths/absolutePath.js';
import { closedPath, enterFolder, entryAtCursor, lookAt, shownEntries, stepPath, type PathStep } from '../paths/PathField.js';
import { drawFileQuestion } from './drawFileQuestion.js';
import { offerOf, stopsOf, type FileQuestionState, type Stop } from './FileQuestionState.js';
import { writeOneLine } from '../widgets/writeOneLine.js';

type State = FileQuestionState;
type Next = DialogStep<State>;

/** A friend offers files. `about`: the id of the transfer. */
export const fileQuestionDialog: Dialog<State> = {
  kind: 'file-question',
  open: (_scene, about = '') => ({
    state: { id: about, stop: 'files', index: 0, into: closedPath('', true), passphrase: EMPTY_FIELD, trust: undefined, asked: undefined },
  }),
  draw: inRoom(drawFileQuestion),
  step(state, input, scene, id) {
    const offer = offerOf(state, scene);
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input, scene, id);
    if (offer?.state !== 'offered') return isEnter(input) ? { close: true } : undefined;
    if (state.asked !== undefined) return undefined;
    return whileAsking(state, offer, input, scene, id);
  },
};

const isEnter = (input: Input): boolean => input.type === 'key' && input.name === 'enter';
const writes = ({ stop }: State): boolean => stop === 'into' || stop === 'passphrase';

function whileAsking(state: State, offer: TransferView, input: Input, scene: Scene, id: number): Next | undefined {
  if (input.type === 'chosen') return chosen(state, offer, input.choice, scene, id);
  if (input.type === 'key' && input.name === 'shift-tab') return goto(state, neighbour(state, offer, -1), scene, id);
  if (state.stop === 'into') {
    const stepped = whileInto(state, offer, input, scene, id);
    if (stepped) return stepped;
  }
  if (state.stop === 'passphrase') {
    const passphrase = writeOneLine(state.passphrase, input, PASSPHRASE_CHARS_MAX);
    if (passphrase) return { state: { ...state, passphrase } };
  }
  const index = movedIndex(input, state.index, offer.items.length, !writes(state));
  if (index !== undefined) return { state: { ...state, index } };
  return input.type === 'key' ? pressed(state, offer, input.name, scene, id) : undefined;
}

function pressed(state: State, offer: TransferView, key: string, scene: Scene, id: number): Next | undefined {
  if (!writes(state)) {
    if (key === 'y') return accept(state, offer, scene, id);
    if (key === 'n') return decline(state, id);
  }
  if (key === 'tab') return goto(state, neighbour(state, offer, 1), scene, id);
  if (state.stop === 'trust' && (key === 'space' || key === 'right' || key === 'left'))
    return { state: { ...state, trust: nextTrust(state.trust, key === 'left' ? -1 : 1) } };
  if (key === 'left' || key === 'right') return goto(state, neighbour(state, offer, key === 'left' ? -1 : 1), scene, id);
  if (key !== 'enter') return undefined;
  if (state.stop === 'decline') return decline(state, id);
  return state.stop === 'accept' || state.stop === 'passphrase' ? accept(state, offer, scene, id) : goto(state, neighbour(state, offer, 1), scene, id);
}

function chosen(state: State, offer: TransferView, choice: string, scene: Scene, id: number): Next | undefined {
  const row = rowChosen({ type: 'chosen', choice });
  if (row !== undefined) return state.stop === 'into' ? rowOfFolders(state, row, scene, id) : { state: { ...state, stop: 'files', index: row } };
  if (choice === 'accept') return accept(state, offer, scene, id);
  if (choice === 'decline') return decline(state, id);
  if (choice === 'trust') return { state: { ...state, stop: 'trust', trust: nextTrust(state.trust, 1) } };
  if (choice === 'later') return { close: true };
  const stop = stopsOf(offer).find((one) => one === choice);
  return stop && goto(state, stop, scene, id);
}

/** Nothing is written yet: Tab goes on. Enter goes into the folder under the cursor, or on when what is written is meant. */
function whileInto(state: State, offer: TransferView, input: Input, scene: Scene, id: number): Next | undefined {
  if (input.type === 'key' && input.name === 'tab' && state.into.field.text === '') return undefined;
  if (isEnter(input)) {
    const entry = state.into.moved ? entryAtCursor(state.into) : undefined;
    return entry ? withInto(state, enterFolder(state.into, entry, scene, id)) : goto(state, neighbour(state, offer, 1), scene, id);
  }
  const stepped = stepPath(state.into, input, scene, id);
  return stepped && withInto(state, stepped);
}

function rowOfFolders(state: State, row: number, scene: Scene, id: number): Next {
  const entry = shownEntries(state.into)[row];
  return entry ? withInto(state, enterFolder(state.into, entry, scene, id)) : { state };
}

const withInto = (state: State, { path, effects = [] }: PathStep): Next => ({ state: { ...state, into: path }, effects });

function goto(state: State, stop: Stop, scene: Scene, id: number): Next {
  if (stop !== 'into' || state.into.entries) return { state: { ...state, stop } };
  return withInto({ ...state, stop }, lookAt(state.into, scene, id));
}

function neighbour({ stop }: State, offer: TransferView, by: 1 | -1): Stop {
  const stops = stopsOf(offer);
  return stops[(stops.indexOf(stop) + by + stops.length) % stops.length] ?? 'files';
}

function nextTrust(trust: number | undefined, by: 1 | -1): number | undefined {
  const choices = [undefined, ...TRUST_CHOICES_BYTES];
  return choices[(choices.indexOf(trust) + by + choices.length) % choices.length];
}

function accept(state: State, offer: TransferView, { home }: Scene, id: number): Next {
  if (offer.needsPassphrase === true && state.passphrase.text === '') return { state: { ...state, stop: 'passphrase' } };
  return ask(state, 'accept', acceptEffect(state, home, id));
}

/** Only with files that were accepted: what was refused, or left, changes nothing for those to come. */
function trusting(state: State, scene: Scene): readonly Effect[] {
  const offer = offerOf(state, scene);
  if (!offer || state.trust === undefined) return [];
  return [{ do: 'dispatch', command: { type: 'friend.trust', name: offer.with, limit: state.trust, ...intoOf(state, scene.home) } }];
}

const decline = (state: State, id: number): Next =>
  ask(state, 'decline', { do: 'dispatch', command: { type: 'transfer.decline', id: state.id }, to: id, tag: 'decline' });

function ask({ failure: _before, ...state }: State, asked: State['asked'], effect: Effect): Next {
  return { state: { ...state, asked }, effects: [effect] };
}

const intoOf = ({ into }: State, home: string): { readonly into?: string } => {
  const written = into.field.text.trim();
  return written === '' ? {} : { into: absolutePath(written, home) };
};

function acceptEffect(state: State, home: string, id: number): Effect {
  const passphrase = state.passphrase.text === '' ? {} : { passphrase: state.passphrase.text };
  return { do: 'dispatch', command: { type: 'transfer.accept', id: state.id, ...intoOf(state, home), ...passphrase }, to: id, tag: 'accept' };
}

function heard(state: State, input: Extract<Input, { readonly type: 'answer' | 'refused' }>, scene: Scene, id: number): Next | undefined {
  const stepped = stepPath(state.into, input, scene, id);
  if (stepped) return withInto(state, stepped);
  if (input.tag !== state.asked) return undefined;
  if (input.type === 'refused') {
    const isPassphrase = input.failure.code === 'PASSPHRASE_WRONG' || input.failure.code === 'PASSPHRASE_NEEDED';
    return { state: { ...state, asked: undefined, failure: input.failure, ...(isPassphrase ? { stop: 'passphrase', passphrase: EMPTY_FIELD } : {}) } };
  }
  const words = scene.language.fileDialogs.question;
  const isAccepted = input.tag === 'accept';
  return { close: true, notice: { text: isAccepted ? words.accepted : words.declined, tone: 'good' }, effects: isAccepted ? trusting(state, scene) : [] };
}
