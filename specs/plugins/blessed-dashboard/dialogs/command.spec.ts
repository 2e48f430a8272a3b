import { describe, expect, it } from '@jest/globals';
import { commandDialog } from '../../../../plugins/blessed-dashboard/dialogs/command.js';
import { DialogDriver } from '../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT } from '../../../support/dashboardScene.js';

const opened = (commandLines: readonly string[] = [], language: 'en' | 'fr' = 'en'): DialogDriver<unknown> =>
  new DialogDriver(commandDialog, dashboardScene({ ui: { commandLines }, language }));

describe('the command line', () => {
  it.each(['en', 'fr'] as const)('says how it is used (%s)', (language) => {
    expect(opened([], language).text()).toMatchSnapshot();
  });

  it('runs a line and shows what it says', () => {
    const dialog = opened().write('transfers').press('enter');
    expect(dialog.effects).toEqual([{ do: 'run', line: 'transfers', to: 7, tag: 'run' }]);
    expect(dialog.text()).toContain('One moment');
    dialog.answer([`file ${HOSTILE_TEXT}`, 'a '.repeat(60)]);
    expect(dialog.text()).toMatchSnapshot();
  });

  it('runs one line at a time, and nothing of what is pasted', () => {
    const dialog = opened().give({ type: 'paste', text: 'quit\nregister x\n' });
    expect(dialog.effects).toEqual([]);
    dialog.press('enter').write('whoami').press('enter');
    expect(dialog.effects).toHaveLength(1);
  });

  it('completes verbs and names, and shows what is in doubt', () => {
    const dialog = opened().write('mess').press('tab').write('él').press('tab');
    expect(dialog.text()).toContain('message Élodie');
    const doubt = opened().write('friends ').press('tab');
    expect(doubt.text()).toContain('accept');
    expect(doubt.write('a').text()).not.toContain('decline');
  });

  it('goes back through earlier lines and comes back to what was written', () => {
    const dialog = opened(['first', 'second']).write('new').press('up', 'up', 'up');
    expect(dialog.text()).toContain(': first');
    expect(dialog.press('down').text()).toContain(': second');
    expect(dialog.press('down', 'down').text()).toContain(': new');
  });

  it('scrolls through long answers', () => {
    const dialog = opened().write('help').press('enter');
    dialog.answer(Array.from({ length: 100 }, (_, i) => `line ${i}`));
    expect(dialog.text()).toContain('line 99');
    dialog.press('page-up', 'page-up');
    expect(dialog.text()).not.toContain('line 99');
    expect(dialog.text()).toContain('20 lines below');
    for (let i = 0; i < 30; i++) dialog.press('page-up');
    expect(dialog.text()).toContain('line 0');
    expect(dialog.press('page-down').text()).not.toContain('line 0\n');
  });

  it('says why a line was refused', () => {
    expect(opened().write('browse x').press('enter').refuse('PEER_OFFLINE').text()).toContain('[PEER_OFFLINE]');
  });
});
