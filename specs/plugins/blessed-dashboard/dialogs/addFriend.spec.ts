import { describe, expect, it } from '@jest/globals';
import { toTerminal, type ErrorCode } from '../../../../core/index.js';
import { addFriendDialog } from '../../../../plugins/blessed-dashboard/dialogs/addFriend.js';
import { dashboardScene, friend, HOSTILE_TEXT } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const opened = (language: 'en' | 'fr' = 'en', about?: string) => new DialogDriver(addFriendDialog, dashboardScene({ language }), about);
const refused = (driver: DialogDriver<unknown>, code: ErrorCode) => driver.give({ type: 'refused', to: 7, tag: 'ask', failure: { code, detail: '' } });

describe('adding a friend', () => {
  it.each(['en', 'fr'] as const)('says what happens with the name that is written (%s)', (language) => {
    expect(opened(language).text()).toMatchSnapshot('nothing written');
    expect(opened(language).write('Bob').text()).toMatchSnapshot('a new name');
    expect(opened(language).write('ÉLODIE').text()).toMatchSnapshot('a friend already');
    expect(opened(language).write('Óscar').text()).toMatchSnapshot('asked already');
    expect(opened(language).write('Ngọc').text()).toMatchSnapshot('asks you');
    expect(opened(language).write('pi-salle-3').text()).toMatchSnapshot('yourself');
    expect(opened(language).write('Bob').press('enter').text()).toMatchSnapshot('being asked');
    expect(refused(opened(language).write('Bob').press('enter'), 'ACCOUNT_UNKNOWN').text()).toMatchSnapshot('nobody of that name');
  });

  it('asks once, closes and says what came of it', () => {
    const driver = opened().write('Bob').press('enter', 'enter');
    expect(driver.commands).toEqual([{ type: 'friend.request', name: 'Bob' }]);
    driver.answer(friend('Bob', { state: 'outgoing' }));
    expect(driver.closed).toBe(true);
    expect(driver.last?.notice).toMatchObject({ tone: 'good', text: expect.stringContaining('Bob was asked.') });
    const both = opened().write('Al').press('enter').answer(friend('Al'));
    expect(both.last?.notice?.text).toContain('You and Al are friends.');
  });

  it('accepts somebody who has asked already', () => {
    expect(opened().write('ngọc').press('enter').commands).toEqual([{ type: 'friend.accept', name: 'Ngọc' }]);
  });

  it.each(['Élodie', 'élodie', 'Óscar', 'PI-SALLE-3', 'a b', ''])('asks nothing for %p', (name) => {
    expect(opened().write(name).press('enter').commands).toEqual([]);
  });

  it.each(['ACCOUNT_UNKNOWN', 'DIRECTORY_UNREACHABLE', 'NOT_LOGGED_IN'] as const)('says why it was refused (%s), with the name still there', (code) => {
    const driver = refused(opened().write('Bob').press('enter'), code);
    expect(driver.text()).toContain(`[${code}]`);
    expect(driver.text()).toContain('» Bob');
    expect(driver.press('enter').commands).toHaveLength(2);
  });

  it('begins with the name it is opened with', () => {
    expect(opened('en', 'Bob').press('enter').commands).toEqual([{ type: 'friend.request', name: 'Bob' }]);
  });

  it('takes no more of a paste than a name can be, and nothing a terminal obeys', () => {
    const driver = opened().give({ type: 'paste', text: 'x'.repeat(100_000) });
    expect(driver.state.field.text).toHaveLength(128);
    expect(driver.text()).toContain('too long');
    driver.give({ type: 'paste', text: HOSTILE_TEXT });
    for (const { text } of driver.panel().lines.flat()) expect(toTerminal(text)).toBe(text);
    expect(driver.press('enter').commands).toEqual([]);
  });

  it('is left with Esc and done with the mouse', () => {
    expect(opened().press('esc').closed).toBe(true);
    expect(opened().write('Bob').choose('enter').commands).toHaveLength(1);
  });
});
