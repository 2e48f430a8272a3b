import type { Dialog } from './Dialog.js';

export interface PresenceState {
  readonly index: number;
}

export const presenceDialog: Dialog<PresenceState> = {
  kind: 'presence',
  open: () => ({ state: { index: 0 } }),
  draw: () => ({ title: '', lines: [], hints: [] }),
  step: () => undefined,
};
