import type { DialogStep } from '../dialogs/Dialog.js';
import { DIALOGS } from '../dialogs/registry.js';
import type { Effect } from './Effect.js';
import type { Input } from './Input.js';
import type { Scene } from './Scene.js';
import { showMessage } from './soughtMessage.js';
import { step, type Step } from './Step.js';
import type { Ui } from './Ui.js';
import type { OpenDialog, OpenRequest } from './OpenDialog.js';

/** Lines of the command language that are remembered. */
const COMMAND_LINES_MAX = 100;

/** What a dialog wants done once it has had its say. */
export interface DialogOutcome extends Step {
  readonly action?: NonNullable<DialogStep<unknown>['action']>;
}

/** A dialog on top of those that are open. */
export function openDialog(scene: Scene, { kind, about }: OpenRequest): Step {
  const { ui } = scene;
  const id = ui.nextDialog;
  const { state, effects = [] } = DIALOGS[kind].open(scene, about, id);
  return step({ ...ui, dialogs: [...ui.dialogs, { kind, id, state }], nextDialog: id + 1, composing: false, filtering: undefined }, ...effects);
}

const topOf = ({ dialogs }: Ui): OpenDialog | undefined => dialogs.at(-1);

const withState = (ui: Ui, id: number, state: unknown): Ui => ({
  ...ui,
  dialogs: ui.dialogs.map((dialog) => (dialog.id === id ? { ...dialog, state } : dialog)),
});

const without = (ui: Ui, id: number): Ui => ({ ...ui, dialogs: ui.dialogs.filter((dialog) => dialog.id !== id) });

/** Without the dialogs that are not needed any more. */
export function closeOver(scene: Scene): Ui {
  const { ui } = scene;
  const dialogs = ui.dialogs.filter(({ kind, state }) => DIALOGS[kind].isOver?.(state, scene) !== true);
  return dialogs.length === ui.dialogs.length ? ui : { ...ui, dialogs };
}

/** What the dialog on top makes of an input; one it does not know closes it when it is Esc. */
export function stepTop(scene: Scene, input: Input): DialogOutcome {
  const { ui } = scene;
  const top = topOf(ui);
  if (!top) return step(ui);
  const result = DIALOGS[top.kind].step(top.state, input, scene, top.id);
  if (result) return apply(scene, top, result);
  return step(input.type === 'key' && input.name === 'esc' ? without(ui, top.id) : ui);
}

/** An answer goes to the dialog that asked, wherever it is; one that was closed hears nothing. */
export function stepAsked(scene: Scene, input: Extract<Input, { readonly type: 'answer' | 'refused' }>): DialogOutcome {
  const asked = scene.ui.dialogs.find(({ id }) => id === input.to);
  const result = asked && DIALOGS[asked.kind].step(asked.state, input, scene, asked.id);
  return asked && result ? apply(scene, asked, result) : step(scene.ui);
}

function apply(scene: Scene, dialog: OpenDialog, result: DialogStep<unknown>): DialogOutcome {
  const effects: Effect[] = [...(result.effects ?? [])];
  let ui = 'state' in result ? withState(scene.ui, dialog.id, result.state) : scene.ui;
  if (result.close === true) ui = without(ui, dialog.id);
  if (result.message) {
    const shown = showMessage({ ...scene, ui }, result.message);
    ui = shown.ui;
    effects.push(...shown.effects);
  }
  if (result.notice) ui = { ...ui, notice: result.notice };
  for (const effect of effects) {
    if (effect.do === 'save-settings') ui = { ...ui, settings: effect.settings };
    if (effect.do === 'run') ui = { ...ui, commandLines: [...ui.commandLines, effect.line].slice(-COMMAND_LINES_MAX) };
  }
  if (result.open) {
    const opened = openDialog({ ...scene, ui }, result.open);
    ui = opened.ui;
    effects.push(...opened.effects);
  }
  return { ui, effects, ...(result.action ? { action: result.action } : {}) };
}
