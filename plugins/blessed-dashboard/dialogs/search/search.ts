import type { AccountName, MessageView } from '../../../../core/index.js';
import { FILTER_CHARS_MAX, FOUND_PER_FRIEND_MAX } from '../../limits.js';
import type { Effect } from '../../state/Effect.js';
import type { Input } from '../../state/Input.js';
import type { Scene } from '../../state/Scene.js';
import { EMPTY_FIELD } from '../../state/TextField.js';
import type { Dialog, DialogStep } from '../Dialog.js';
import { inRoom, movedIndex, rowChosen } from '../parts.js';
import { drawSearch } from './drawSearch.js';
import { isAnswered, type SearchState } from './SearchState.js';
import { keyOf } from '../widgets/pressed.js';
import { writeOneLine } from '../widgets/writeOneLine.js';

type State = SearchState;
type Next = DialogStep<State>;

/** `about`: whose conversation is open. */
export const searchDialog: Dialog<State> = {
  kind: 'search',
  open: (_scene, about) => {
    const here = about as AccountName | undefined;
    return { state: { here, everybody: here === undefined, field: EMPTY_FIELD, sought: '', round: 0, waiting: 0, found: [], index: 0 } };
  },
  draw: inRoom(drawSearch),
  step(state, input, scene, id) {
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input);
    const row = rowChosen(input);
    if (row !== undefined) return row === state.index ? goTo(state) : { state: { ...state, index: row } };
    const index = movedIndex(input, state.index, state.found.length, false);
    if (index !== undefined) return { state: { ...state, index } };
    const name = keyOf(input);
    if (name === 'enter') return isAnswered(state) && state.found.length > 0 ? goTo(state) : look(state, scene, id);
    if (name === 'tab' || name === 'scope') return changeScope(state, scene, id);
    if (name === 'close') return { close: true };
    const field = writeOneLine(state.field, input, FILTER_CHARS_MAX);
    return field && { state: { ...state, field } };
  },
};

function goTo({ found, index }: State): Next | undefined {
  const message = found[index];
  return message && { close: true, message };
}

function changeScope(state: State, scene: Scene, id: number): Next {
  if (state.here === undefined) return { state };
  const changed = { ...state, everybody: !state.everybody };
  return state.sought === '' ? { state: changed } : look(changed, scene, id);
}

function look({ failure: _before, ...state }: State, { view }: Scene, id: number): Next {
  const sought = state.field.text.trim();
  const { here, everybody } = state;
  const names = everybody || here === undefined ? view.people.filter((person) => person.state !== 'incoming').map(({ name }) => name) : [here];
  if (sought === '') return { state: { ...state, sought, found: [], waiting: 0, round: state.round + 1 } };
  const round = state.round + 1;
  const effects = names.map((name): Effect => {
    const command = { type: 'message.history', with: name, search: sought, limit: FOUND_PER_FRIEND_MAX } as const;
    return { do: 'dispatch', command, to: id, tag: `${round}:${name}` };
  });
  return { state: { ...state, sought, round, waiting: names.length, found: [], index: 0 }, effects };
}

function heard(state: State, input: Extract<Input, { readonly type: 'answer' | 'refused' }>): Next | undefined {
  if (!input.tag.startsWith(`${state.round}:`)) return undefined;
  const waiting = Math.max(0, state.waiting - 1);
  if (input.type === 'refused') return { state: { ...state, waiting, failure: input.failure } };
  const found = [...state.found, ...(input.result as readonly MessageView[])].sort((a, b) => b.storedMs - a.storedMs || b.position - a.position);
  // A cursor that was moved stays on its message.
  const on = state.found[state.index];
  const index = on && state.index > 0 ? found.indexOf(on) : state.index;
  return { state: { ...state, waiting, found, index } };
}
