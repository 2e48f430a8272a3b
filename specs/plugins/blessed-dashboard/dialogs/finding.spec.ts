import { describe, expect, it } from '@jest/globals';
import { ACTION_GROUPS } from '../../../../plugins/blessed-dashboard/dialogs/actionGroups.js';
import { helpDialog } from '../../../../plugins/blessed-dashboard/dialogs/help.js';
import { jumpDialog } from '../../../../plugins/blessed-dashboard/dialogs/jump.js';
import { ACTION_NAMES } from '../../../../plugins/blessed-dashboard/state/actionNames.js';
import { DialogDriver } from '../../../support/dialogDriver.js';
import { dashboardScene, friend, transfer, transferIdOf } from '../../../support/dashboardScene.js';

const help = (language: 'en' | 'fr' = 'en'): DialogDriver<unknown> => new DialogDriver(helpDialog, dashboardScene({ language }));
const jump = (language: 'en' | 'fr' = 'en'): DialogDriver<unknown> => new DialogDriver(jumpDialog, dashboardScene({ language }));

describe('the help', () => {
  it('lists every action there is, once', () => {
    const listed = ACTION_GROUPS.flatMap(({ actions }) => actions);
    expect([...listed].sort()).toEqual([...ACTION_NAMES].sort());
  });

  it.each(['en', 'fr'] as const)('shows keys and what they do, in groups (%s)', (language) => {
    expect(help(language).text()).toMatchSnapshot();
    expect(help(language).press('page-down', 'page-down').text()).toMatchSnapshot();
  });

  it('is narrowed by what is written, and does what Enter is pressed on', () => {
    const dialog = help().write('safety num');
    expect(dialog.text()).toMatchSnapshot();
    dialog.press('enter');
    expect(dialog.closed).toBe(true);
    expect(dialog.last?.action).toEqual({ name: 'verify' });
  });

  it('can be searched by a key', () => {
    expect(help().write('alt-a').press('enter').last?.action).toEqual({ name: 'next-unread' });
  });

  it('says so when nothing is like that', () => {
    const dialog = help().write('qwxqwx');
    expect(dialog.text()).toContain('Nothing like that');
    expect(dialog.press('enter').closed).toBe(false);
  });

  it('passes over headings, by keys and by clicks', () => {
    const dialog = help().choose('row:0');
    expect(dialog.closed).toBe(false);
    dialog.choose('row:2');
    expect(dialog.closed).toBe(false);
    expect(dialog.choose('row:2').last?.action).toEqual({ name: 'add-friend' });
  });
});

describe('jumping', () => {
  it.each(['en', 'fr'] as const)('offers people, transfers and actions (%s)', (language) => {
    expect(jump(language).text()).toMatchSnapshot();
  });

  it('goes to what the cursor was seen on, whatever comes above it meanwhile', () => {
    const dialog = jump().write('decline');
    const before = /» action .*/.exec(dialog.text())?.[0];
    const { view } = dialog.scene;
    const newer = transfer(99, 'decline.pdf', { state: 'offered' });
    dialog.scene = dashboardScene({ view: { ...view, transfers: [...view.transfers, newer], people: [friend('Decline-Bob'), ...view.people] } });
    expect(/» action .*/.exec(dialog.text())?.[0]).toBe(before);
    expect(dialog.press('enter').last?.action).toEqual({ name: 'decline-friend' });
  });

  it('goes nowhere when what the cursor was seen on is gone', () => {
    const dialog = jump().write('elo');
    dialog.scene = dashboardScene({ view: { people: [friend('Eloi')] } });
    expect(dialog.press('enter').closed).toBe(false);
    expect(dialog.press('enter').last?.action).toEqual({ name: 'open', on: 'Eloi' });
  });

  it('goes to a person, without minding accents', () => {
    const dialog = jump().write('elo').press('enter');
    expect(dialog.closed).toBe(true);
    expect(dialog.last?.action).toEqual({ name: 'open', on: 'Élodie' });
  });

  it('goes to a transfer by the name of its file, and to an action by its name', () => {
    expect(jump().write('image').press('enter').last?.action).toEqual({ name: 'open', on: transferIdOf(5) });
    expect(jump('fr').write('reglages').press('enter').last?.action).toEqual({ name: 'settings' });
  });

  it('closes by the key it opens with', () => {
    expect(jump().press('ctrl-k').closed).toBe(true);
  });
});
