import { describe, expect, it } from '@jest/globals';
import { fileQuestionDialog } from '../../../../../plugins/blessed-dashboard/dialogs/fileQuestion/fileQuestion.js';
import type { TransferView } from '../../../../../core/index.js';
import { DialogDriver } from '../../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT, named, transfer, transferIdOf } from '../../../../support/dashboardScene.js';

const ID = transferIdOf(20);
const MIB = 2 ** 20;
const FOLDERS = [
  { name: 'Documents', folder: true, bytes: 0 },
  { name: 'Downloads', folder: true, bytes: 0 },
  { name: 'notes.txt', folder: false, bytes: 12 },
];

function offer(given: Partial<TransferView> = {}): TransferView {
  const items = [
    { name: 'photo.jpg', bytes: 3 * MIB },
    { name: `facture${HOSTILE_TEXT}.exe`, bytes: 12 },
    { name: `un/très/long/${'dossier/'.repeat(12)}rapport final.odt`, bytes: 800 * MIB },
  ];
  return transfer(20, 'photo.jpg', { state: 'offered', items, total: 803 * MIB, with: named('Zoé'), ...given });
}

function asked(given: Partial<TransferView> = {}, language: 'en' | 'fr' = 'en'): DialogDriver<unknown> {
  return new DialogDriver(fileQuestionDialog, dashboardScene({ view: { transfers: [offer(given)] }, language }), ID);
}

describe('the question about offered files', () => {
  it.each(['en', 'fr'] as const)('says who offers what, and where it goes (%s)', (language) => {
    expect(asked({}, language).text()).toMatchSnapshot();
    expect(asked({ needsPassphrase: true, with: named('Élodie'), moreItems: 1_234 }, language).text()).toMatchSnapshot();
  });

  it('accepts with y into the usual folder', () => {
    const dialog = asked().press('y');
    expect(dialog.commands).toEqual([{ type: 'transfer.accept', id: ID }]);
    dialog.answer({});
    expect(dialog.closed).toBe(true);
    expect(dialog.last?.notice?.tone).toBe('good');
  });

  it('declines with n', () => {
    expect(asked().press('n').commands).toEqual([{ type: 'transfer.decline', id: ID }]);
  });

  it('leaves the question for later with Esc', () => {
    const dialog = asked().press('esc');
    expect(dialog.closed).toBe(true);
    expect(dialog.commands).toEqual([]);
  });

  it('puts the files into another folder, completed by Tab', () => {
    const dialog = asked().press('tab').answer(FOLDERS).write('Doc').press('tab');
    dialog.answer([]);
    expect(dialog.text()).toMatchSnapshot();
    dialog.press('enter', 'shift-tab').write('x').press('backspace', 'enter', 'enter', 'enter');
    expect(dialog.commands).toEqual([{ type: 'transfer.accept', id: ID, into: '/home/pi/Documents' }]);
  });

  it('writes y and n where text is written', () => {
    const dialog = asked().press('tab').answer([]).write('yn');
    expect(dialog.commands).toEqual([]);
    expect(dialog.text()).toContain('yn');
  });

  it('asks for the passphrase before it accepts, and again when it is wrong', () => {
    const dialog = asked({ needsPassphrase: true }).press('y');
    expect(dialog.commands).toEqual([]);
    dialog.write('yes no').press('enter');
    expect(dialog.text()).not.toContain('yes no');
    expect(dialog.commands).toEqual([{ type: 'transfer.accept', id: ID, passphrase: 'yes no' }]);
    dialog.refuse('PASSPHRASE_WRONG');
    expect(dialog.closed).toBe(false);
    expect(dialog.text()).toMatchSnapshot();
  });

  it('accepts first, then trusts, when somebody is to be asked about no more', () => {
    const dialog = asked().press('tab').answer(FOLDERS).press('tab', 'right', 'right', 'y');
    expect(dialog.text()).toContain('One moment');
    expect(dialog.text()).toContain('! < accept from Zoé up to 1.0 GiB');
    expect(dialog.commands).toEqual([{ type: 'transfer.accept', id: ID }]);
    dialog.answer({});
    expect(dialog.closed).toBe(true);
    expect(dialog.commands).toEqual([{ type: 'friend.trust', name: 'Zoé', limit: 1024 ** 3 }]);
  });

  it('trusts nobody whose files were not accepted', () => {
    const dialog = asked().press('tab').answer(FOLDERS).press('tab', 'right', 'y').refuse('FILE_UNREADABLE');
    expect(dialog.commands.filter((command) => JSON.stringify(command).includes('friend.trust'))).toEqual([]);
    dialog.press('n').answer({});
    expect(dialog.commands.filter((command) => JSON.stringify(command).includes('friend.trust'))).toEqual([]);
  });

  it('asks nothing twice while it waits for an answer', () => {
    expect(asked().press('y', 'y', 'n').commands).toHaveLength(1);
  });

  it('says so when there is nothing left to answer', () => {
    const dialog = asked({ state: 'cancelled' });
    expect(dialog.text()).toMatchSnapshot();
    expect(dialog.press('y').commands).toEqual([]);
    expect(dialog.press('enter').closed).toBe(true);
  });

  it('can be answered by clicks alone', () => {
    const dialog = asked();
    expect(dialog.choices()).toEqual(expect.arrayContaining(['accept', 'decline', 'later', 'into', 'trust']));
    expect(dialog.choose('trust').choose('accept').answer({}).commands).toEqual([{ type: 'friend.trust', name: 'Zoé', limit: 100 * MIB }]);
  });
});
