import { QR_MODULES_MAX } from '../../limits.js';
import type { Effect } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { friendAnswered } from '../friendAnswered.js';
import { moveButton } from '../widgets/buttonRow.js';
import { pressed } from '../widgets/pressed.js';
import { drawVerify } from './drawVerify.js';
import { answersOf, verifiedFriend, type VerifyAnswer, type VerifyState } from './VerifyState.js';

type Step = DialogStep<VerifyState>;

/**
 * Two people compare the safety number. It is asked of the device when the dialog opens, which notes what was shown: a
 * key the directory names after that cannot be confirmed by this look.
 */
export const verifyDialog: Dialog<VerifyState> = {
  kind: 'verify',

  open({ ui }, about, id) {
    const name = about ?? ui.person ?? '';
    const state: VerifyState = {
      name,
      number: undefined,
      qr: undefined,
      busy: 'look',
      failure: undefined,
      differ: false,
      takenBack: false,
      moved: false,
      index: 0,
    };
    return { state, effects: [look(name, id)] };
  },

  draw: drawVerify,

  step(state, input, scene, id) {
    if (input.type === 'answer') return answered(state, input, scene, id);
    if (input.type === 'refused') return refused(state, input, id);
    const key = pressed(input);
    if (key === undefined) return undefined;
    const answers = answersOf(state, verifiedFriend(state, scene));
    const answer = answerOf(key, answers, state.index);
    if (answer !== undefined) return decide(state, answer, scene, id);
    const index = moveButton(Math.min(state.index, answers.length - 1), answers.length, MOVES.get(key) ?? key);
    return index === undefined ? undefined : { state: { ...state, index } };
  },
};

const look = (name: string, id: number): Effect => ({ do: 'dispatch', command: { type: 'friend.verify', name }, to: id, tag: 'look' });

/** The code holds the digits alone: it stays small enough for a window of 80 columns. */
const askCode = (number: string, id: number): Effect => ({ do: 'qr', text: number.replaceAll(' ', ''), to: id, tag: `qr ${number}` });

const KEYS: ReadonlyMap<string, VerifyAnswer> = new Map<string, VerifyAnswer>([
  ['y', 'same'],
  ['o', 'same'],
  ['n', 'differ'],
  ['esc', 'later'],
  ['r', 'again'],
  ['D', 'remove'],
]);
const MOVES: ReadonlyMap<string, string> = new Map([
  ['j', 'down'],
  ['k', 'up'],
]);

function answerOf(key: string, answers: readonly VerifyAnswer[], index: number): VerifyAnswer | undefined {
  if (key === 'esc') return 'later';
  if (key === 'enter' || key === 'space') return answers[Math.min(index, answers.length - 1)];
  return answers.find((answer) => answer === key || answer === KEYS.get(key));
}

function decide(state: VerifyState, answer: VerifyAnswer, scene: Scene, id: number): Step {
  if (answer === 'later') return { close: true };
  // One after the other: what is noted is what was on the screen.
  if (state.busy !== undefined) return {};
  switch (answer) {
    case 'same':
      return confirm(state, scene, id);
    case 'differ':
      return differ(state, scene, id);
    case 'again':
      return { state: { ...state, differ: false, takenBack: false, busy: 'look', failure: undefined, index: 0 }, effects: [look(state.name, id)] };
    case 'remove':
      return { close: true, open: { kind: 'confirm', about: `remove-friend:${state.name}` } };
  }
}

function confirm(state: VerifyState, scene: Scene, id: number): Step {
  const { name } = state;
  // Not known yet, or the key has changed since it was shown: it is shown first.
  const current = verifiedFriend(state, scene)?.safetyNumber;
  if (state.number === undefined || current !== state.number) {
    return { state: { ...state, busy: 'look', failure: undefined, index: 0 }, effects: [look(name, id)] };
  }
  const command = { type: 'friend.verify', name, confirmed: true } as const;
  return { state: { ...state, busy: 'confirm', failure: undefined, moved: false }, effects: [{ do: 'dispatch', command, to: id, tag: 'confirm' }] };
}

function differ(state: VerifyState, scene: Scene, id: number): Step {
  const said: VerifyState = { ...state, differ: true, moved: false, failure: undefined, index: 0 };
  if (verifiedFriend(state, scene)?.verified !== true) return { state: said };
  const command = { type: 'friend.verify', name: state.name, confirmed: false } as const;
  return { state: { ...said, busy: 'take-back' }, effects: [{ do: 'dispatch', command, to: id, tag: 'take-back' }] };
}

function answered(state: VerifyState, { tag, result }: Extract<Input, { readonly type: 'answer' }>, { language }: Scene, id: number): Step {
  const words = language.safetyNumber;
  if (tag.startsWith('qr ')) return isCode(result) ? { state: { ...state, qr: { number: tag.slice('qr '.length), modules: result } } } : {};
  if (tag === 'confirm') return { close: true, notice: { text: words.confirmed(state.name), tone: 'good' } };
  if (tag === 'take-back') return { state: { ...state, busy: undefined, takenBack: true } };
  const number = friendAnswered(result)?.safetyNumber;
  if (number === undefined) return { state: { ...state, busy: undefined } };
  const moved = state.number !== undefined && state.number !== number;
  const effects = state.qr?.number === number ? [] : [askCode(number, id)];
  return { state: { ...state, number, busy: undefined, failure: moved ? undefined : state.failure, moved: moved || state.moved }, effects };
}

/** Without the code there is still the number; a confirmation of a key that changed meanwhile shows the new number. */
function refused(state: VerifyState, { tag, failure }: Extract<Input, { readonly type: 'refused' }>, id: number): Step {
  if (tag.startsWith('qr ')) return {};
  if (tag === 'confirm' && failure.code === 'KEY_CHANGED') return { state: { ...state, busy: 'look', failure, index: 0 }, effects: [look(state.name, id)] };
  return { state: { ...state, busy: undefined, failure } };
}

function isCode(result: unknown): result is readonly (readonly boolean[])[] {
  if (!Array.isArray(result) || result.length === 0 || result.length > QR_MODULES_MAX) return false;
  return result.every((row) => Array.isArray(row) && row.length === result.length && row.every((module) => typeof module === 'boolean'));
}
