import { complete } from '../console/complete.js';
import { clipLine, wrapText } from '../lines/layout.js';
import { span, type Line } from '../lines/Line.js';
import { COMMAND_OUTPUT_LINES_MAX, CONSOLE_LINE_CHARS_MAX, DIALOG_PAGE_ROWS } from '../limits.js';
import type { Input, Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import { fieldOf, type TextField } from '../state/TextField.js';
import type { Dialog, DialogStep, Hint, Panel } from './Dialog.js';
import { emptyLines, fieldRow, inRoom } from './parts.js';
import { roomFor } from './roomFor.js';
import { keyOf } from './widgets/pressed.js';
import { writeOneLine } from './widgets/writeOneLine.js';

/** Lines of the command language, and what came of them. */
export interface CommandState {
  readonly field: TextField;
  /** What was run, and what it said. */
  readonly output: readonly OutputLine[];
  readonly running: boolean;
  /** What the word before the cursor can be. */
  readonly choices: readonly string[];
  /** How far back in the lines that were run; 0: what is written now. */
  readonly back: number;
  /** What was written before going back. */
  readonly written: string;
  /** Rows scrolled up from the end of the output. */
  readonly scrolled: number;
}

interface OutputLine {
  readonly text: string;
  readonly of: 'line' | 'answer' | 'failure';
}

type State = CommandState;
type Next = DialogStep<State>;
const RUN = 'run';
const CHOICE_ROWS_MAX = 4;

/** `about`: the beginning of a line. */
export const commandDialog: Dialog<State> = {
  kind: 'command',
  open: (_scene, about = '') => ({ state: { field: fieldOf(about), output: [], running: false, choices: [], back: 0, written: '', scrolled: 0 } }),
  draw: inRoom(drawCommand),
  step(state, input, scene, id) {
    if (input.type === 'answer' || input.type === 'refused') return heard(state, input, scene);
    const name = keyOf(input);
    if (name === 'enter') return run(state, id);
    if (name === 'tab') return { state: completed(state, scene) };
    if (name === 'up' || name === 'ctrl-p') return { state: recall(state, scene, 1) };
    if (name === 'down' || name === 'ctrl-n') return { state: recall(state, scene, -1) };
    if (name === 'close') return { close: true };
    const rows = scrollOf(input, name);
    if (rows !== undefined) return { state: scroll(state, rows, scene) };
    const field = writeOneLine(state.field, input, CONSOLE_LINE_CHARS_MAX);
    return field && { state: { ...state, field, choices: [], back: 0 } };
  },
};

function scrollOf(input: Input, name: string): number | undefined {
  if (input.type === 'mouse') return input.button === 'wheel-up' ? 1 : input.button === 'wheel-down' ? -1 : undefined;
  return name === 'page-up' ? DIALOG_PAGE_ROWS : name === 'page-down' ? -DIALOG_PAGE_ROWS : undefined;
}

/** No farther than there is something to see. */
function scroll(state: State, rows: number, scene: Scene): State {
  const { hidden } = layOut(state, scene, roomFor(scene.size));
  return { ...state, scrolled: Math.min(Math.max(0, state.scrolled + rows), hidden) };
}

function run(state: State, id: number): Next {
  const line = state.field.text.trim();
  if (line === '' || state.running) return { state };
  const output = said(state, [{ text: line, of: 'line' }]);
  const next: State = { ...state, field: fieldOf(''), output, running: true, choices: [], back: 0, written: '', scrolled: 0 };
  return { state: next, effects: [{ do: 'run', line, to: id, tag: RUN }] };
}

const said = ({ output }: State, lines: readonly OutputLine[]): readonly OutputLine[] => [...output, ...lines].slice(-COMMAND_OUTPUT_LINES_MAX);

/** Only at the end of the line: what follows the cursor is not completed into. */
function completed(state: State, { view }: Scene): State {
  if (state.field.cursor < state.field.text.length) return state;
  const { line, choices } = complete(state.field.text, view);
  return { ...state, field: fieldOf(line), choices, back: 0 };
}

function recall(state: State, { ui }: Scene, by: 1 | -1): State {
  const back = Math.min(Math.max(0, state.back + by), ui.commandLines.length);
  if (back === state.back) return state;
  const written = state.back === 0 ? state.field.text : state.written;
  const text = back === 0 ? written : (ui.commandLines.at(-back) ?? '');
  return { ...state, field: fieldOf(text), written, back, choices: [] };
}

function heard(state: State, input: Extract<Input, { readonly type: 'answer' | 'refused' }>, { language }: Scene): Next | undefined {
  if (input.tag !== RUN) return undefined;
  const lines: readonly OutputLine[] =
    input.type === 'refused'
      ? [{ text: language.failure(input.failure.code, input.failure.detail), of: 'failure' }]
      : (input.result as readonly string[]).map((text) => ({ text, of: 'answer' }));
  return { state: { ...state, running: false, output: said(state, lines) } };
}

/** Above: what was run and what it said; below: the line. `hidden`: rows of the output there is no room for. */
function layOut(state: State, { language }: Scene, room: Size) {
  const { rows, columns } = room;
  const { command: words, waiting } = language.fileDialogs;
  const field = fieldRow(':', state.field, { labelColumns: 2, columns, active: true, choose: 'field' });
  const choices = state.choices.length > 0 ? wrapText(state.choices.join('  '), columns, 'accent').slice(0, CHOICE_ROWS_MAX) : [];
  const foot: readonly Line[] = [...(state.running ? [[span(waiting, 'warning')]] : []), ...choices, field.line];
  const outputRows = Math.max(1, rows - foot.length - 1);
  const all = state.output.length === 0 ? wrapText(words.how, columns, 'faint') : state.output.flatMap((line) => outputLines(line, columns));
  return { columns, caret: field.caret, foot, outputRows, all, hidden: Math.max(0, all.length - outputRows) };
}

function drawCommand(state: State, scene: Scene, room: Size): Panel {
  const { command: words, hints } = scene.language.fileDialogs;
  const { columns, caret, foot, outputRows, all, hidden } = layOut(state, scene, room);
  const scrolled = Math.min(state.scrolled, hidden);
  const end = all.length - scrolled;
  const shown = all.slice(Math.max(0, end - outputRows), end);
  const below = scrolled > 0 ? clipLine([span(words.below(scrolled), 'faint')], columns) : [];
  const lines = [...shown, ...emptyLines(outputRows - shown.length), below, ...foot];
  const scrolls: Hint[] = hidden > 0 ? [{ key: 'page-up', text: hints.scroll, choose: 'page-up' }] : [];
  return {
    title: words.title,
    lines,
    caret: { row: lines.length - 1, column: caret },
    hints: [
      { key: 'enter', text: hints.run, choose: 'enter' },
      { key: 'tab', text: hints.complete, choose: 'tab' },
      { key: 'up', text: hints.earlier, choose: 'up' },
      ...scrolls,
      { key: 'esc', text: hints.close, choose: 'close' },
    ],
  };
}

function outputLines({ text, of }: OutputLine, columns: number): Line[] {
  if (of === 'line') return wrapText(`: ${text}`, columns, 'strong');
  return wrapText(text, columns, of === 'failure' ? 'bad' : 'plain');
}
