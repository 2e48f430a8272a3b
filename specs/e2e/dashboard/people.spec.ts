import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { create } from 'qrcode';
import { held } from '../../support/held.js';
import { describeOnTerminal, SIZES } from '../../support/terminal/onTerminal.js';
import { readCode } from '../../support/terminal/readCode.js';
import { Room, type Seat } from '../../support/terminal/Seat.js';

/** As a phone reads it. */
function codeOf(digits: string): boolean[][] {
  const { size, data } = create(digits, { errorCorrectionLevel: 'L' }).modules;
  return Array.from({ length: size }, (_, row) => Array.from(data.slice(row * size, (row + 1) * size), (dark) => dark === 1));
}

describeOnTerminal('people on the dashboard', () => {
  const room = held(() => Room.open());

  describe.each(SIZES)('at $size', ({ columns, rows }) => {
    const name = `pi.${columns}`;
    let seat: Seat;
    beforeAll(async () => {
      seat = await room().seat(name, { columns, rows });
    }, 60_000);
    afterAll(() => seat[Symbol.asyncDispose]());

    test('a device without an account is guided to one', async () => {
      const { screen } = seat;
      await screen.waitFor('Choose the name others find you by');
      await screen.waitFor('Reached; this device has no account there yet.');
      await screen.type('-no');
      await screen.waitFor('A name begins and ends with a letter or digit.');
      await screen.keys('BSpace', 'BSpace', 'BSpace');
      await screen.type(name);
      await screen.waitFor(`Enter registers this device as ${name}.`);
      await screen.keys('Enter');
      await screen.waitFor(`Registered as ${name}.`);
      await screen.waitFor(`${name}  ● online`);
      expect(await seat.ask({ type: 'account.show' })).toMatchObject({ name, state: 'online' });
    });

    test('a friend is asked by name, and is there when the other side has accepted', async () => {
      const { screen } = seat;
      await screen.keys('a');
      await screen.dialog('Add a friend');
      await screen.type('nobody');
      await screen.keys('Enter');
      await screen.waitFor('[ACCOUNT_UNKNOWN]');
      await screen.keys('C-u');
      await screen.type('board');
      await screen.waitFor('Enter asks board.');
      await screen.keys('Enter');
      await screen.waitFor(/board +asked/);
      await room().stage.ask('board', 'friends', 'accept', name);
      await screen.waitFor(/● board +online/);
      await screen.waitWithout('┌─ Add a friend ─');
    });

    test('a friend is removed after a question, and a request of theirs is answered', async () => {
      const { screen } = seat;
      await screen.keys('D');
      await screen.waitFor('Remove board?');
      await screen.keys('y');
      await screen.waitFor('Nobody here yet.');
      await room().board.running.until('the end of it', (event) => (event.type === 'friend.changed' && event.state === 'removed' ? true : undefined));
      await room().board.ask({ type: 'friend.request', name });
      await screen.waitFor(/board +asks you/);
      await screen.keys('o');
      await screen.waitFor('Fingerprint of the device of board');
      await screen.keys('y');
      await screen.waitFor(/● board +online/);
    });

    test('safety numbers are compared, by eye and by phone', async () => {
      const { screen } = seat;
      await screen.keys('v');
      const groups = /\b\d{5}\b/g;
      const shown = await screen.waitFor(['┌─ Safety number with board ─', (text) => text.match(groups)?.length === 12]);
      const theirs = (await room().stage.ask<{ readonly safetyNumber: string }>('board', 'verify', name)).safetyNumber;
      expect(shown.match(groups)?.join(' ')).toBe(theirs);
      const code = codeOf(theirs.replaceAll(' ', ''));
      await screen.waitFor((text) => isDeepStrictEqual(readCode(text), code));
      await screen.keys('y');
      await screen.waitFor('The key of board is verified.');
      await screen.waitFor(/● board +√ +online/);
      expect(await seat.ask({ type: 'friend.list' })).toMatchObject([{ name: 'board', verified: true }]);
    });

    test('presence is chosen, and friends are told; theirs is shown', async () => {
      const { screen } = seat;
      const { running } = room().board;
      await screen.keys('p');
      await screen.waitFor('How friends see you');
      await screen.keys('b');
      await screen.waitFor('■ busy');
      await running.until('busy', (event) => (event.type === 'presence.changed' && event.state === 'busy' ? true : undefined));
      await room().board.ask({ type: 'presence.set', state: 'away' });
      await screen.waitFor(/~ board +√ +away/);
      await room().board.ask({ type: 'presence.set', state: 'online' });
      await screen.waitFor(/● board +√ +online/);
    });
  });
});
