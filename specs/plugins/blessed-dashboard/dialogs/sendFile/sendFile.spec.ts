import { describe, expect, it } from '@jest/globals';
import { sendFileDialog } from '../../../../../plugins/blessed-dashboard/dialogs/sendFile/sendFile.js';
import { DialogDriver } from '../../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT, named } from '../../../../support/dashboardScene.js';

const WHO = named('Élodie');
const HOME = [
  { name: 'Documents', folder: true, bytes: 0 },
  { name: 'mes notes.txt', folder: false, bytes: 1_200 },
  { name: `${HOSTILE_TEXT}.jpg`, folder: false, bytes: 3_000_000 },
  { name: '漢字.odt', folder: false, bytes: 40_000 },
];

const opened = (language: 'en' | 'fr' = 'en'): DialogDriver<unknown> => new DialogDriver(sendFileDialog, dashboardScene({ language }), WHO).answer(HOME);

describe('sending files', () => {
  it.each(['en', 'fr'] as const)('shows what there is, what is marked, and what is about to be sent (%s)', (language) => {
    const dialog = opened(language).press('space', 'space');
    expect(dialog.text()).toMatchSnapshot();
    expect(dialog.press('ctrl-s').text()).toMatchSnapshot();
  });

  it('sends the file under the cursor by its absolute path, after one more Enter', () => {
    const dialog = opened().press('down', 'enter');
    expect(dialog.commands).toEqual([]);
    dialog.press('enter');
    expect(dialog.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/home/pi/mes notes.txt'] }]);
    dialog.answer({});
    expect(dialog.closed).toBe(true);
    expect(dialog.last?.notice).toEqual({ text: 'Offered to Élodie. It starts when they accept.', tone: 'good' });
  });

  it('goes into a folder with Enter, and sends a whole one with Ctrl-S', () => {
    const dialog = opened()
      .press('enter')
      .answer([{ name: 'a.pdf', folder: false, bytes: 5 }]);
    expect(dialog.text()).toContain('a.pdf');
    const whole = opened().press('ctrl-s', 'enter');
    expect(whole.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/home/pi/Documents'] }]);
  });

  it('sends what is marked in several folders together', () => {
    const dialog = opened()
      .press('down', 'space', 'up', 'up', 'enter')
      .answer([{ name: 'a.pdf', folder: false, bytes: 5 }]);
    dialog.press('enter', 'enter');
    expect(dialog.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/home/pi/mes notes.txt', '/home/pi/Documents/a.pdf'] }]);
  });

  it('writes a space where a name goes on with it, and marks elsewhere', () => {
    const dialog = opened().write('mes notes');
    expect(dialog.text()).toContain('~/mes notes');
    expect(dialog.press('down', 'space').text()).toContain('1 marked');
  });

  it('sends a path that was written and is not listed', () => {
    const dialog = opened().give({ type: 'paste', text: '/mnt/usb/film.mkv' }).press('enter', 'enter');
    expect(dialog.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/mnt/usb/film.mkv'] }]);
  });

  it('wants a passphrase twice, and does not show it', () => {
    const dialog = opened().press('down', 'enter', 'tab').write('très secret').press('enter').write('tres secret').press('enter');
    expect(dialog.commands).toEqual([]);
    expect(dialog.text()).not.toContain('secret ');
    expect(dialog.text()).toMatchSnapshot();
    dialog.write('très secret').press('enter');
    expect(dialog.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/home/pi/mes notes.txt'], passphrase: 'très secret' }]);
  });

  it('stays with what was chosen when it is refused, and sends once', () => {
    const dialog = opened().press('down', 'enter', 'enter', 'enter');
    expect(dialog.commands).toHaveLength(1);
    dialog.refuse('FILE_UNREADABLE', 'notes');
    expect(dialog.closed).toBe(false);
    expect(dialog.text()).toContain('[FILE_UNREADABLE]');
    expect(dialog.press('enter').commands).toHaveLength(1);
  });

  it('goes back with Esc before it closes', () => {
    const dialog = opened().press('down', 'enter', 'esc');
    expect(dialog.closed).toBe(false);
    expect(dialog.press('esc').closed).toBe(true);
  });

  it('can be used by clicks alone', () => {
    const dialog = opened().choose('row:1').choose('row:1').choose('choose-send');
    expect(dialog.commands).toEqual([{ type: 'file.send', to: WHO, paths: ['/home/pi/mes notes.txt'] }]);
  });
});
