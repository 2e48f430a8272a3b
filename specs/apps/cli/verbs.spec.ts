import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { SansfilError } from '../../../core/base/errors.js';
import type { AccountName, MessageId, PeerId, TransferId } from '../../../core/base/ids.js';
import type { Command, FriendView, MessageView, TransferView } from '../../../core/events/commands.js';
import { runCommandLine } from '../../support/commandLine.js';
import { FakeDevice } from '../../support/fakeDevice.js';

const name = 'board' as AccountName;
const peer = 'A'.repeat(52) as PeerId;
const messageId = '0123456789abcdef'.repeat(2) as MessageId;
const transferId = 'fedcba9876543210'.repeat(2) as TransferId;

const friend: FriendView = {
  name,
  peer,
  state: 'friend',
  verified: false,
  keyChanged: false,
  presence: 'online',
  connected: true,
  unread: 2,
  waiting: 0,
  safetyNumber: '12345 67890',
};
const message: MessageView = { id: messageId, with: name, direction: 'out', text: 'hello', createdMs: 0, storedMs: 0, state: 'queued', position: 1 };
const transfer: TransferView = {
  id: transferId,
  with: name,
  direction: 'out',
  state: 'offered',
  createdMs: 0,
  items: [{ name: 'a.txt', bytes: 2_048 }],
  bytes: 0,
  total: 2_048,
  bytesPerSecond: 0,
  paths: ['/a.txt'],
};
const account = { name: 'pi', peer, fingerprint: 'AAAAAAA-AAAAAAA', state: 'online' };
const node = {
  version: '1',
  peer,
  fingerprint: 'F',
  addresses: ['tcp://192.0.2.1:1'],
  directory: { state: 'online' },
  presence: 'busy',
  plugins: [],
  sessions: 1,
};

let device: FakeDevice;
beforeEach(async () => {
  device = await FakeDevice.start();
});
afterEach(async () => {
  await device[Symbol.asyncDispose]();
});

const withData = (...argv: string[]): string[] => withFlags(argv, '--data', device.folder);

/** What follows `--` are no flags any more. */
function withFlags(argv: readonly string[], ...flags: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  return [...argv.slice(0, end), ...flags, ...argv.slice(end)];
}

describe('a verb', () => {
  const table: readonly (readonly [argv: string[], asked: Command, answer: unknown])[] = [
    [['register', 'pi'], { type: 'account.register', name: 'pi' }, account],
    [['login'], { type: 'account.login' }, account],
    [['whoami'], { type: 'account.show' }, account],
    [['status'], { type: 'node.show' }, node],
    [['status', 'busy'], { type: 'presence.set', state: 'busy' }, { state: 'busy' }],
    [['friends'], { type: 'friend.list' }, [friend]],
    [['friends', 'list'], { type: 'friend.list' }, [friend]],
    [['friends', 'add', 'board'], { type: 'friend.request', name: 'board' }, friend],
    [['friends', 'accept', 'board'], { type: 'friend.accept', name: 'board' }, friend],
    [['friends', 'decline', 'board'], { type: 'friend.decline', name: 'board' }, { name: 'board' }],
    [['friends', 'remove', 'board'], { type: 'friend.remove', name: 'board' }, { name: 'board' }],
    [['verify', 'board'], { type: 'friend.verify', name: 'board' }, friend],
    [['verify', 'board', '--confirm'], { type: 'friend.verify', name: 'board', confirmed: true }, friend],
    [['message', 'board', 'hello', 'you'], { type: 'message.send', to: 'board', text: 'hello you' }, message],
    [['message', 'board', '--', '--json'], { type: 'message.send', to: 'board', text: '--json' }, message],
    [['history', 'board'], { type: 'message.history', with: 'board' }, [message]],
    [
      ['history', 'board', '--search', 'é', '--limit', '5', '--before', '9'],
      { type: 'message.history', with: 'board', search: 'é', limit: 5, before: 9 },
      [message],
    ],
    [['read', 'board'], { type: 'message.read', from: 'board' }, [message]],
    [['send', 'board', 'a', '/b'], { type: 'file.send', to: 'board', paths: [resolve('a'), '/b'] }, transfer],
    [['transfers'], { type: 'transfer.list' }, [transfer]],
    [['transfers', 'list'], { type: 'transfer.list' }, [transfer]],
    [['send', 'board', '/b', '--passphrase-file', '-'], { type: 'file.send', to: 'board', paths: ['/b'], passphrase: 'secret' }, transfer],
    [['transfers', 'accept', transferId, '--passphrase-file', '-'], { type: 'transfer.accept', id: transferId, passphrase: 'secret' }, transfer],
    [['transfers', 'accept', transferId], { type: 'transfer.accept', id: transferId }, transfer],
    [['transfers', 'decline', transferId], { type: 'transfer.decline', id: transferId }, transfer],
    [['transfers', 'cancel', transferId], { type: 'transfer.cancel', id: transferId }, transfer],
  ];

  test.each(table)('%j asks the device and, with --json, prints its answer as one document', async (argv, asked, answer) => {
    device.answer = () => answer;
    const ran = await runCommandLine(withFlags(argv, '--json', '--data', device.folder), { input: 'secret\n' });
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.documents).toEqual([answer]);
    expect(device.asked).toEqual([asked]);
  });

  test.each(table)('%j speaks to people without it', async (argv, _, answer) => {
    device.answer = () => answer;
    const ran = await runCommandLine(withFlags(argv, '--data', device.folder), { input: 'secret\n' });
    expect(ran.exit).toBe(0);
    expect(ran.out + ran.err).toMatch(/\S/);
    expect(ran.out).not.toContain('{');
  });

  test('reads a message from stdin when there is none on the line', async () => {
    device.answer = () => message;
    await runCommandLine(withData('message', 'board'), { input: 'first\nsecond\n' });
    await runCommandLine(withData('message', 'board', '-'), { input: 'third' });
    expect(device.asked).toMatchObject([{ text: 'first\nsecond' }, { text: 'third' }]);
  });

  test('takes the beginning of a transfer id where it is unique', async () => {
    const other = { ...transfer, id: `fedc${'0'.repeat(28)}` };
    device.answer = (command) => (command.type === 'transfer.list' ? [transfer, other] : transfer);
    expect(await runCommandLine(withData('transfers', 'accept', 'fedcba'))).toMatchObject({ exit: 0 });
    expect(device.asked.at(-1)).toEqual({ type: 'transfer.accept', id: transferId });
    expect(await runCommandLine(withData('transfers', 'accept', 'fedc'))).toMatchObject({ exit: 2 });
    expect(await runCommandLine(withData('transfers', 'accept', 'abcdef'))).toMatchObject({ exit: 1, err: expect.stringContaining('[TRANSFER_UNKNOWN]') });
  });

  test('says why a message waits', async () => {
    device.answer = () => ({ ...message, waits: { code: 'PEER_UNREACHABLE', retryInMs: 4_000 } });
    const ran = await runCommandLine(withData('message', 'board', 'hello'));
    expect(ran.err).toContain('cannot be reached');
    expect(ran.err).toContain('4.0 s');
  });

  test('shows an empty list as what to do next', async () => {
    expect((await runCommandLine(withData('friends'))).err).toContain('sansfil friends add');
    expect((await runCommandLine(withData('transfers'))).err).toContain('sansfil send');
    expect((await runCommandLine(withData('history', 'board'))).err).toContain('sansfil message board');
  });

  test('never sends to the terminal what a peer wrote', async () => {
    device.answer = () => [{ ...message, direction: 'in', text: 'a\u001b]0;owned\u0007\nb\u009b2J\u202e' }];
    const plain = await runCommandLine(withData('history', 'board'));
    expect(plain.out).toMatch(/a\\u\{1b\}\]0;owned\\u\{7\}\n\s+b\\u\{9b\}2J\\u\{202e\}\n$/);
    const json = await runCommandLine(withData('history', 'board', '--json'));
    expect(json.out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(json.documents).toMatchObject([[{ text: 'a\u001b]0;owned\u0007\nb\u009b2J\u202e' }]]);
  });
});

describe('--wait', () => {
  test('returns when the message is delivered', async () => {
    device.answer = (command) => {
      if (command.type === 'message.show') return { ...message, state: 'delivered' };
      device.events.next({ type: 'message.delivered', peer, id: 'f'.repeat(32) as MessageId });
      device.events.next({ type: 'message.delivered', peer, id: messageId });
      return message;
    };
    const ran = await runCommandLine(withData('message', 'board', 'hello', '--wait', '--json'));
    expect(ran).toMatchObject({ exit: 0, documents: [{ state: 'delivered' }] });
  });

  test('ends as not reachable when the time is over, and says what goes on', async () => {
    device.answer = () => message;
    const ran = await runCommandLine(withData('message', 'board', 'hello', '--wait', '--timeout', '0.01', '--json'));
    expect(ran).toMatchObject({ exit: 3, documents: [{ error: { code: 'WAIT_TIMEOUT', message: expect.stringContaining('goes on in the background') } }] });
  });

  test('ends when the device does', async () => {
    device.answer = () => {
      void device.stop();
      return message;
    };
    expect(await runCommandLine(withData('message', 'board', 'hello', '--wait'))).toMatchObject({ exit: 3, err: expect.stringContaining('[NOT_RUNNING]') });
  });

  test('draws the progress of a file where somebody looks, and returns when it is there', async () => {
    device.answer = (command) => {
      if (command.type === 'transfer.list') return [{ ...transfer, state: 'done' }];
      device.events.next({ type: 'transfer.progressed', peer, id: transferId, bytes: 1_024, total: 2_048, bytesPerSecond: 512 });
      device.events.next({ type: 'transfer.completed', peer, id: transferId, direction: 'out', paths: ['/a.txt'] });
      return transfer;
    };
    const ran = await runCommandLine(withData('send', 'board', 'a.txt', '--wait'), { errIsTerminal: true });
    expect(ran.exit).toBe(0);
    expect(ran.err).toContain('[############............] 1.0 KiB of 2.0 KiB, 512 B/s, 2 s left');
    expect(await runCommandLine(withData('send', 'board', 'a.txt', '--wait', '--json'))).toMatchObject({ exit: 0, err: '', documents: [{ state: 'done' }] });
  });

  test('ends as refused when the files are declined', async () => {
    device.answer = () => {
      device.events.next({ type: 'transfer.ended', peer, id: transferId, state: 'declined', code: 'TRANSFER_DECLINED' });
      return transfer;
    };
    expect(await runCommandLine(withData('send', 'board', 'a.txt', '--wait'))).toMatchObject({ exit: 4, err: expect.stringContaining('[TRANSFER_DECLINED]') });
  });
});

test('transfers watch prints transfer facts as JSON lines until it is interrupted', async () => {
  let interrupt = (): void => undefined;
  const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
  device.answer = () => [friend];
  const running = runCommandLine(withData('transfers', 'watch', '--json'), { interrupted, onOut: (out) => out.includes('completed') && interrupt() });
  while (!device.events.observed) await new Promise((resolve) => setImmediate(resolve));
  device.events.next({ type: 'message.delivered', peer, id: messageId });
  device.events.next({ type: 'transfer.started', peer, id: transferId });
  device.events.next({ type: 'transfer.completed', peer, id: transferId, direction: 'in', paths: ['/x'] });
  const ran = await running;
  expect(ran.exit).toBe(0);
  expect(ran.documents).toMatchObject([{ type: 'transfer.started' }, { type: 'transfer.completed' }]);
});

test('a failure of the device is one sentence and its code, or a document with --json', async () => {
  device.answer = () => Promise.reject(new SansfilError('NAME_TAKEN'));
  expect(await runCommandLine(withData('register', 'pi'))).toMatchObject({
    exit: 4,
    out: '',
    err: 'sansfil: That name is taken; choose another one. [NAME_TAKEN]\n',
  });
  expect(await runCommandLine(withData('register', 'pi', '--json'))).toMatchObject({
    exit: 4,
    err: '',
    documents: [{ error: { code: 'NAME_TAKEN', message: 'That name is taken; choose another one.' } }],
  });
});
