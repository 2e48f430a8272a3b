import { expect, test } from '@jest/globals';
import process from 'node:process';
import { builtAt } from '../../support/builtProgram.js';
import { held } from '../../support/held.js';
import { foreignIn } from '../../support/terminal/foreignIn.js';
import { describeOnTerminal, SIZES } from '../../support/terminal/onTerminal.js';
import { Room, type Seat } from '../../support/terminal/Seat.js';
import { LARGE, SMALL, TmuxScreen, type ScreenOptions, type Size } from '../../support/terminal/TmuxScreen.js';

const TINY = { columns: 40, rows: 12 };
const COLOUR = /\u001b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/;

/** As it was before: the usual screen with what stood there, a caret, no clicks, no marks, and the same settings. */
async function expectGivenBack(screen: TmuxScreen, status: number): Promise<void> {
  const ended = await screen.ended();
  expect(ended.status).toBe(status);
  expect(await Promise.all(['alternate_on', 'cursor_flag', 'mouse_any_flag', 'wrap_flag'].map((flag) => screen.flag(flag)))).toEqual(['0', '1', '0', '1']);
  const [before, after] = await screen.settings();
  expect(after).toBe(before);
  expect(ended.screen).not.toMatch(/[│┌└]/);
  expect(await screen.typedAfterwards('typed and seen')).toMatch(/^typed and seen$/m);
  expect((await screen.raw()).toString('utf8').lastIndexOf('\u001b[?2004l')).toBeGreaterThan(
    (await screen.raw()).toString('utf8').lastIndexOf('\u001b[?2004h'),
  );
}

/** Title, a box around everything else, hints: as wide and high as the screen, and not what was there before it changed its size. */
const wholeAt =
  ({ columns, rows }: Size) =>
  (text: string): boolean => {
    const lines = text.split('\n').slice(0, rows);
    const grid = lines.slice(1, -1);
    const fits = lines.every((line) => Array.from(line).length <= columns) && grid.every((line) => Array.from(line).length === columns);
    const boxed = /^┌.*┐$/.test(grid[0] ?? '') && /^└.*┘$/.test(grid.at(-1) ?? '') && grid.slice(1, -1).every((line) => /^[│├].*[│┤]$/.test(line));
    return lines.length === rows && fits && boxed && (lines.at(-1) ?? '').includes('F1');
  };

describeOnTerminal('the dashboard and its terminal', () => {
  const room = held(() => Room.open());
  let seat: Seat;

  test('follows the size of the terminal while things happen', async () => {
    seat = await room().friend('pi');
    const { screen } = seat;
    let number = 0;
    for (const size of [SMALL, LARGE, TINY, SMALL]) {
      await screen.resize(size);
      await room().board.ask({ type: 'message.send', to: 'pi', text: `message number ${(number += 1)}` });
      await screen.waitFor((now) => now.includes(`${number} unread`) && wholeAt(size)(now));
    }
    for (let step = 0; step < 20; step++) await screen.resize({ columns: 30 + step * 7, rows: 8 + step });
    await screen.resize(SMALL);
    await screen.waitFor(wholeAt(SMALL));
  });

  test('a window too small says so, and goes on when it is enlarged', async () => {
    const { screen } = seat;
    await screen.resize({ columns: 20, rows: 5 });
    await screen.waitFor(/too\s+small/);
    await screen.resize(SMALL);
    await screen.waitFor('┌» People');
  });

  test.each([
    ['q', async (screen: TmuxScreen) => screen.type('q')],
    [
      ':q',
      async (screen: TmuxScreen) =>
        screen
          .type(':')
          .then(() => screen.dialog('Command'))
          .then(() => screen.type('q'))
          .then(() => screen.keys('Enter')),
    ],
    ['Ctrl-Q while writing', async (screen: TmuxScreen) => screen.keys('i').then(() => screen.keys('C-q'))],
    ['Ctrl-C', async (screen: TmuxScreen) => screen.keys('C-c')],
    ['SIGTERM', async (screen: TmuxScreen) => screen.kill('SIGTERM')],
  ])('%s gives the terminal back as it was', async (_, leave) => {
    if (!seat.isThere) await seat.start();
    await seat.screen.waitFor('board  ● online');
    await leave(seat.screen);
    await expectGivenBack(seat.screen, 0);
    await seat.leave();
  });

  test('a device that runs already is shown, and goes on when one leaves', async () => {
    const { board } = room();
    await using screen = await attached({});
    await screen.waitFor(/^ board  ● online/m);
    await screen.waitFor('message number 4');
    await screen.type('q');
    await expectGivenBack(screen, 0);
    expect(await board.ask({ type: 'account.show' })).toMatchObject({ name: 'board', state: 'online' });
  });

  /** The dashboard of the board, which goes on between. */
  async function attached(env: ScreenOptions['env'], size = SMALL): Promise<TmuxScreen> {
    const { stage } = room();
    const command = [process.execPath, builtAt('apps/cli/main.js'), 'dashboard', '--data', stage.data('board')];
    return TmuxScreen.open({ command, folder: stage.folder, ...size, env: { TMPDIR: stage.folder, ...env } });
  }

  test('with NO_COLOR nothing is coloured, and every state has a word', async () => {
    await using screen = await attached({ NO_COLOR: '1' });
    await screen.waitFor(['message number 4', '● online', '┌» People']);
    await screen.type('p');
    await screen.dialog('How friends see you');
    await screen.close('How friends see you');
    await screen.type('q');
    expect((await screen.ended()).status).toBe(0);
    expect((await screen.raw()).toString('utf8')).not.toMatch(COLOUR);
  });

  test('with colours there are some', async () => {
    await using screen = await attached({ NO_COLOR: undefined });
    await screen.waitFor('message number 4');
    await screen.type('q');
    expect((await screen.ended()).status).toBe(0);
    expect((await screen.raw()).toString('utf8')).toMatch(COLOUR);
  });

  test.each(['linux', 'screen-256color', 'xterm-256color', 'vt220'])('TERM=%s shows it, and gets only what it may get', async (TERM) => {
    await using screen = await attached({ TERM, TMUX: undefined, TMUX_PANE: undefined });
    await screen.waitFor('message number 4');
    await screen.waitFor(wholeAt(SMALL));
    await screen.keys('Down', 'Up', 'Tab', 'F2');
    await screen.dialog('Settings');
    await screen.close('Settings');
    await screen.type('q');
    expect((await screen.ended()).status).toBe(0);
    const raw = await screen.raw();
    const begin = raw.indexOf('\u001b');
    const end = raw.lastIndexOf('\u001b');
    expect(foreignIn(raw.subarray(begin, end), { size: SMALL }).filter((one) => one !== '"\\u0007"')).toEqual([]);
  });

  test('TERM=dumb has lines instead', async () => {
    await using screen = await attached({ TERM: 'dumb' });
    await screen.waitFor(/^>$/m);
    await screen.type('friends');
    await screen.keys('Enter');
    await screen.waitFor(/^ *pi +/m);
    await screen.type('quit');
    await screen.keys('Enter');
    expect((await screen.ended()).status).toBe(0);
    expect((await screen.raw()).includes('\u001b')).toBe(false);
  });

  test.each(SIZES)('a French locale has it in French: $size', async ({ columns, rows }) => {
    await using screen = await attached({ LANG: 'fr_FR.UTF-8' }, { columns, rows });
    await screen.waitFor(['message number 4', '┌» Personnes', 'en ligne', '─ Transferts ─', '─ Événements', wholeAt({ columns, rows })]);
    await screen.type('q');
    expect((await screen.ended()).status).toBe(0);
  });
});
