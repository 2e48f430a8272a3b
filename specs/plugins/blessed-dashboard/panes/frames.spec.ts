import { describe, expect, test } from '@jest/globals';
import { EMPTY_VIEW } from '../../../../core/index.js';
import { drawFrame } from '../../../../plugins/blessed-dashboard/panes/drawFrame.js';
import { dashboardScene, friend, named, NOW_MS, PEOPLE } from '../../../support/dashboardScene.js';
import { frameText } from '../../../support/frameText.js';
import { PANES } from '../../../../plugins/blessed-dashboard/state/paneNames.js';

const SIZES = [
  { rows: 24, columns: 80 },
  { rows: 32, columns: 120 },
  { rows: 50, columns: 200 },
];
const LANGUAGES = ['en', 'fr'] as const;

describe.each(LANGUAGES)('a whole screen (%s)', (language) => {
  test.each(SIZES)('$columns columns and $rows rows', (size) => {
    expect(frameText(drawFrame(dashboardScene({ language, size })))).toMatchSnapshot();
  });

  test('before anything is known', () => {
    const view = { ...EMPTY_VIEW };
    expect(frameText(drawFrame(dashboardScene({ language, view, ui: { person: undefined, focus: 'people' } })))).toMatchSnapshot();
  });

  test('a friend whose key has changed, and what is being written', () => {
    const draft = { text: 'Bonjour Zoé,\non se voit demain ?', cursor: 20 };
    const ui = { person: named('Zoé'), composing: true, drafts: new Map([[named('Zoé'), draft]]), cursor: cursorOn('Zoé') };
    const view = { conversations: new Map([[named('Zoé'), { messages: [], complete: true }]]) };
    expect(frameText(drawFrame(dashboardScene({ language, ui, view })))).toMatchSnapshot();
  });

  test('somebody who is not there', () => {
    const ui = { person: named('board-12'), focus: 'people', cursor: cursorOn('board-12') } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ui, size: { rows: 24, columns: 100 } })))).toMatchSnapshot();
  });

  test('somebody who asks', () => {
    const ui = { person: named('Ngọc'), focus: 'people', cursor: cursorOn('Ngọc') } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ui })))).toMatchSnapshot();
  });

  test('a filter that is being written', () => {
    const ui = { focus: 'people', filtering: { text: 'o', cursor: 1 }, filters: { people: 'o', conversation: '', transfers: '', events: '' } } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ui })))).toMatchSnapshot();
  });

  test.each(PANES)('a small screen shows the pane with the keys: %s', (focus) => {
    expect(frameText(drawFrame(dashboardScene({ language, ui: { focus }, size: { rows: 14, columns: 48 } })))).toMatchSnapshot();
  });

  test('a dialog', () => {
    const ui = { dialogs: [{ kind: 'presence', id: 1, state: { index: 1 } }] } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ui })))).toMatchSnapshot();
  });

  test('bad news in full, over the foot and over a dialog', () => {
    const notice = { text: `${'Something went wrong and this is what to do next. '.repeat(2)}Look at the log. [DISK_FULL]`, tone: 'bad' } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ui: { notice } })))).toMatchSnapshot();
    const whole = { ui: { notice, dialogs: [{ kind: 'presence', id: 1, state: { index: 1 } }] }, size: { rows: 12, columns: 40 } } as const;
    expect(frameText(drawFrame(dashboardScene({ language, ...whole })))).toContain('[DISK_FULL]');
  });

  test('says in a narrow window that nobody compared numbers, and leaves out how before it cuts that', () => {
    const ui = { person: named('board-12'), cursor: cursorOn('board-12') };
    const drawn = frameText(drawFrame(dashboardScene({ language, ui, size: { rows: 14, columns: 48 } })));
    expect(drawn.split('\n')[1]).toMatch(language === 'en' ? / not verified ─┐$/ : / non vérifié ─┐$/);
  });

  test('too small', () => {
    expect(frameText(drawFrame(dashboardScene({ language, size: { rows: 5, columns: 28 } })))).toMatchSnapshot();
  });
});

const cursorOn = (name: string) => ({ people: named(name), conversation: undefined, transfers: undefined, events: undefined });

describe('the line at the top', () => {
  const top = (given: Parameters<typeof dashboardScene>[0]): string => frameText(drawFrame(dashboardScene(given))).split('\n')[0] ?? '';

  test('says what is wrong with the directory', () => {
    const { node } = dashboardScene().view;
    if (!node) throw new Error('the sample has a device');
    expect(top({ view: { node: { ...node, directory: { state: 'offline' } } } })).toContain('! directory not reached');
    expect(top({})).not.toContain('directory');
  });

  test('is cut from its end: who this is stays', () => {
    expect(top({ size: { rows: 24, columns: 30 } })).toContain('Pi-salle-3  ● online');
  });
});

describe('the line at the foot', () => {
  const foot = (given: Parameters<typeof dashboardScene>[0]): string =>
    frameText(drawFrame(dashboardScene(given)))
      .split('\n')
      .at(-1) ?? '';

  test('says what was just said, with a sign for what went wrong', () => {
    expect(foot({ ui: { notice: { text: 'No.', tone: 'bad' } } })).toMatch(/^ ! No\. +$/);
  });

  test('always names the key of the help', () => {
    for (let columns = 30; columns < 200; columns++) expect(foot({ size: { rows: 24, columns } })).toContain('F1 Help');
  });

  test('names only keys that work while a message is written', () => {
    expect(foot({ ui: { composing: true } })).toMatch(/^ Esc Back {2}Alt-O Answer {2}Ctrl-S Send a file /);
  });

  test('offers to open what is new elsewhere, not what is open', () => {
    const people = [friend('Élodie', { unread: 2 }), ...PEOPLE.slice(2, 4)];
    expect(foot({ view: { people }, size: { rows: 24, columns: 200 } })).not.toContain('Next unread');
    expect(foot({ size: { rows: 24, columns: 200 }, nowMs: NOW_MS })).toContain('Alt-A Next unread');
  });
});
