import { describe, expect, it } from '@jest/globals';
import { browseDialog } from '../../../../../plugins/blessed-dashboard/dialogs/browse/browse.js';
import { DialogDriver } from '../../../../support/dialogDriver.js';
import { dashboardScene, HOSTILE_TEXT, named } from '../../../../support/dashboardScene.js';

const WHO = named('Élodie');
const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const SHARES = [
  { id: A, name: 'photos', folder: true, ready: false, items: 4, bytes: 9_000_000 },
  { id: B, name: `${HOSTILE_TEXT}.pdf`, folder: false, ready: true, items: 1, bytes: 12 },
];
const shares = (next?: number): unknown => ({ of: 'shares', with: WHO, shares: SHARES, ...(next === undefined ? {} : { next }) });
const file = (name: string, bytes = 1_000): unknown => ({ name, bytes, modifiedMs: 0, folder: false, root: '0'.repeat(64) });
const files = (names: readonly string[], next?: number): unknown => ({
  of: 'share',
  with: WHO,
  id: A,
  files: names.map((name) => file(name)),
  ...(next === undefined ? {} : { next }),
});
const NAMES = ['photos/z.jpg', 'photos/été/1.jpg', 'photos/été/2.jpg', `photos/${HOSTILE_TEXT}`];

function opened(language: 'en' | 'fr' = 'en'): DialogDriver<unknown> {
  return new DialogDriver(browseDialog, dashboardScene({ language }), WHO);
}
const inPhotos = (language: 'en' | 'fr' = 'en'): DialogDriver<unknown> => opened(language).answer(shares()).press('enter').answer(files(NAMES));

describe('browsing what a friend shares', () => {
  it.each(['en', 'fr'] as const)('shows shares, then what is in one (%s)', (language) => {
    const dialog = opened(language);
    expect(dialog.text()).toMatchSnapshot();
    expect(dialog.answer(shares()).text()).toMatchSnapshot();
    expect(inPhotos(language).press('space').text()).toMatchSnapshot();
  });

  it('asks for page after page, until the last one', () => {
    const dialog = opened().answer(shares()).press('enter');
    expect(dialog.commands).toEqual([{ type: 'share.browse', name: WHO, id: A }]);
    dialog.answer(files(NAMES.slice(0, 1), 17));
    expect(dialog.commands).toEqual([{ type: 'share.browse', name: WHO, id: A, after: 17 }]);
    expect(dialog.text()).toContain('more is on its way');
    dialog.answer(files(NAMES.slice(1)));
    expect(dialog.commands).toEqual([]);
    expect(dialog.text()).toContain('1/3');
  });

  it('fetches what the cursor was put on, whatever a late page puts above it', () => {
    const dialog = opened().answer(shares()).press('enter');
    dialog.answer(files(['photos/m.jpg', 'photos/n.jpg'], 17)).press('down');
    dialog.answer(files(['photos/a.exe', 'photos/b.exe'])).press('f');
    expect(dialog.commands).toEqual([{ type: 'share.fetch', name: WHO, id: A, items: ['photos/n.jpg'] }]);
  });

  it('shows how a long name ends', () => {
    const dialog = opened().answer(shares()).press('enter');
    expect(dialog.answer(files([`photos/${'holiday.jpg '.repeat(20)}.exe`])).text()).toMatch(/holiday.*….*\.exe /);
  });

  it('does not take a late page of one share for another', () => {
    const dialog = opened().answer(shares()).press('enter');
    const late = dialog.take();
    dialog.press('left', 'enter');
    dialog.give({ type: 'answer', to: 7, tag: late.tag, result: files(['photos/late.jpg']) });
    expect(dialog.text()).not.toContain('late.jpg');
  });

  it('fetches the file under the cursor, a folder with f, and several that are marked', () => {
    const dialog = inPhotos().press('f');
    expect(dialog.commands).toEqual([{ type: 'share.fetch', name: WHO, id: A, items: ['photos/été'] }]);
    dialog.answer({});
    expect(dialog.last?.notice?.tone).toBe('good');
    dialog.press('down', 'enter');
    expect(dialog.commands).toEqual([{ type: 'share.fetch', name: WHO, id: A, items: [`photos/${HOSTILE_TEXT}`] }]);
    dialog.answer({}).press('g', 'space', 'down', 'space', 'enter');
    expect(dialog.commands).toEqual([{ type: 'share.fetch', name: WHO, id: A, items: ['photos/été', 'photos/z.jpg'] }]);
  });

  it('fetches whole shares that are marked, each by itself', () => {
    const dialog = opened().answer(shares()).press('space', 'space', 'enter');
    expect(dialog.commands).toEqual([
      { type: 'share.fetch', name: WHO, id: A },
      { type: 'share.fetch', name: WHO, id: B },
    ]);
  });

  it('goes into folders and up again, to where it came from', () => {
    const dialog = inPhotos().press('enter');
    expect(dialog.text()).toContain('photos/été');
    expect(dialog.text()).toContain('2.jpg');
    dialog.press('backspace');
    expect(dialog.text()).toMatch(/» \[ \] été\//);
    dialog.press('esc');
    expect(dialog.closed).toBe(false);
    expect(dialog.text()).toMatch(/» \[ \] photos\//);
    expect(dialog.press('esc').closed).toBe(true);
  });

  it('lists only what the filter lets pass, whatever its accents', () => {
    const dialog = inPhotos().press('/').write('ete').press('enter');
    expect(dialog.text()).toContain('1/1');
    expect(dialog.press('esc').text()).toContain('1/3');
  });

  it('says in place why nothing comes, and looks again', () => {
    const dialog = opened().refuse('PEER_OFFLINE');
    expect(dialog.text()).toMatchSnapshot();
    dialog.press('r');
    expect(dialog.commands).toEqual([{ type: 'share.browse', name: WHO }]);
    expect(dialog.answer(shares()).text()).not.toContain('PEER_OFFLINE');
  });

  it('says what to do when nothing is shared', () => {
    expect(opened().answer({ of: 'shares', with: WHO, shares: [] }).text()).toContain('shares nothing');
  });

  it('can be used by clicks alone', () => {
    const dialog = opened().answer(shares()).choose('row:1').choose('row:0').choose('row:0');
    expect(dialog.commands).toEqual([{ type: 'share.browse', name: WHO, id: A }]);
    expect(dialog.choices()).toEqual(expect.arrayContaining(['backspace', 'r', '/']));
  });
});
