import type { MessageView } from '../../../core/index.js';
import type { Line } from '../lines/Line.js';
import type { Effect } from '../state/Effect.js';
import type { Input, Size } from '../state/Input.js';
import type { Scene } from '../state/Scene.js';
import type { DialogKind, OpenRequest } from '../state/OpenDialog.js';
import type { Notice } from '../state/Ui.js';
import type { ActionName } from '../state/actionNames.js';

/** What a dialog looks like: the frame is drawn around it, and it is centred. */
export interface Panel {
  readonly title: string;
  /** At most as many as `room` has rows; each at most as wide as `room`. */
  readonly lines: readonly Line[];
  /** Where text is written, counted from the first line and its first column. */
  readonly caret?: { readonly row: number; readonly column: number };
  /** Below the frame: what can be done now. */
  readonly hints: readonly Hint[];
}

export interface Hint {
  readonly key: string;
  readonly text: string;
  /** What a click on it does, as a choice of the dialog. */
  readonly choose?: string;
}

/** What a dialog makes of an input. Nothing: it does not know it, and Esc closes it. */
export interface DialogStep<S> {
  readonly state?: S;
  readonly close?: boolean;
  readonly effects?: readonly Effect[];
  readonly notice?: Notice;
  /** Another dialog on top of this one, or in its place when this one closes. */
  readonly open?: OpenRequest;
  /** Shown in its conversation. */
  readonly message?: MessageView;
  /** Done after this step, as if its key had been pressed. */
  readonly action?: { readonly name: ActionName; readonly on?: string };
}

/** One kind of dialog: pure functions over its state. */
export interface Dialog<S> {
  readonly kind: DialogKind;
  /** `id`: where answers to its effects are to be sent. */
  open(scene: Scene, about: string | undefined, id: number): { readonly state: S; readonly effects?: readonly Effect[] };
  draw(state: S, scene: Scene, room: Size): Panel;
  step(state: S, input: Input, scene: Scene, id: number): DialogStep<S> | undefined;
  /** What it was opened for has come about without it: it closes by itself. */
  isOver?(state: S, scene: Scene): boolean;
}
