import { describe, expect, it } from '@jest/globals';
import { toTerminal, type ErrorCode } from '../../../../core/index.js';
import { friendRequestDialog } from '../../../../plugins/blessed-dashboard/dialogs/friendRequest.js';
import { dashboardScene, friend, HOSTILE_TEXT, PEOPLE, peerOf } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const opened = (language: 'en' | 'fr' = 'en', name = 'Ngọc', people = PEOPLE) =>
  new DialogDriver(friendRequestDialog, dashboardScene({ language, view: { people } }), name);
const refused = (driver: DialogDriver<unknown>, code: ErrorCode) => driver.give({ type: 'refused', to: 7, tag: 'accept', failure: { code, detail: '' } });

describe('a friend request', () => {
  it.each(['en', 'fr'] as const)('says who asks, from which device, and what can be answered (%s)', (language) => {
    expect(opened(language).text()).toMatchSnapshot('open');
    expect(opened(language).press('y').text()).toMatchSnapshot('being accepted');
    expect(refused(opened(language).press('y'), 'DIRECTORY_UNREACHABLE').text()).toMatchSnapshot('refused');
    expect(opened(language, 'Nobody').text()).toMatchSnapshot('gone');
  });

  it('is accepted with y, once, and not with the key that opened it', () => {
    const driver = opened().press('o', 'o', 'y', 'y', 'n');
    expect(driver.commands).toEqual([{ type: 'friend.accept', name: 'Ngọc' }]);
    expect(driver.closed).toBe(false);
    driver.answer(friend('Ngọc'));
    expect(driver.closed).toBe(true);
    expect(driver.last?.notice?.tone).toBe('good');
  });

  it('is declined with n', () => {
    const driver = opened().press('n');
    expect(driver.commands).toEqual([{ type: 'friend.decline', name: 'Ngọc' }]);
    driver.answer({ name: 'Ngọc' });
    expect(driver.last?.notice?.text).toBe('The request of Ngọc was declined.');
  });

  it.each(['enter', 'space', 'esc'])('stays open for later with %s', (key) => {
    const driver = opened().press(key);
    expect(driver.commands).toEqual([]);
    expect(driver.closed).toBe(true);
  });

  it('is answered by moving to a button', () => {
    expect(opened().press('right', 'enter').commands).toEqual([{ type: 'friend.accept', name: 'Ngọc' }]);
    expect(opened().press('shift-tab', 'enter').commands).toEqual([{ type: 'friend.decline', name: 'Ngọc' }]);
  });

  it('is answered by mouse alone', () => {
    expect(opened().choices()).toEqual(['later', 'accept', 'decline', 'esc']);
    expect(opened().choose('accept').commands).toEqual([{ type: 'friend.accept', name: 'Ngọc' }]);
    expect(opened().choose('decline').commands).toEqual([{ type: 'friend.decline', name: 'Ngọc' }]);
    expect(opened().choose('later').closed).toBe(true);
  });

  it('stays when the answer could not be given, and can be answered again', () => {
    const driver = refused(opened().press('y'), 'DIRECTORY_UNREACHABLE');
    expect(driver.closed).toBe(false);
    expect(driver.press('n').commands).toHaveLength(2);
  });

  it('cannot be answered for another device that asks by the same name meanwhile', () => {
    const driver = opened();
    driver.scene = dashboardScene({ view: { people: [friend('Ngọc', { state: 'incoming', peer: peerOf('another') })] } });
    expect(driver.text()).toContain('not open any more');
    expect(driver.press('y', 'n').commands).toEqual([]);
  });

  it('cannot be answered when it is not open any more', () => {
    const driver = opened();
    driver.scene = dashboardScene({ view: { people: [friend('Ngọc')] } });
    expect(driver.text()).toContain('not open any more');
    expect(driver.press('y', 'n').commands).toEqual([]);
    expect(driver.press('enter').closed).toBe(true);
  });

  it('holds nothing a terminal obeys, whatever the name', () => {
    const driver = opened('en', HOSTILE_TEXT, [friend(HOSTILE_TEXT, { state: 'incoming' })]);
    for (const { text } of driver.panel().lines.flat()) expect(toTerminal(text)).toBe(text);
    expect(driver.text()).toContain('\\u{1b}]52');
  });
});
