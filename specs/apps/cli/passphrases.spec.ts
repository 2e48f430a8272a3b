import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SansfilError } from '../../../core/base/errors.js';
import type { Command } from '../../../core/events/commands.js';
import { runCommandLine } from '../../support/commandLine.js';
import { FakeDevice } from '../../support/fakeDevice.js';

let device: FakeDevice;
beforeEach(async () => {
  device = await FakeDevice.start();
});
afterEach(() => device[Symbol.asyncDispose]());

const id = 'ab'.repeat(16);
const passphrases = (): readonly unknown[] => device.asked.map((command: Command) => ('passphrase' in command ? command.passphrase : undefined));

/** Asks for the passphrase `right`, as a device does. */
function needsRight(command: Command): unknown {
  if (!('passphrase' in command) || command.passphrase === undefined) throw new SansfilError('PASSPHRASE_NEEDED');
  if (command.passphrase !== 'right') throw new SansfilError('PASSPHRASE_WRONG');
  return command.type === 'pgp.open' ? { path: '/a', bytes: 1, signatures: [] } : { id, state: 'active' };
}

const run = (argv: readonly string[], around: Parameters<typeof runCommandLine>[1]) => runCommandLine([...argv, '--data', device.folder], around);

describe('a passphrase', () => {
  test.each([[['transfers', 'accept', id]], [['pgp', 'open', 'a.gpg']]])('is asked for on a terminal when %j needs one, and only then', async (argv) => {
    device.answer = needsRight;
    expect(await run(argv, { secrets: ['right'] })).toMatchObject({ exit: 0 });
    expect(passphrases()).toEqual([undefined, 'right']);
    expect(await run(argv, { secrets: ['wrong'] })).toMatchObject({ exit: 4, err: expect.stringContaining('[PASSPHRASE_WRONG]') as unknown });
    expect(await run(argv, {})).toMatchObject({ exit: 2, err: expect.stringContaining('[PASSPHRASE_NEEDED]') as unknown });
  });

  test.each([[['send', 'board', 'a', '--passphrase']], [['pgp', 'seal', 'a', '--passphrase']]])('for %j is typed twice', async (argv) => {
    device.answer = () => ({ id, with: 'board', path: '/a', bytes: 1, recipients: [] });
    expect(await run(argv, { secrets: ['new', 'new'] })).toMatchObject({ exit: 0 });
    expect(await run(argv, { secrets: ['new', 'now'] })).toMatchObject({ exit: 2, err: expect.stringContaining('[COMMAND_INVALID]') as unknown });
    expect(await run(argv, { secrets: ['', ''] })).toMatchObject({ exit: 2, err: expect.stringContaining('[PASSPHRASE_NEEDED]') as unknown });
    expect(passphrases()).toEqual(['new']);
  });

  test('is the first line of stdin or of a file', async () => {
    device.answer = needsRight;
    expect(await run(['transfers', 'accept', id, '--passphrase-file', '-'], { input: 'right\r\nmore' })).toMatchObject({ exit: 0 });
    const missing = await run(['transfers', 'accept', id, '--passphrase-file', '/no/such/file'], {});
    expect(missing).toMatchObject({ exit: 1, err: expect.stringContaining('[FILE_UNREADABLE]') as unknown });
  });
});

describe('sansfil pgp', () => {
  test('tells friends from key files, and never takes a file for a friend', async () => {
    device.answer = () => ({ path: '/a.gpg', bytes: 1, recipients: [] });
    await run(['pgp', 'seal', '/a', '--for', 'board', '--for', './board', '--for', 'KEY.ASC'], {});
    expect(device.asked).toMatchObject([
      { type: 'pgp.seal', path: '/a', to: ['board'], keyFiles: [expect.stringMatching(/\/board$/), expect.stringMatching(/\/KEY\.ASC$/)] },
    ]);
    expect(await run(['pgp', 'seal', '/a'], {})).toMatchObject({ exit: 2 });
    expect(await run(['pgp', 'seal', '/a', '/b', '--for', 'board', '--out', '/c'], {})).toMatchObject({ exit: 2 });
  });

  test('says truthfully who signed', async () => {
    const said = async (signatures: readonly object[]): Promise<string> => {
      device.answer = () => ({ path: '/a', bytes: 1, signatures });
      return (await run(['pgp', 'open', '/a.gpg'], {})).err;
    };
    expect(await said([])).toContain('Nobody signed it');
    expect(await said([{ state: 'good', keyId: 'AB', fingerprint: 'ABCD', by: 'board' }])).toContain('Signed by board');
    for (const state of ['unknown', 'doubtful']) expect(await said([{ state, keyId: 'AB' }])).toContain('proves nothing');
  });
});
