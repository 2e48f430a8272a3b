import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AccountView, FriendView, MessageView, NodeView, TransferView } from '../../core/events/commands.js';
import { Stage, type Running } from '../support/processes.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the first conversation, between three processes', () => {
  let stage: Stage;
  let directory: Running;
  let pi: Running;
  let board: Running;

  beforeAll(async () => {
    stage = await Stage.open();
    directory = await stage.directory();
    [pi, board] = await Promise.all([stage.device('pi', directory.address), stage.device('board', directory.address, '--as', 'viewboard', '--debug')]);
  }, 120_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  }, 60_000);

  test('begins with two names and a friendship', async () => {
    await stage.befriend({ name: 'pi', running: pi }, { name: 'board', running: board });
    const account = await stage.ask<AccountView>('pi', 'whoami');
    expect(account).toMatchObject({ name: 'pi', state: 'online' });
    expect(await stage.ask<readonly FriendView[]>('pi', 'friends')).toMatchObject([{ name: 'board', state: 'friend', verified: false }]);
    expect(await stage.ask<readonly FriendView[]>('board', 'friends', 'list')).toMatchObject([{ name: 'pi', state: 'friend', peer: account.peer }]);
  });

  test('shows the same safety number on both sides, and remembers who compared it', async () => {
    const [ofPi, ofBoard] = [await stage.ask<FriendView>('pi', 'verify', 'board'), await stage.ask<FriendView>('board', 'verify', 'pi')];
    expect(ofPi.safetyNumber).toMatch(/^\d{5}( \d{5}){11}$/);
    expect(ofBoard.safetyNumber).toBe(ofPi.safetyNumber);
    expect(await stage.ask('pi', 'verify', 'board', '--confirm')).toMatchObject({ verified: true });
    expect(await stage.ask('board', 'friends')).toMatchObject([{ verified: false }]);
  });

  test('carries messages both ways, delivered and then read', async () => {
    const sent = await stage.ask<MessageView>('pi', 'message', 'board', 'Bonjour,', 'salle', '3', '✓', '--wait', '--timeout', '30');
    expect(sent).toMatchObject({ state: 'delivered', text: 'Bonjour, salle 3 ✓', direction: 'out', with: 'board' });
    const { document: piped } = await stage.run<MessageView>(['message', 'pi', '--wait', '--timeout', '30', '--data', stage.data('board')], 'two\nlines\n');
    expect(piped).toMatchObject({ state: 'delivered', text: 'two\nlines' });

    expect(await stage.ask('board', 'read', 'pi')).toMatchObject([{ id: sent.id, text: sent.text, state: 'read', direction: 'in' }]);
    await pi.until('the read receipt', (event) => (event.type === 'message.read' && event.by === 'peer' && event.id === sent.id ? true : undefined));
    expect(await stage.ask('board', 'read', 'pi')).toEqual([]);
    expect(await stage.ask('pi', 'history', 'board')).toMatchObject([
      { text: sent.text, state: 'read', direction: 'out' },
      { text: 'two\nlines', state: 'received', direction: 'in' },
    ]);
  });

  test('refuses a message that is empty or too long, and keeps nothing of it', async () => {
    const argv = ['message', 'board', '--data', stage.data('pi')];
    expect(await stage.run(argv, '')).toMatchObject({ exit: 2, document: { error: { code: 'MESSAGE_EMPTY' } } });
    expect(await stage.run(argv, 'é'.repeat(32_001))).toMatchObject({ exit: 2, document: { error: { code: 'MESSAGE_TOO_LONG' } } });
    expect(await stage.ask('pi', 'history', 'board')).toHaveLength(2);
  });

  test('finds what was said', async () => {
    expect(await stage.ask('board', 'history', 'pi', '--search', 'bonjour')).toMatchObject([{ text: 'Bonjour, salle 3 ✓' }]);
    expect(await stage.ask('board', 'history', 'pi', '--search', 'nothing like that')).toEqual([]);
    const [newest] = await stage.ask<readonly MessageView[]>('board', 'history', 'pi', '--limit', '1');
    expect(newest).toMatchObject({ text: 'two\nlines' });
    expect(await stage.ask('board', 'history', 'pi', '--before', String(newest?.position))).toMatchObject([{ text: 'Bonjour, salle 3 ✓' }]);
  });

  test('carries a file that was accepted, whole and under its own name', async () => {
    const bytes = randomBytes(5 * 1024 * 1024 + 1);
    const path = join(stage.folder, 'plan de la salle.bin');
    await writeFile(path, bytes);
    const sending = stage.ask<TransferView>('pi', 'send', 'board', path, '--wait', '--timeout', '60');
    const offer = await board.until('the offer', (event) => (event.type === 'transfer.offered' && event.direction === 'in' ? event : undefined));
    expect(offer).toMatchObject({ bytes: bytes.length, items: [{ name: 'plan de la salle.bin', bytes: bytes.length }] });
    await stage.ask('board', 'transfers', 'accept', offer.id.slice(0, 12));
    expect(await sending).toMatchObject({ state: 'done', id: offer.id });
    const [received] = await board.until('the file', (event) => (event.type === 'transfer.completed' && event.id === offer.id ? event.paths : undefined));
    expect(basename(received ?? '')).toBe('plan de la salle.bin');
    expect(sha256(await readFile(received ?? ''))).toBe(sha256(bytes));
    expect(await stage.ask('board', 'transfers')).toMatchObject([{ id: offer.id, direction: 'in', state: 'done', bytes: bytes.length }]);
  });

  test('lets a file be declined, and says so', async () => {
    const path = join(stage.folder, 'unwanted.bin');
    await writeFile(path, 'unwanted');
    const sending = stage.run(['send', 'board', path, '--wait', '--timeout', '60', '--data', stage.data('pi')]);
    const id = await board.until('the offer', (event) => (event.type === 'transfer.offered' && event.direction === 'in' ? event.id : undefined));
    await stage.ask('board', 'transfers', 'decline', id);
    expect(await sending).toMatchObject({ exit: 4, document: { error: { code: 'TRANSFER_DECLINED' } } });
  });

  test('shows the presence of a friend as it changes', async () => {
    await stage.ask('board', 'status', 'busy');
    await pi.until('busy', (event) => (event.type === 'presence.changed' && event.state === 'busy' ? true : undefined));
    expect(await stage.ask('pi', 'friends')).toMatchObject([{ presence: 'busy', connected: true }]);
    expect(await stage.ask<NodeView>('board', 'status')).toMatchObject({ presence: 'busy', directory: { state: 'online' }, sessions: 1 });
  });

  test('shows every frame with --debug, and in none what was said', () => {
    const shown = board.stderr();
    expect(shown).toMatch(/^frame in {2}\S+ \d+ bytes [0-9a-f]{128}…$/m);
    expect(shown).toMatch(/^frame out \S+ \d+ bytes [0-9a-f]+…?$/m);
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    for (const said of ['Bonjour', 'two\nlines', 'plan de la salle', 'board']) expect(shown).not.toContain(hex(said));
    expect(shown).not.toContain('Bonjour');
  });

  test('ends in good order', async () => {
    expect(await Promise.all([pi.stop(), board.stop(), directory.stop()])).toEqual([0, 0, 0]);
  });
});
