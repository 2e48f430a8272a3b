import type { Dialog } from './Dialog.js';

export interface ConfirmState {
  readonly about: string;
}

export const confirmDialog: Dialog<ConfirmState> = {
  kind: 'confirm',
  open: (_scene, about = 'quit') => ({ state: { about } }),
  draw: () => ({ title: '', lines: [], hints: [] }),
  step: () => undefined,
};
