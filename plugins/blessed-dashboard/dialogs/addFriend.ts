import { accountKey, type AccountName, type Command, type FriendView } from '../../../core/index.js';
import { wrapText } from '../lines/layout.js';
import { EMPTY_LINE, span, type Line } from '../lines/Line.js';
import { NAME_CHARS_MAX } from '../limits.js';
import type { Failure } from '../state/Effect.js';
import type { Scene } from '../state/Scene.js';
import { EMPTY_FIELD, fieldOf, type TextField } from '../state/TextField.js';
import type { Dialog, DialogStep } from './Dialog.js';
import { friendAnswered } from './friendAnswered.js';
import { nameProblem, nameWritten } from './nameProblem.js';
import { fieldLine } from './widgets/fieldLine.js';
import { pressed } from './widgets/pressed.js';
import { failureProse, fitted, heading, proseColumns } from './widgets/prose.js';
import { writeOneLine } from './widgets/writeOneLine.js';

/** `about`: a name to begin with. */
export interface AddFriendState {
  readonly field: TextField;
  readonly asking: AccountName | undefined;
  readonly failure: Failure | undefined;
}

/** Asks somebody by name, and says at once what is known of that name. */
export const addFriendDialog: Dialog<AddFriendState> = {
  kind: 'add-friend',

  open: (_scene, about) => ({
    state: { field: about === undefined ? EMPTY_FIELD : fieldOf(about.slice(0, NAME_CHARS_MAX)), asking: undefined, failure: undefined },
  }),

  draw(state, scene, room) {
    const columns = proseColumns(room);
    const { addFriend: words, hints } = scene.language.peopleDialogs;
    const drawn = fieldLine(state.field, columns - 2);
    const form: Line[] = [heading(words.name), [span('» ', 'accent'), ...drawn.line], ...adviceOf(state, scene, columns)];
    const intro = [...wrapText(words.intro, columns), EMPTY_LINE].slice(0, Math.max(0, room.rows - form.length));
    return {
      title: words.title,
      lines: fitted([...intro, ...form], room),
      ...(state.asking ? {} : { caret: { row: intro.length + 1, column: drawn.caret + 2 } }),
      hints: [
        { key: 'enter', text: hints.ask, choose: 'enter' },
        { key: 'esc', text: hints.close, choose: 'esc' },
      ],
    };
  },

  step(state, input, scene, id) {
    if (input.type === 'answer') return { close: true, notice: { text: answered(state, scene, input.result), tone: 'good' } };
    if (input.type === 'refused') return { state: { ...state, asking: undefined, failure: input.failure } };
    const key = pressed(input);
    if (key === 'esc') return { close: true };
    if (key === 'enter') return ask(state, scene, id);
    const field = state.asking ? undefined : writeOneLine(state.field, input, NAME_CHARS_MAX);
    return field && { state: { ...state, field, failure: undefined } };
  },
};

function answered({ asking }: AddFriendState, scene: Scene, result: unknown): string {
  const words = scene.language.peopleDialogs.addFriend;
  const friend = friendAnswered(result);
  const name = friend?.name ?? asking ?? '';
  return friend?.state === 'friend' ? words.friends(name) : words.asked(name);
}

function ask(state: AddFriendState, scene: Scene, id: number): DialogStep<AddFriendState> {
  const name = nameWritten(state.field.text);
  if (state.asking || name === undefined || isSelf(name, scene)) return {};
  const known = knownAs(name, scene);
  if (known && known.state !== 'incoming') return {};
  const command: Command = known ? { type: 'friend.accept', name: known.name } : { type: 'friend.request', name };
  return { state: { ...state, asking: name, failure: undefined }, effects: [{ do: 'dispatch', command, to: id, tag: 'ask' }] };
}

const isSelf = (name: AccountName, { view }: Scene): boolean => view.account?.name !== undefined && accountKey(view.account.name) === accountKey(name);

/** Two ways of writing a name are the same account. */
const knownAs = (name: AccountName, { view }: Scene): FriendView | undefined => view.people.find((one) => accountKey(one.name) === accountKey(name));

function adviceOf(state: AddFriendState, scene: Scene, columns: number): Line[] {
  const { field, asking, failure } = state;
  const words = scene.language.peopleDialogs.addFriend;
  if (asking) return wrapText(words.asking(asking), columns, 'accent');
  if (failure) return failureProse(failure, scene, columns);
  const problem = nameProblem(field.text, scene.language);
  if (problem !== undefined) return wrapText(problem, columns, 'bad');
  const name = nameWritten(field.text);
  if (name === undefined) return wrapText(scene.language.peopleDialogs.welcome.rule, columns, 'faint');
  if (isSelf(name, scene)) return wrapText(words.self, columns, 'warning');
  const known = knownAs(name, scene);
  if (!known) return wrapText(words.ready(name), columns, 'good');
  return wrapText(words[known.state](known.name), columns, known.state === 'incoming' ? 'good' : 'warning');
}
