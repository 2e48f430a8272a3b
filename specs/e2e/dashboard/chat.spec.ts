import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { held } from '../../support/held.js';
import { describeOnTerminal, SIZES } from '../../support/terminal/onTerminal.js';
import { Room, type Seat } from '../../support/terminal/Seat.js';

describeOnTerminal('conversations on the dashboard', () => {
  const room = held(() => Room.open());

  describe.each(SIZES)('at $size', ({ columns, rows }) => {
    const name = `pi.${columns}`;
    let seat: Seat;
    const theySay = (text: string): Promise<unknown> => room().board.ask({ type: 'message.send', to: name, text });
    beforeAll(async () => {
      seat = await room().friend(name, { columns, rows });
    }, 60_000);
    afterAll(() => seat[Symbol.asyncDispose]());

    test('a message is written, delivered and read', async () => {
      const { screen } = seat;
      await screen.keys('i');
      await screen.waitFor('> Write to board');
      await screen.type('Ça marche, à 14 h ? 漢');
      await screen.keys('M-Enter');
      await screen.type('Deuxième ligne');
      await screen.waitFor('Deuxième ligne');
      await screen.keys('Enter');
      await screen.waitFor(/Deuxième ligne +√ delivered/);
      await room().board.ask({ type: 'message.read', from: name });
      await screen.waitFor(/Deuxième ligne +√√ read/);
      expect(await seat.ask({ type: 'message.history', with: 'board' })).toMatchObject([{ text: 'Ça marche, à 14 h ? 漢\nDeuxième ligne' }]);
    });

    test('what comes is unread until one has it before the eyes', async () => {
      const { screen } = seat;
      await screen.keys('Escape');
      await screen.keys('Escape');
      await screen.waitFor('┌» People');
      await theySay('Oui, à tout de suite');
      await screen.waitFor(['1 unread', 'Oui, à tout de suite', '1 new']);
      expect(await seat.ask({ type: 'friend.list' })).toMatchObject([{ unread: 1 }]);
      await screen.keys('M-a');
      await screen.waitWithout('1 unread');
      await room().board.running.until('the receipt', (event) => (event.type === 'message.read' && event.by === 'peer' ? true : undefined));
    });

    test('a draft outlives Esc, the death of the program and its next start', async () => {
      await seat.screen.type('Pas encore fini');
      await seat.screen.waitFor('> Pas encore fini');
      await seat.screen.keys('Escape');
      await seat.screen.waitFor('─ draft ─');
      await seat.screen.keys('i');
      await seat.screen.type(', presque');
      await seat.screen.waitFor('> Pas encore fini, presque');
      await seat.drafted('presque');
      await seat.leave();
      await seat.start();
      await seat.screen.waitFor('> Pas encore fini, presque');
      await seat.screen.waitFor(/● board +online/);
      await seat.screen.keys('i', 'Enter');
      await seat.screen.waitFor(/Pas encore fini, presque +√ delivered/);
    });

    test('a message is searched, and found in its place', async () => {
      const { screen } = seat;
      await screen.keys('Escape');
      await screen.waitWithout('> Write to board');
      await screen.type('s');
      await screen.dialog('Search messages');
      await screen.type('DEUXIÈME');
      await screen.keys('Enter');
      await screen.waitFor(/Search messages[^]*Deuxième ligne/);
      await screen.close('Search messages');
    });

    test('a list is filtered, and Ctrl-K jumps to somebody', async () => {
      const { screen } = seat;
      await screen.keys('Escape', 'Escape');
      await screen.waitFor('┌» People');
      await screen.type('/');
      await screen.type('nobody');
      await screen.waitFor(/Nothing here[^]*contains[^]*“nobody”/);
      await screen.keys('Escape');
      await screen.waitFor(/● board +online/);
      await screen.keys('C-k');
      await screen.dialog('Jump');
      await screen.type('boa');
      await screen.waitFor(/» person +board/);
      await screen.keys('Enter');
      await screen.waitWithout('┌─ Jump ─');
      await screen.waitFor('» board  ● online');
    });

    test('the help is searched, and does what it lists', async () => {
      const { screen } = seat;
      await screen.keys('F1');
      await screen.dialog('Help');
      await screen.type('how friends see');
      await screen.keys('Enter');
      await screen.dialog('How friends see you');
      await screen.close('How friends see you');
    });

    test('a command is completed, run and answered', async () => {
      const { screen } = seat;
      await screen.type(':');
      await screen.dialog('Command');
      await screen.type('message boa');
      await screen.keys('Tab');
      await screen.waitFor('message board');
      await screen.type('by command');
      await screen.keys('Enter');
      await room().board.running.until('it', (event) => (event.type === 'message.received' && event.text === 'by command' ? true : undefined));
      await screen.type('friends');
      await screen.keys('Enter');
      await screen.waitFor(/┌─ Command[^]*board +friend +online/);
      await screen.close('Command');
      await screen.waitFor(/by command +√/);
    });

    test('the language changes on the spot', async () => {
      const { screen } = seat;
      await screen.keys('F2');
      await screen.dialog('Settings');
      await screen.keys('Enter');
      await screen.dialog('Réglages');
      await screen.waitFor(['Personnes', /board +en ligne/]);
      await screen.keys('Enter');
      await screen.dialog('Settings');
      await screen.close('Settings');
    });

    test('a click goes where it points', async () => {
      const { screen } = seat;
      await screen.clickOn('Events');
      await screen.waitFor('» Events');
      await screen.clickOn('F1 Help');
      await screen.dialog('Help');
      await screen.close('Help');
    });
  });
});
