import type { FriendView, Language, TransferView } from '../../../core/index.js';
import { clipLine, clipMiddle, padLine } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import { FILTER_CHARS_MAX } from '../limits.js';
import { keyText } from '../panes/keyText.js';
import { actionText } from '../state/actionText.js';
import type { ActionName } from '../state/actionNames.js';
import { remembered } from '../remembered.js';
import { keysOf, type Keymap } from '../state/Keymap.js';
import type { Scene } from '../state/Scene.js';
import { EMPTY_FIELD, type TextField } from '../state/TextField.js';
import { JUMP_ACTIONS } from './actionGroups.js';
import type { Dialog, DialogStep, Panel } from './Dialog.js';
import { fuzzyFilter } from './fuzzy.js';
import { emptyLines, findingRow, inRoom, listLines, movedIndex, placeOf, rowChosen, spread } from './parts.js';
import { keyOf } from './widgets/pressed.js';
import { writeOneLine } from './widgets/writeOneLine.js';
import type { Size } from '../state/Input.js';

/** Somewhere to go by a few letters. */
export interface JumpState {
  readonly field: TextField;
  readonly index: number;
  /** The goal the cursor was seen on: others come and go above it. */
  readonly on: string | undefined;
}

interface Goal {
  readonly kind: 'person' | 'transfer' | 'action';
  readonly text: string;
  readonly about: string;
  readonly action: { readonly name: ActionName; readonly on?: string };
}

const KIND_COLUMNS = 11;
const TEXT_COLUMNS = 30;

export const jumpDialog: Dialog<JumpState> = {
  kind: 'jump',
  open: (scene) => ({ state: begun(EMPTY_FIELD, scene) }),
  draw: inRoom(drawJump),
  step(state, input, scene) {
    const goals = goalsOf(state, scene);
    const row = rowChosen(input);
    const at = cursorIn(goals, state);
    if (row !== undefined) return row === at ? go(goals[row]) : { state: moved(state, goals, row) };
    const index = movedIndex(input, at, goals.length, false);
    if (index !== undefined) return { state: moved(state, goals, index) };
    const name = keyOf(input);
    if (name === 'enter') return isThere(goals, state) ? go(goals[at]) : { state: moved(state, goals, at) };
    if (name === 'close' || name === 'ctrl-k') return { close: true };
    const field = writeOneLine(state.field, input, FILTER_CHARS_MAX);
    return field && { state: begun(field, scene) };
  },
};

const goalKey = ({ kind, action }: Goal): string => `${kind} ${action.on ?? action.name}`;

function moved(state: JumpState, goals: readonly Goal[], index: number): JumpState {
  const goal = goals[index];
  return { ...state, index, on: goal && goalKey(goal) };
}

function begun(field: TextField, scene: Scene): JumpState {
  const state: JumpState = { field, index: 0, on: undefined };
  return moved(state, goalsOf(state, scene), 0);
}

/** What the cursor was seen on is still there, or there was nothing. */
const isThere = (goals: readonly Goal[], { on }: JumpState): boolean => on === undefined || goals.some((goal) => goalKey(goal) === on);

function cursorIn(goals: readonly Goal[], { index, on }: JumpState): number {
  const found = goals.findIndex((goal) => goalKey(goal) === on);
  return found < 0 ? Math.max(0, Math.min(index, goals.length - 1)) : found;
}

const go = (goal: Goal | undefined): DialogStep<JumpState> | undefined => goal && { close: true, action: goal.action };

const goalsOf = ({ field }: JumpState, { view, language, keymap }: Scene): readonly Goal[] => found(field, view.people, view.transfers, language, keymap);

const found = remembered((field: TextField, ...all: Parameters<typeof allGoals>) => fuzzyFilter(field.text, allGoals(...all), ({ text }) => text));

/** People first, then transfers, the newest first, then actions. */
function allGoals(people: readonly FriendView[], transfers: readonly TransferView[], language: Language, keymap: Keymap): readonly Goal[] {
  const persons = people.map(({ name, state, presence }): Goal => {
    const about = state === 'friend' ? language.states.presence[presence] : language.states.contact[state];
    return { kind: 'person', text: name, about, action: { name: 'open', on: name } };
  });
  const files = transfers.toReversed().map(({ id, with: name, direction, items, state }): Goal => {
    const about = `${language.states.direction[direction]} ${name}, ${language.states.transfer[state]}`;
    return { kind: 'transfer', text: items[0]?.name ?? id, about, action: { name: 'open', on: id } };
  });
  const actions = JUMP_ACTIONS.map((action): Goal => {
    const [key] = keysOf(keymap, action);
    return { kind: 'action', text: actionText(language, action).name, about: key === undefined ? '' : keyText(key, language), action: { name: action } };
  });
  return [...persons, ...files, ...actions];
}

function drawJump(state: JumpState, scene: Scene, room: Size): Panel {
  const { rows, columns } = room;
  const { jump: words, hints, nothingFound } = scene.language.fileDialogs;
  const goals = goalsOf(state, scene);
  const at = cursorIn(goals, state);
  const field = findingRow(words, state.field, columns);
  const list =
    goals.length === 0
      ? [[span(nothingFound, 'faint')], ...emptyLines(rows - 3)]
      : listLines(goals.length, at, { rows: rows - 2, columns }, (row, wide) => goalLine(goals[row], scene, wide));
  return {
    title: words.title,
    lines: [spread(field.line, placeOf(at, goals.length), columns), [], ...list],
    caret: { row: 0, column: field.caret },
    hints: [
      { key: 'enter', text: hints.go, choose: 'enter' },
      { key: 'esc', text: hints.close, choose: 'close' },
    ],
  };
}

function goalLine(goal: Goal | undefined, { language }: Scene, columns: number): Line {
  if (!goal) return [];
  const kind = language.fileDialogs.jump.kinds[goal.kind];
  const text = padLine([span(clipMiddle(goal.text, TEXT_COLUMNS), goal.kind === 'action' ? 'plain' : 'strong')], TEXT_COLUMNS);
  return clipLine([...padLine([span(kind, 'faint')], KIND_COLUMNS), ...text, span(' '), span(goal.about, 'faint')], columns);
}
