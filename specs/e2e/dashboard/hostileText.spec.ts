import { describe, expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { held } from '../../support/held.js';
import { foreignIn } from '../../support/terminal/foreignIn.js';
import { HOSTILE_TEXTS } from '../../support/terminal/hostileTexts.js';
import { describeOnTerminal, SIZES } from '../../support/terminal/onTerminal.js';
import { Room } from '../../support/terminal/Seat.js';
import { LARGE } from '../../support/terminal/TmuxScreen.js';

/** Up to where the terminal is given back: what the small script writes after it is no part of the program. */
function ofDashboard(raw: Buffer): Buffer {
  const begin = raw.indexOf('\u001b[?1049h');
  expect(begin).toBeGreaterThanOrEqual(0);
  const end = raw.lastIndexOf('\u001b[?1049l');
  return raw.subarray(begin, end < 0 ? raw.length : end);
}

const TEXTS = HOSTILE_TEXTS;
const BELL = JSON.stringify('\u0007');
/** What a file system takes. */
const fileNameOf = (text: string): string => Array.from(text.replaceAll(/[/\0]/g, '_')).slice(0, 40).join('');

describeOnTerminal('hostile text', () => {
  const room = held(() => Room.open());

  test.each(SIZES)(
    'reaches no terminal, as message, draft, name of a file or command: $size',
    async ({ columns, rows }) => {
      const name = `pi.${columns}`;
      await using seat = await room().friend(name, { columns, rows });
      const { screen } = seat;
      // A bell would be one of ours.
      await screen.keys('F2');
      await screen.dialog('Settings');
      await screen.keys('Down', 'Down', 'Space');
      await screen.waitFor(/Bell .*off/);
      await screen.close('Settings');
      const before = (await screen.raw()).length;

      for (const text of TEXTS) await room().board.ask({ type: 'message.send', to: name, text });
      await screen.waitFor(`${TEXTS.length} unread`);
      await screen.keys('M-a');
      await screen.waitFor('> Write to board');
      for (let page = 0; page < 8; page++) await screen.keys('PPage');
      await screen.waitFor('Beginning of the conversation');
      for (let page = 0; page < 8; page++) await screen.keys('NPage');

      // What one pastes is hostile as well: it was copied from somewhere.
      await screen.paste(TEXTS.join(' '));
      await screen.waitFor(/owned[^\n]*(?:\n[^\n]*){0,3}last word/);
      await screen.keys('Escape');
      await screen.waitFor('─ draft ─');
      await screen.keys('C-k');
      await screen.dialog('Jump');
      await screen.paste(TEXTS[0] ?? '');
      await screen.close('Jump');
      await screen.type(':');
      await screen.dialog('Command');
      await screen.type('history board');
      await screen.keys('Enter');
      await screen.waitFor(/┌─ Command [^]*last word/);
      await screen.keys('PPage', 'PPage', 'PPage');
      await screen.close('Command');

      const folder = join(room().stage.folder, `names ${columns}`);
      await mkdir(folder);
      for (const text of TEXTS) await writeFile(join(folder, fileNameOf(text)), '');
      await screen.keys('C-s');
      await screen.dialog('Send files to board');
      await screen.keys('C-u');
      await screen.paste(`${folder}/`);
      await screen.waitFor('asked');
      for (const _ of TEXTS) await screen.keys('Down');
      await screen.waitFor('wide');
      await screen.close('Send files to board');

      await screen.keys('C-q');
      expect((await screen.ended()).status).toBe(0);
      const written = ofDashboard(await screen.raw());
      expect(foreignIn(written, { size: { columns, rows } }).filter((one) => one !== BELL)).toEqual([]);
      expect(foreignIn((await screen.raw()).subarray(before, before + written.length), { size: { columns, rows } })).not.toContain(BELL);
    },
    90_000,
  );

  test('is no more in what is written line by line', async () => {
    await using seat = await room().friend('plain', { plain: true });
    const { screen } = seat;
    for (const text of TEXTS) await room().board.ask({ type: 'message.send', to: 'plain', text });
    await screen.waitFor('last word');
    await screen.type('history board');
    await screen.keys('Enter');
    await screen.type('quit');
    await screen.keys('Enter');
    expect((await screen.ended()).status).toBe(0);
    expect(foreignIn(await screen.raw(), { size: LARGE, lines: true })).toEqual([]);
  }, 60_000);
});

describe('the strict terminal of this spec', () => {
  test('knows what our screen sends', () => {
    const ours = '\u001b[?1049h\u001b[?2026h\u001b[0;1;36m┌» é 漢 👩🏽‍🏫\u001b[24;80H\u001b[0m\u001b[H\u001b[2J\u001b[?25l';
    expect(foreignIn(Buffer.from(ours), { size: { columns: 80, rows: 24 } })).toEqual([]);
  });

  test.each(HOSTILE_TEXTS.slice(0, 27).filter((text) => !text.startsWith('ours')))('names %j', (text) => {
    expect(foreignIn(Buffer.from(text), { size: { columns: 80, rows: 24 } })).not.toEqual([]);
  });

  test('names single bytes that are no UTF-8, and places beyond the screen', () => {
    expect(foreignIn(Uint8Array.of(0x61, 0x9b, 0x41), { size: { columns: 80, rows: 24 } })).toEqual(['"\ufffd"']);
    expect(foreignIn(Buffer.from('\u001b[25;1H'), { size: { columns: 80, rows: 24 } })).toHaveLength(1);
  });
});
