import { describe, expect, it } from '@jest/globals';
import { confirmDialog } from '../../../../plugins/blessed-dashboard/dialogs/confirm.js';
import { dashboardScene, transferIdOf } from '../../../support/dashboardScene.js';
import { DialogDriver } from '../../../support/dialogDriver.js';

const opened = (about?: string, language: 'en' | 'fr' = 'en') => new DialogDriver(confirmDialog, dashboardScene({ language }), about);
const ONE = `cancel:${transferIdOf(3)}`;
const TWO = `cancel:${transferIdOf(3)},${transferIdOf(4)}`;
const OVER = `cancel:${transferIdOf(1)}`;

describe('the question before what cannot be taken back', () => {
  it.each(['en', 'fr'] as const)('says what it is about and what happens (%s)', (language) => {
    for (const about of ['quit', 'remove-friend:Élodie', ONE, TWO, OVER]) expect(opened(about, language).text()).toMatchSnapshot(about.slice(0, 14));
  });

  it.each(['enter', 'space', 'n', 'esc'])('does nothing with %s', (key) => {
    for (const about of ['quit', 'remove-friend:Élodie', ONE]) {
      const driver = opened(about).press(key);
      expect(driver.effects).toEqual([]);
      expect(driver.closed).toBe(true);
    }
  });

  it.each([['y'], ['o'], ['right', 'enter'], ['tab', 'space'], ['left', 'enter']])('does it with %p %p', (...keys) => {
    const driver = opened('quit').press(...keys.filter((key) => typeof key === 'string'));
    expect(driver.effects).toEqual([{ do: 'quit' }]);
    expect(driver.closed).toBe(true);
  });

  it('removes the friend it is about, whatever is in the name', () => {
    expect(opened('remove-friend:a:b,c').press('y').commands).toEqual([{ type: 'friend.remove', name: 'a:b,c' }]);
  });

  it('cancels every transfer it is about that is not over', () => {
    expect(opened(TWO).press('y').commands).toEqual([3, 4].map((number) => ({ type: 'transfer.cancel', id: transferIdOf(number) })));
    expect(opened(`${ONE},${transferIdOf(1)}`).press('y').commands).toHaveLength(1);
  });

  it('has nothing to do when it is over meanwhile', () => {
    expect(opened(OVER).choices()).toEqual(['n', 'esc']);
    expect(opened(OVER).press('y').effects).toEqual([]);
  });

  it('is answered with the mouse alone', () => {
    expect(opened('quit').choices()).toEqual(['n', 'y']);
    expect(opened('quit').choose('y').effects).toEqual([{ do: 'quit' }]);
    expect(opened('quit').choose('n').effects).toEqual([]);
  });
});
