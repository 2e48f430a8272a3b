import type { Dialog } from './Dialog.js';
import { browseDialog } from './browse/browse.js';
import { confirmDialog } from './confirm.js';
import { fileQuestionDialog } from './fileQuestion/fileQuestion.js';
import { addFriendDialog } from './addFriend.js';
import { friendRequestDialog } from './friendRequest.js';
import { presenceDialog } from './presence.js';
import { settingsDialog } from './settings.js';
import { verifyDialog } from './verify/verify.js';
import { welcomeDialog } from './welcome.js';
import { commandDialog } from './command.js';
import { helpDialog } from './help.js';
import { jumpDialog } from './jump.js';
import { searchDialog } from './search/search.js';
import { sendFileDialog } from './sendFile/sendFile.js';
import { sharesDialog } from './shares/shares.js';
import { transferDialog } from './transfer.js';
import type { DialogKind } from '../state/OpenDialog.js';

/** Every kind of dialog there is. The state of one is only ever given to the dialog that made it. */
export const DIALOGS: Readonly<Record<DialogKind, Dialog<unknown>>> = {
  welcome: welcomeDialog,
  'add-friend': addFriendDialog,
  'friend-request': friendRequestDialog,
  verify: verifyDialog,
  presence: presenceDialog,
  settings: settingsDialog,
  confirm: confirmDialog,
  browse: browseDialog,
  'file-question': fileQuestionDialog,
  command: commandDialog,
  help: helpDialog,
  jump: jumpDialog,
  search: searchDialog,
  'send-file': sendFileDialog,
  shares: sharesDialog,
  transfer: transferDialog,
};
