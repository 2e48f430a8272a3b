import { describe, expect, it } from '@jest/globals';
import { presenceDialog } from '../../../../plugins/blessed-dashboard/dialogs/presence.js';
import { dashboardScene, SAMPLE_VIEW } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const opened = (language: 'en' | 'fr' = 'en', presence: 'online' | 'away' = 'online') =>
  new DialogDriver(presenceDialog, dashboardScene({ language, view: { node: { ...SAMPLE_VIEW.node!, presence } } }));
const set = (state: string) => ({ type: 'presence.set', state });

describe('the presence dialog', () => {
  it.each(['en', 'fr'] as const)('lists what friends can see, and marks what they see now (%s)', (language) => {
    expect(opened(language).text()).toMatchSnapshot();
    expect(opened(language, 'away').press('down').text()).toMatchSnapshot();
  });

  it.each([
    ['1', 'online'],
    ['&', 'online'],
    ['2', 'busy'],
    ['é', 'busy'],
    ['3', 'away'],
    ['"', 'away'],
    ['4', 'offline'],
    ["'", 'offline'],
    ['b', 'busy'],
    ['a', 'away'],
  ])('takes %s for %s, also as AZERTY writes digits', (key, state) => {
    const driver = opened().press(key);
    expect(driver.commands).toEqual([set(state)]);
    expect(driver.closed).toBe(true);
  });

  it('takes the letters of the language it is in', () => {
    expect(opened('en').press('o').commands).toEqual([set('online')]);
    expect(opened('fr').press('o').commands).toEqual([set('busy')]);
    expect(opened('fr').press('h').commands).toEqual([set('offline')]);
  });

  it('begins at what is so now, and moves with arrows, letters and the wheel', () => {
    expect(opened('en', 'away').press('enter').commands).toEqual([set('away')]);
    expect(opened().press('down', 'j', 'up', 'enter').commands).toEqual([set('busy')]);
    const driver = opened().give({ type: 'mouse', row: 1, column: 1, button: 'wheel-down' });
    expect(driver.press('enter').commands).toEqual([set('busy')]);
  });

  it('says what friends see when it is done', () => {
    expect(opened().press('b').effects).toEqual([{ do: 'dispatch', command: set('busy'), told: 'Friends see you as busy.' }]);
    expect(opened('fr').press('a').effects).toMatchObject([{ told: 'Vos amis vous voient\u00a0: absent.' }]);
  });

  it('says that the directory is not reached now', () => {
    const node = { ...SAMPLE_VIEW.node!, directory: { state: 'offline' as const } };
    expect(new DialogDriver(presenceDialog, dashboardScene({ view: { node } })).text()).toContain('The directory is not reached now');
  });

  it('is chosen from and left with the mouse', () => {
    expect(opened().choices()).toEqual(['online', 'busy', 'away', 'offline', 'enter', 'esc']);
    expect(opened().choose('away').commands).toEqual([set('away')]);
    expect(opened().choose('esc').closed).toBe(true);
    expect(opened().press('esc').effects).toEqual([]);
  });
});
