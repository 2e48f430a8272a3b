import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of, writeSparse } from '../../support/filePair.js';
import { held } from '../../support/held.js';
import { describeOnTerminal, SIZES } from '../../support/terminal/onTerminal.js';
import { Room, type Seat } from '../../support/terminal/Seat.js';

const MIB = 2 ** 20;
/** Takes a while even on loopback, and next to nothing on the disk of the sender. */
const LARGE_BYTES = 1024 * MIB;

describeOnTerminal('files on the dashboard', () => {
  const room = held(() => Room.open());

  describe.each(SIZES)('at $size', ({ columns, rows }) => {
    const name = `pi.${columns}`;
    let seat: Seat;
    const at = (file: string): string => join(room().stage.folder, `${columns}`, file);
    const offered = async (file: string) => (await room().board.ask({ type: 'file.send', to: name, paths: [at(file)] })).id;
    beforeAll(async () => {
      seat = await room().friend(name, { columns, rows });
      await mkdir(at('to send'), { recursive: true });
      await writeFile(at('plan de la salle.bin'), randomBytes(5 * MIB + 1));
      await writeFile(at('to send/Élan vital.bin'), randomBytes(2 * MIB + 3));
      await writeSparse(at('huge.bin'), LARGE_BYTES, [0, LARGE_BYTES / 2]);
    }, 60_000);
    afterAll(() => seat[Symbol.asyncDispose]());

    test('a file is offered, accepted and there', async () => {
      const { screen } = seat;
      const id = await offered('plan de la salle.bin');
      await screen.waitFor(/plan de la salle\.bin +from board[^]*\? offers you 5\.0 MiB/);
      await screen.type('o');
      await screen.waitFor(['┌─ Files for you ─', 'offers you 1 file, 5.0 MiB:']);
      await screen.type('y');
      await screen.waitFor(/plan de la salle\.bin +from board[^]*√ done/);
      const [path = ''] = await seat.until('the file', (event) => (event.type === 'transfer.completed' && event.id === id ? event.paths : undefined));
      expect(await sha256Of(path)).toBe(await sha256Of(at('plan de la salle.bin')));
    });

    test('a file is chosen by the beginnings of its path, and sent', async () => {
      const { screen } = seat;
      await screen.keys('C-s');
      await screen.dialog('Send files to board');
      await screen.keys('C-u');
      await screen.type(`${room().stage.folder}/${columns}/to`);
      await screen.waitFor('to send');
      await screen.keys('Tab');
      await screen.waitFor('Élan vital.bin');
      await screen.keys('Down', 'Enter');
      await screen.waitFor('Élan vital.bin');
      await screen.keys('C-s');
      const id = await room().board.running.until('the offer', (event) =>
        event.type === 'transfer.offered' && event.direction === 'in' ? event.id : undefined,
      );
      await screen.waitFor('Offered to board. It starts when they accept.');
      await screen.waitFor(/Élan vital\.bin +to board/);
      await room().board.ask({ type: 'transfer.accept', id });
      await screen.waitFor(/Élan vital\.bin +to board[^]*√ done/);
      const [path = ''] = (await room().board.fact('transfer.completed', id)).paths;
      expect(await sha256Of(path)).toBe(await sha256Of(at('to send/Élan vital.bin')));
    });

    test('what is under way is paused, resumed and asked about before leaving', async () => {
      const { screen } = seat;
      await offered('huge.bin');
      await screen.waitFor(/huge\.bin +from board[^]*\? offers you 1\.0 GiB/);
      await screen.type('o');
      await screen.dialog('Files for you');
      await screen.type('y');
      await screen.waitFor(/huge\.bin[^]*[█░][^]*%/);
      await screen.keys('Tab');
      await screen.keys('Tab');
      await screen.waitFor(/» Transfers/);
      await screen.type('P');
      await screen.waitFor(/huge\.bin[^]*paused/);
      // Paused, it stays open: leaving would stop it.
      await screen.type('q');
      await screen.dialog('Quit?');
      await screen.type('n');
      await screen.waitWithout('┌─ Quit? ─');
      await screen.type('R');
      await seat.until('going on', (event) => (event.type === 'transfer.resumed' ? true : undefined));
      await screen.type('X');
      await screen.dialog('Cancel?');
      await screen.type('y');
      await screen.waitFor(/huge\.bin[^]*cancelled/);
    });

    test('an offer is declined', async () => {
      const { screen } = seat;
      const id = await offered('plan de la salle.bin');
      await screen.waitFor(/plan de la salle\.bin +from board[^]*\? offers/);
      await screen.type('o');
      await screen.dialog('Files for you');
      await screen.type('n');
      await screen.waitFor(/plan de la salle\.bin[^]*declined/);
      await room().board.running.until('the answer', (event) =>
        event.type === 'transfer.ended' && event.id === id && event.state === 'declined' ? true : undefined,
      );
    });
  });
});
