import { describe, expect, it } from '@jest/globals';
import { settingsDialog } from '../../../../plugins/blessed-dashboard/dialogs/settings.js';
import type { Settings } from '../../../../plugins/blessed-dashboard/state/Settings.js';
import { dashboardScene } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const SETTINGS: Settings = { language: 'en', mouse: true, bell: false };
const opened = (settings: Settings = SETTINGS) => new DialogDriver(settingsDialog, dashboardScene({ language: settings.language, ui: { settings } }));
const saved = (given: Partial<Settings>) => [{ do: 'save-settings', settings: { ...SETTINGS, ...given } }];

describe('the settings dialog', () => {
  it.each(['en', 'fr'] as const)('shows what is set, and where it is kept (%s)', (language) => {
    expect(opened({ ...SETTINGS, language }).text()).toMatchSnapshot();
  });

  it.each(['enter', 'space', 'left', 'right'])('changes with %s what the cursor is on', (key) => {
    expect(opened().press(key).effects).toEqual(saved({ language: 'fr' }));
    expect(opened().press('down', key).effects).toEqual(saved({ mouse: false }));
    expect(opened().press('j', 'j', 'j', key).effects).toEqual(saved({ bell: true }));
    expect(opened().press('down', 'up', key).effects).toEqual(saved({ language: 'fr' }));
  });

  it('changes what is clicked on', () => {
    expect(opened().choices()).toEqual(['language', 'mouse', 'bell', 'space', 'esc']);
    const driver = opened().choose('bell');
    expect(driver.effects).toEqual(saved({ bell: true }));
    expect(driver.choose('space').effects).toHaveLength(2);
  });

  it('changes from what is set now, also when that changed while it was open', () => {
    const driver = opened();
    driver.scene = dashboardScene({ ui: { settings: { language: 'fr', mouse: false, bell: false } } });
    expect(driver.press('enter').effects).toEqual(saved({ language: 'en', mouse: false }));
  });

  it('stays open, until Esc', () => {
    expect(opened().press('enter').closed).toBe(false);
    expect(opened().press('esc').closed).toBe(true);
    expect(opened().choose('esc').closed).toBe(true);
  });
});
