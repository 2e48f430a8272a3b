import { wrapText } from '../lines/layout.js';
import { EMPTY_LINE, span, type Line } from '../lines/Line.js';
import { NAME_CHARS_MAX } from '../limits.js';
import type { Failure } from '../state/Effect.js';
import type { Scene } from '../state/Scene.js';
import { EMPTY_FIELD, fieldOf } from '../state/TextField.js';
import { directoryLines, drawAccount, fingerprintLines, howToName } from './accountPage.js';
import type { Dialog, DialogStep, Panel } from './Dialog.js';
import { nameProblem, nameWritten } from './nameProblem.js';
import type { WelcomeState } from './WelcomeState.js';
import { fieldLine } from './widgets/fieldLine.js';
import { pressed } from './widgets/pressed.js';
import { failureProse, fitted, proseColumns } from './widgets/prose.js';
import { writeOneLine } from './widgets/writeOneLine.js';
import type { Size } from '../state/Input.js';

type Step = DialogStep<WelcomeState>;

/** The first steps of a device without an account; later shows the account. */
export const welcomeDialog: Dialog<WelcomeState> = {
  kind: 'welcome',

  open: (scene) => {
    const name = scene.view.account?.name;
    return { state: { field: name === undefined ? EMPTY_FIELD : fieldOf(name), busy: undefined, failure: undefined, guides: pageOf(scene) !== 'account' } };
  },

  // Somebody registered the device from the command line.
  isOver: ({ guides, busy }, scene) => guides && !busy && pageOf(scene) === 'account',

  draw(state, scene, room) {
    return pageOf(scene) === 'account' ? drawAccount(state, scene, room) : drawFirstSteps(state, scene, room);
  },

  step(state, input, scene, id) {
    if (input.type === 'answer') return answered(state, input.tag, scene);
    if (input.type === 'refused') return { state: { ...state, busy: undefined, failure: input.failure } };
    const key = pressed(input);
    if (key === 'esc') return { close: true };
    const page = pageOf(scene);
    if (key === 'enter') return page === 'account' ? login(state, scene, id) : page === 'name' ? register(state, id) : {};
    const field = page === 'name' && !state.busy ? writeOneLine(state.field, input, NAME_CHARS_MAX) : undefined;
    return field && { state: { ...state, field, failure: undefined } };
  },
};

/** What there is to do: nothing without a directory, a name to choose, or an account to look at. */
function pageOf({ view: { account } }: Scene): 'unanswered' | 'directory' | 'name' | 'account' {
  if (!account) return 'unanswered';
  if (account.name !== undefined && account.state !== 'unregistered') return 'account';
  return account.state === 'unconfigured' ? 'directory' : 'name';
}

function register(state: WelcomeState, id: number): Step {
  const name = nameWritten(state.field.text);
  if (state.busy || name === undefined) return {};
  const busy = { what: 'register', name } as const;
  return { state: { ...state, busy, failure: undefined }, effects: [{ do: 'dispatch', command: { type: 'account.register', name }, to: id, tag: 'register' }] };
}

function login(state: WelcomeState, { view: { account } }: Scene, id: number): Step {
  if (account?.state === 'online') return { close: true };
  if (state.busy || account?.name === undefined || account.state === 'unconfigured') return {};
  const busy = { what: 'login', name: account.name } as const;
  return { state: { ...state, busy, failure: undefined }, effects: [{ do: 'dispatch', command: { type: 'account.login' }, to: id, tag: 'login' }] };
}

/** The account is there: nothing is left to do here. */
function answered({ busy }: WelcomeState, tag: string, { view, language }: Scene): Step {
  const { welcome, account } = language.peopleDialogs;
  const name = busy?.name ?? view.account?.name ?? '';
  return { close: true, notice: { text: tag === 'register' ? welcome.done(name) : account.loggedIn(name), tone: 'good' } };
}

function drawFirstSteps(state: WelcomeState, scene: Scene, room: Size): Panel {
  const columns = proseColumns(room);
  const { welcome: words, hints, account } = scene.language.peopleDialogs;
  const page = pageOf(scene);
  const about = [
    ...wrapText(words.intro, columns),
    EMPTY_LINE,
    ...fingerprintLines(scene, columns),
    EMPTY_LINE,
    ...directoryLines(scene, columns, state.failure?.code),
  ];
  const close = { key: 'esc', text: hints.close, choose: 'esc' };
  if (page === 'unanswered')
    return { title: words.title, lines: fitting([...about, ...wrapText(words.noAnswer, columns, 'warning')], [], room), hints: [close] };
  if (page === 'directory') {
    return { title: words.title, lines: fitting(about, [EMPTY_LINE, ...howToName(scene, columns)], room), hints: [close] };
  }
  const again = scene.view.account?.name !== undefined;
  const label = wrapText(again ? words.again : words.choose, columns, 'heading');
  const drawn = fieldLine(state.field, columns - 2);
  const form = [EMPTY_LINE, ...label, [span('» ', 'accent'), ...drawn.line], ...adviceOf(state, scene, columns)];
  const lines = fitting(about, form, room);
  const row = lines.length - form.length + 1 + label.length;
  return {
    title: again ? account.title : words.title,
    lines,
    ...(state.busy || row < 0 ? {} : { caret: { row, column: drawn.caret + 2 } }),
    hints: [{ key: 'enter', text: hints.register, choose: 'enter' }, close],
  };
}

/** The end is always there; of what is above it as much as there is room for. */
function fitting(above: readonly Line[], below: readonly Line[], room: Size): Line[] {
  return fitted([...above.slice(0, Math.max(0, room.rows - below.length)), ...below].slice(-room.rows), room);
}

/** What there is to say of the name that is written: what is wrong, what happens with Enter, what is being done. */
function adviceOf({ field, busy, failure }: WelcomeState, scene: Scene, columns: number): Line[] {
  const words = scene.language.peopleDialogs.welcome;
  if (busy) return wrapText(words.registering(busy.name), columns, 'accent');
  if (failure) return [...failureProse(failure, scene, columns), ...(retryHelps(failure) ? wrapText(words.retry, columns) : [])];
  const problem = nameProblem(field.text, scene.language);
  if (problem !== undefined) return wrapText(problem, columns, 'bad');
  const name = nameWritten(field.text);
  return name === undefined ? wrapText(words.rule, columns, 'faint') : wrapText(words.ready(name), columns, 'good');
}

const OTHER_NAME: ReadonlySet<string> = new Set(['NAME_TAKEN', 'NAME_INVALID', 'ALREADY_REGISTERED']);
const retryHelps = ({ code }: Failure): boolean => !OTHER_NAME.has(code);
