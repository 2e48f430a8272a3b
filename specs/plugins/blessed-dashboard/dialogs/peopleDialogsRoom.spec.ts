import { describe, expect, it } from '@jest/globals';
import { toTerminal } from '../../../../core/index.js';
import { addFriendDialog } from '../../../../plugins/blessed-dashboard/dialogs/addFriend.js';
import { confirmDialog } from '../../../../plugins/blessed-dashboard/dialogs/confirm.js';
import type { Dialog } from '../../../../plugins/blessed-dashboard/dialogs/Dialog.js';
import { friendRequestDialog } from '../../../../plugins/blessed-dashboard/dialogs/friendRequest.js';
import { presenceDialog } from '../../../../plugins/blessed-dashboard/dialogs/presence.js';
import { settingsDialog } from '../../../../plugins/blessed-dashboard/dialogs/settings.js';
import { verifyDialog } from '../../../../plugins/blessed-dashboard/dialogs/verify/verify.js';
import { welcomeDialog } from '../../../../plugins/blessed-dashboard/dialogs/welcome.js';
import { widthOf } from '../../../../plugins/blessed-dashboard/lines/layout.js';
import { dashboardScene, friend, HOSTILE_TEXT, SAMPLE_VIEW, transferIdOf } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const NAMES = ['Élodie', 'Maximilienne-de-la-Rochefoucauld-Montbazon-et-du-Val-de-Loire-12', '漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字', HOSTILE_TEXT];

const DIALOGS: readonly { readonly dialog: Dialog<unknown>; readonly about?: (name: string) => string }[] = [
  { dialog: welcomeDialog },
  { dialog: addFriendDialog, about: (name) => name },
  { dialog: friendRequestDialog, about: (name) => name },
  { dialog: verifyDialog, about: (name) => name },
  { dialog: presenceDialog },
  { dialog: settingsDialog },
  { dialog: confirmDialog, about: () => 'quit' },
  { dialog: confirmDialog, about: (name) => `remove-friend:${name}` },
  { dialog: confirmDialog, about: () => `cancel:${transferIdOf(6)}` },
];

const ROOMS = [1, 5, 18, 44].flatMap((rows) => [4, 37, 68, 196].map((columns) => ({ rows, columns })));

describe('dialogs about people', () => {
  it.each(ROOMS)('keep to a room of $rows × $columns, whatever the names', (room) => {
    for (const { dialog, about } of DIALOGS) {
      for (const name of NAMES) {
        for (const language of ['en', 'fr'] as const) {
          for (const state of ['friend', 'incoming'] as const) {
            const people = [friend(name, { state, keyChanged: state === 'friend' })];
            const account = { ...SAMPLE_VIEW.account!, ...(state === 'friend' ? {} : { state: 'offline' as const }) };
            const { state: opened } = new DialogDriver(dialog, dashboardScene({ view: { people } }), about?.(name));
            const { lines, caret } = dialog.draw(opened, dashboardScene({ language, view: { people, account } }), room);
            expect(lines.length).toBeLessThanOrEqual(room.rows);
            for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(room.columns);
            for (const { text } of lines.flat()) expect(toTerminal(text)).toBe(text);
            if (caret) expect(caret.column).toBeLessThan(room.columns);
          }
        }
      }
    }
  });
});
