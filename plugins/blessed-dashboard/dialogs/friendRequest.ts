import { formatPeerId, type AccountName, type FriendView } from '../../../core/index.js';
import { wrapText } from '../lines/layout.js';
import { EMPTY_LINE, type Line } from '../lines/Line.js';
import type { Failure } from '../state/Effect.js';
import type { Scene } from '../state/Scene.js';
import type { Dialog, DialogStep } from './Dialog.js';
import { buttonRow, moveButton } from './widgets/buttonRow.js';
import { pressed } from './widgets/pressed.js';
import { failureProse, fitted, fingerprintGroups, heading, indented, proseColumns } from './widgets/prose.js';

/** `about`: who asks. */
export interface FriendRequestState {
  readonly name: string;
  /** The device that asked when this was opened: another one by that name is another question. */
  readonly peer: string | undefined;
  /** Of the buttons: later, accept, decline. */
  readonly index: number;
  readonly busy: 'accept' | 'decline' | undefined;
  readonly failure: Failure | undefined;
}

type Step = DialogStep<FriendRequestState>;
const ANSWERS = ['later', 'accept', 'decline'] as const;

/** Somebody asks to be a friend. */
export const friendRequestDialog: Dialog<FriendRequestState> = {
  kind: 'friend-request',

  open({ view }, about) {
    const asks = view.people.find(({ name, state }) => state === 'incoming' && (about === undefined || name === about));
    return { state: { name: about ?? asks?.name ?? '', peer: asks?.peer, index: 0, busy: undefined, failure: undefined } };
  },

  draw(state, scene, room) {
    const columns = proseColumns(room);
    const { request: words, hints } = scene.language.peopleDialogs;
    const friend = openRequest(state, scene);
    const close = { key: 'esc', text: friend ? hints.later : hints.close, choose: 'esc' };
    if (!friend && !state.busy) return { title: words.title, lines: fitted(wrapText(words.gone, columns), room), hints: [close] };
    const texts = { later: hints.later, accept: words.accept, decline: words.decline };
    const buttons = ANSWERS.map((answer) => ({ text: texts[answer], choose: answer }));
    const below = state.busy ? wrapText(state.busy === 'accept' ? words.accepting : words.declining, columns, 'accent') : [buttonRow(buttons, state.index)];
    const failure = state.failure ? [...failureProse(state.failure, scene, columns), EMPTY_LINE] : [];
    const end = [...failure, ...below];
    const lines = [...textLines(state.name, friend, scene, columns), EMPTY_LINE].slice(0, Math.max(0, room.rows - end.length));
    return {
      title: words.title,
      lines: fitted([...lines, ...end], room),
      hints: [{ key: 'y', text: words.accept, choose: 'accept' }, { key: 'n', text: words.decline, choose: 'decline' }, close],
    };
  },

  step(state, input, scene, id) {
    if (input.type === 'answer') return answered(state, input.tag, scene);
    if (input.type === 'refused') return { state: { ...state, busy: undefined, failure: input.failure } };
    const key = pressed(input);
    if (key === undefined) return undefined;
    if (key === 'esc' || key === 'later') return { close: true };
    if (!openRequest(state, scene)) return key === 'enter' || key === 'space' ? { close: true } : undefined;
    const answer = answerOf(key, state);
    if (answer === 'later') return { close: true };
    if (answer !== undefined) return state.busy ? {} : decide(state, answer, id);
    const index = moveButton(state.index, ANSWERS.length, key);
    return index === undefined ? undefined : { state: { ...state, index } };
  },
};

const openRequest = ({ name, peer }: FriendRequestState, { view }: Scene): FriendView | undefined =>
  view.people.find((one) => one.name === name && one.peer === peer && one.state === 'incoming');

function answerOf(key: string, { index }: FriendRequestState): (typeof ANSWERS)[number] | undefined {
  // Not `o`, which opens this: held down for long it would accept.
  if (key === 'y' || key === 'accept') return 'accept';
  if (key === 'n' || key === 'decline') return 'decline';
  return key === 'enter' || key === 'space' ? ANSWERS[index] : undefined;
}

function decide(state: FriendRequestState, answer: 'accept' | 'decline', id: number): Step {
  const name = state.name as AccountName;
  const command = answer === 'accept' ? ({ type: 'friend.accept', name } as const) : ({ type: 'friend.decline', name } as const);
  return { state: { ...state, busy: answer, failure: undefined }, effects: [{ do: 'dispatch', command, to: id, tag: answer }] };
}

function answered({ name }: FriendRequestState, tag: string, { language }: Scene): Step {
  const words = language.peopleDialogs.request;
  return { close: true, notice: tag === 'accept' ? { text: words.accepted(name), tone: 'good' } : { text: words.declined(name), tone: 'plain' } };
}

function textLines(name: string, friend: FriendView | undefined, { language }: Scene, columns: number): Line[] {
  const words = language.peopleDialogs.request;
  const fingerprint = friend ? [EMPTY_LINE, heading(words.fingerprint(name)), ...indented(fingerprintGroups(formatPeerId(friend.peer)))] : [];
  return [...wrapText(words.asks(name), columns, 'strong'), ...fingerprint, EMPTY_LINE, ...wrapText(words.advice, columns)];
}
