import type { Dialog, DialogKind } from './Dialog.js';
import { browseDialog } from './browse/browse.js';
import { confirmDialog } from './confirm.js';
import { fileQuestionDialog } from './fileQuestion/fileQuestion.js';
import { presenceDialog } from './presence.js';
import { settingsDialog } from './settings.js';

/** Every kind of dialog there is. The state of one is only ever given to the dialog that made it. */
export const DIALOGS: Partial<Readonly<Record<DialogKind, Dialog<unknown>>>> = {
  presence: presenceDialog,
  settings: settingsDialog,
  confirm: confirmDialog,
  browse: browseDialog,
  'file-question': fileQuestionDialog,
};
