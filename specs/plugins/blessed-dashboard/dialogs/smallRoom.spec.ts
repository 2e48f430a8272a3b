import { describe, expect, it } from '@jest/globals';
import { DIALOGS } from '../../../../plugins/blessed-dashboard/dialogs/registry.js';
import { DialogDriver } from '../../../support/dialogDriver.js';
import { dashboardScene, transferIdOf } from '../../../support/dashboardScene.js';

const KINDS = ['file-question', 'browse', 'shares', 'send-file', 'transfer', 'search', 'jump', 'help', 'command'] as const;
const ABOUT: Readonly<Record<string, string>> = { 'file-question': transferIdOf(6), transfer: transferIdOf(5), browse: 'Élodie', 'send-file': 'Élodie' };

describe.each(KINDS)('%s in little room', (kind) => {
  it.each([
    [6, 26],
    [10, 56],
    [24, 96],
    [60, 300],
  ])('fits into %i rows of %i columns, whatever is pressed', (rows, columns) => {
    const dialog = new DialogDriver<unknown>(DIALOGS[kind], dashboardScene({ size: { rows: rows + 2, columns: columns + 4 } }), ABOUT[kind], { rows, columns });
    expect(dialog.text()).not.toBe('');
    for (const name of ['down', 'tab', 'x', 'tab', '/', 'a', 'page-down', 'enter', 'backspace', 'up', 'space', 'shift-tab', 'left', 'ctrl-s']) {
      dialog.press(name);
      expect(dialog.text()).not.toBe('');
    }
    dialog.choose('row:0').choose('nothing').give({ type: 'mouse', row: 0, column: 0, button: 'wheel-down' });
    expect(dialog.text()).not.toBe('');
  });
});
