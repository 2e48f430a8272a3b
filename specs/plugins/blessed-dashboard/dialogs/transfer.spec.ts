import { describe, expect, it } from '@jest/globals';
import type { TransferView } from '../../../../core/index.js';
import { transferDialog } from '../../../../plugins/blessed-dashboard/dialogs/transfer.js';
import { DialogDriver } from '../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT, named, transfer, transferIdOf } from '../../../support/dashboardScene.js';

const ID = transferIdOf(9);
const MIB = 2 ** 20;

function shown(given: Partial<TransferView>, language: 'en' | 'fr' = 'en'): DialogDriver<unknown> {
  return new DialogDriver(transferDialog, dashboardScene({ view: { transfers: [transfer(9, 'film.mkv', given)] }, language }), ID);
}

const FETCH: Partial<TransferView> = {
  bytes: 3 * MIB,
  bytesPerSecond: 2 * MIB,
  secondsLeft: 3,
  into: '/home/pi/Films',
  items: Array.from({ length: 30 }, (_, i) => ({ name: `${HOSTILE_TEXT}/${i}.mkv`, bytes: i })),
  moreItems: 970,
  holders: ['Élodie', '漢字', 'Zoé', 'board-12'].map((name) => ({ with: named(name), bytes: MIB, bytesPerSecond: MIB })),
};

describe('all about a transfer', () => {
  it.each(['en', 'fr'] as const)('says how it stands, who has it, and why it does not go on (%s)', (language) => {
    expect(shown(FETCH, language).press('G').text()).toMatchSnapshot();
    expect(shown({ state: 'failed', code: 'FILE_CHANGED', item: HOSTILE_TEXT, direction: 'out' }, language).text()).toMatchSnapshot();
    expect(shown({ state: 'done', bytes: 8 * MIB, paths: ['/home/pi/Received/film.mkv'] }, language).text()).toMatchSnapshot();
    expect(shown({ state: 'offered', needsPassphrase: true }, language).text()).toMatchSnapshot();
  });

  it('pauses what runs and resumes what is held here, and stays open', () => {
    const paused = shown({}).press('P');
    expect(paused.last?.action).toEqual({ name: 'pause', on: ID });
    expect(paused.closed).toBe(false);
    expect(shown({ state: 'paused', pausedBy: 'both' }).press('R').last?.action).toEqual({ name: 'resume', on: ID });
    expect(shown({ state: 'paused', pausedBy: 'peer' }).press('R').last).toBeUndefined();
    expect(shown({}).choose('cancel').last?.action).toEqual({ name: 'cancel', on: ID });
  });

  it('leads to the question about what is offered', () => {
    const dialog = shown({ state: 'offered' }).press('y');
    expect(dialog.last?.action).toEqual({ name: 'accept-file', on: ID });
    expect(dialog.closed).toBe(true);
    expect(shown({ state: 'offered' }).press('n').last?.action).toEqual({ name: 'decline-file', on: ID });
    expect(shown({ state: 'offered', direction: 'out' }).press('y').last).toBeUndefined();
  });

  it('offers nothing when it is over', () => {
    expect(shown({ state: 'done' }).press('P', 'X').last).toBeUndefined();
    expect(shown({ state: 'done' }).press('enter').closed).toBe(true);
  });

  it('says so when it is not there any more', () => {
    const dialog = new DialogDriver(transferDialog, dashboardScene({ view: { transfers: [] } }), ID);
    expect(dialog.text()).toContain('not there any more');
    expect(dialog.press('esc').closed).toBe(true);
  });
});
