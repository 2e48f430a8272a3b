import { describe, expect, it } from '@jest/globals';
import type { ShareId, ShareView } from '../../../../../core/index.js';
import { sharesDialog } from '../../../../../plugins/blessed-dashboard/dialogs/shares/shares.js';
import { DialogDriver } from '../../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT } from '../../../../support/dashboardScene.js';

const MIB = 2 ** 20;
const share = (letter: string, name: string, given: Partial<ShareView> = {}): ShareView => ({
  id: letter.repeat(32) as ShareId,
  path: `/home/pi/${name}`,
  name,
  folder: true,
  state: 'ready',
  items: 12,
  bytes: 34 * MIB,
  waiting: { items: 0, bytes: 0 },
  refused: 0,
  problems: [],
  ...given,
});

const SHARES: readonly ShareView[] = [
  share('a', 'photos'),
  share('b', 'films', { state: 'hashing', bytes: 30 * MIB, waiting: { items: 2, bytes: 70 * MIB } }),
  share('c', HOSTILE_TEXT, { folder: false, items: 1, bytes: 5, refused: 1, problems: [{ name: HOSTILE_TEXT, code: 'FILE_NAME_UNUSABLE' }] }),
  share('d', 'gone', { state: 'failed', code: 'FILE_UNREADABLE', items: 0, bytes: 0 }),
];

const opened = (shares = SHARES, language: 'en' | 'fr' = 'en'): DialogDriver<unknown> =>
  new DialogDriver(sharesDialog, dashboardScene({ view: { shares }, language }));

describe('what this device shares', () => {
  it.each(['en', 'fr'] as const)('shows how each share stands (%s)', (language) => {
    expect(opened([], language).text()).toMatchSnapshot();
    expect(opened(SHARES, language).text()).toMatchSnapshot();
    expect(opened(SHARES, language).press('j', 'j').text()).toMatchSnapshot();
    expect(opened(SHARES, language).press('x').text()).toMatchSnapshot();
  });

  it('adds a file or a whole folder by its absolute path', () => {
    const listed = [
      { name: 'Documents', folder: true, bytes: 0 },
      { name: 'a b.pdf', folder: false, bytes: 12 },
    ];
    const file = opened([]).press('a').answer(listed).press('down', 'enter');
    expect(file.commands).toEqual([{ type: 'share.add', path: '/home/pi/a b.pdf' }]);
    const folder = opened([]).press('a').answer(listed);
    expect(folder.text()).toMatchSnapshot();
    expect(folder.press('ctrl-s').commands).toEqual([{ type: 'share.add', path: '/home/pi/Documents' }]);
    expect(folder.answer({}).last?.notice?.tone).toBe('good');
    expect(folder.closed).toBe(false);
  });

  it('removes only after it was asked for', () => {
    const dialog = opened().press('down', 'x');
    expect(dialog.commands).toEqual([]);
    expect(dialog.press('enter').commands).toEqual([]);
    dialog.press('x', 'esc');
    expect(dialog.closed).toBe(false);
    expect(dialog.press('x', 'y').commands).toEqual([{ type: 'share.remove', id: 'b'.repeat(32) }]);
  });

  it('says in place why something could not be done', () => {
    const dialog = opened().press('r');
    expect(dialog.commands).toEqual([{ type: 'share.add', path: '/home/pi/photos' }]);
    dialog.refuse('FILE_UNREADABLE', 'photos');
    expect(dialog.text()).toContain('[FILE_UNREADABLE]');
  });

  it('stays on the list when shares go away below the cursor', () => {
    const dialog = opened().press('G');
    dialog.scene = dashboardScene({ view: { shares: SHARES.slice(0, 1) } });
    expect(dialog.text()).toContain('» photos/');
    expect(dialog.press('x', 'y').commands).toEqual([{ type: 'share.remove', id: 'a'.repeat(32) }]);
  });

  it('can be used by clicks alone', () => {
    const dialog = opened().choose('row:3').choose('x').choose('remove');
    expect(dialog.commands).toEqual([{ type: 'share.remove', id: 'd'.repeat(32) }]);
    expect(dialog.choose('a').choices()).toEqual(expect.arrayContaining(['back', 'enter']));
  });
});
