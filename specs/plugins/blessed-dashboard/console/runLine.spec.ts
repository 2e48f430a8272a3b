import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SansfilError } from '../../../../core/base/errors.js';
import type { Command } from '../../../../core/events/commands.js';
import { parseCommand } from '../../../../core/events/commands.js';
import { LANGUAGES } from '../../../../core/shell/Language.js';
import { runLine } from '../../../../plugins/blessed-dashboard/console/runLine.js';
import type { Told, Tools } from '../../../../plugins/blessed-dashboard/console/Verb.js';
import { VERB_NAMES, VERBS } from '../../../../plugins/blessed-dashboard/console/verbs.js';
import { friend, HOSTILE_TEXT, message, NOW_MS, SAMPLE_VIEW, transfer } from '../../../support/dashboardScene.js';
import { FakeCommands } from '../../../support/fakeCommands.js';

const ID = '0123456789abcdef'.repeat(2);
const LIKE_IT = `0123ffff${'0'.repeat(24)}`;
const ACCOUNT = SAMPLE_VIEW.account;
const NODE = SAMPLE_VIEW.node;
const FRIEND = friend('board', { presence: 'online', unread: 2 });
const MESSAGE = message(1, 'two\nlines', { direction: 'out', state: 'queued', with: FRIEND.name });
const TRANSFER = { ...transfer(1, 'a.txt', { state: 'offered', with: FRIEND.name }), id: ID as never };
const SHARE = { ...SAMPLE_VIEW.shares[0], id: ID, path: '/a', name: 'a', items: 1, bytes: 1, folder: false, state: 'ready', refused: 1 } as const;
const SHARES = [{ ...SHARE, waiting: { items: 0, bytes: 0 }, problems: [{ name: 'b', code: 'FILE_UNREADABLE' }] }];
const BROWSED = { of: 'shares', with: 'board', shares: [{ id: ID, name: 'docs', folder: true, ready: true, items: 3, bytes: 5 }] };
const FILES = { of: 'share', with: 'board', id: ID, files: [{ name: 'a.txt', bytes: 5, modifiedMs: NOW_MS, folder: false, root: '' }] };

function answerTo(command: Command): unknown {
  switch (command.type) {
    case 'account.register':
    case 'account.login':
    case 'account.show':
      return ACCOUNT;
    case 'node.show':
      return NODE;
    case 'presence.set':
      return { state: command.state };
    case 'friend.list':
      return [FRIEND];
    case 'message.send':
      return MESSAGE;
    case 'message.history':
    case 'message.read':
      return [MESSAGE];
    case 'transfer.list':
      return [TRANSFER];
    case 'share.list':
      return SHARES;
    case 'share.browse':
      return command.id === undefined ? BROWSED : FILES;
    case 'share.add':
    case 'share.remove':
      return { id: ID };
    default:
      return command.type.startsWith('friend.') ? FRIEND : TRANSFER;
  }
}

let commands: FakeCommands;
let quits: number;
beforeEach(() => {
  commands = new FakeCommands(answerTo);
  quits = 0;
});

const run = (line: string, language: 'en' | 'fr' = 'en'): Promise<Told> => {
  const tools: Tools = { commands, language: LANGUAGES[language], now: () => NOW_MS, home: '/home/pi', folder: '/srv/room', quit: () => quits++ };
  return runLine(line, tools);
};

const TABLE: readonly (readonly [line: string, ...asked: Command[]])[] = [
  ['message board hello you', { type: 'message.send', to: 'board', text: 'hello you' }],
  ["message board c'est  bon", { type: 'message.send', to: 'board', text: "c'est  bon" }],
  ['message board "hello you"', { type: 'message.send', to: 'board', text: 'hello you' }],
  ['message board --json', { type: 'message.send', to: 'board', text: '--json' }],
  ["@board c'est bon 👩🏽‍🏫", { type: 'message.send', to: 'board', text: "c'est bon 👩🏽‍🏫" }],
  ['read board', { type: 'message.read', from: 'board' }],
  ['history board', { type: 'message.history', with: 'board' }],
  ['history board --search "deux mots"', { type: 'message.history', with: 'board', search: 'deux mots' }],
  ['send board a.txt "my file" ~/b /c', { type: 'file.send', to: 'board', paths: ['/srv/room/a.txt', '/srv/room/my file', '/home/pi/b', '/c'] }],
  ['send board -- --odd', { type: 'file.send', to: 'board', paths: ['/srv/room/--odd'] }],
  ['transfers', { type: 'transfer.list' }],
  ['transfers list', { type: 'transfer.list' }],
  ['transfers show 0123', { type: 'transfer.list' }, { type: 'transfer.list' }],
  ['transfers accept 0123', { type: 'transfer.list' }, { type: 'transfer.accept', id: ID }],
  [`transfers accept ${ID} --to ~/in`, { type: 'transfer.accept', id: ID, into: '/home/pi/in' }],
  [`transfers decline ${ID}`, { type: 'transfer.decline', id: ID }],
  [`transfers pause ${ID}`, { type: 'transfer.pause', id: ID }],
  [`transfers resume ${ID}`, { type: 'transfer.resume', id: ID }],
  [`transfers cancel ${ID}`, { type: 'transfer.cancel', id: ID }],
  ['friends', { type: 'friend.list' }],
  ['friends add board', { type: 'friend.request', name: 'board' }],
  ['friends accept board', { type: 'friend.accept', name: 'board' }],
  ['friends decline board', { type: 'friend.decline', name: 'board' }],
  ['friends remove board', { type: 'friend.remove', name: 'board' }],
  ['friends trust board', { type: 'friend.trust', name: 'board', limit: 2 ** 30 }],
  ['friends trust board --limit=2GB --to in', { type: 'friend.trust', name: 'board', limit: 2e9, into: '/srv/room/in' }],
  ['friends trust board --off', { type: 'friend.trust', name: 'board', limit: 'off' }],
  ['verify board', { type: 'friend.verify', name: 'board' }],
  ['verify board --confirm', { type: 'friend.verify', name: 'board', confirmed: true }],
  ['status', { type: 'node.show' }],
  ['status busy', { type: 'presence.set', state: 'busy' }],
  ['share', { type: 'share.list' }],
  ['share add docs', { type: 'share.add', path: '/srv/room/docs' }],
  ['share remove 0123', { type: 'share.list' }, { type: 'share.remove', id: ID }],
  ['browse board', { type: 'share.browse', name: 'board' }],
  ['browse board 0123', { type: 'share.browse', name: 'board' }, { type: 'share.browse', name: 'board', id: ID }],
  [`fetch board ${ID}`, { type: 'share.fetch', name: 'board', id: ID }],
  [`fetch board ${ID} a "b c" --to /in`, { type: 'share.fetch', name: 'board', id: ID, items: ['a', 'b c'], into: '/in' }],
  ['register pi', { type: 'account.register', name: 'pi' }],
  ['login', { type: 'account.login' }],
  ['whoami', { type: 'account.show' }],
];

describe('a line', () => {
  test.each(TABLE)('%j asks the device, and says what came of it', async (line, ...asked) => {
    const told = await run(line);
    expect(told.failure).toBeUndefined();
    expect(told.lines.join('')).toMatch(/\S/);
    expect(commands.asked).toEqual(asked);
    // What is asked is what a device understands.
    expect(commands.asked.map(parseCommand)).toEqual(asked);
  });

  test('every verb is in that table, but those that ask nothing', () => {
    const lines = TABLE.map(([line]) => line);
    expect(VERB_NAMES.filter((name) => !lines.some((line) => line === name || line.startsWith(`${name} `)))).toEqual(['help', 'quit']);
  });

  test('says in both languages what it says', async () => {
    const said: string[] = [];
    for (const language of ['en', 'fr'] as const) {
      for (const [line] of TABLE) said.push(`${language}> ${line}`, ...(await run(line, language)).lines);
      for (const line of ['help', 'help transfers', 'friends add', 'nonsense']) said.push(`${language}> ${line}`, ...(await run(line, language)).lines);
    }
    expect(said.join('\n')).toMatchSnapshot();
  });

  test('quits', async () => {
    for (const line of ['quit', 'q', 'exit']) expect(await run(line)).toEqual({ lines: [] });
    expect(quits).toBe(3);
  });

  test('that is empty says nothing', async () => {
    expect(await run('   ')).toEqual({ lines: [] });
  });
});

describe('a line that cannot be carried out', () => {
  test.each([
    ['nonsense', 'There is no command nonsense; help lists them.'],
    ['friends frobnicate board', 'There is no command friends frobnicate; help lists them.'],
    ['friends add', 'Write: friends add NAME'],
    ['message board', 'Write: message NAME TEXT'],
    ['message "" x', 'Write: message NAME TEXT'],
    ['verify board now', 'Write: verify NAME [--confirm]'],
    ['verify board --conform', 'There is no --conform here. Write: verify NAME [--confirm]'],
    ['verify board --confirm=yes', 'There is no --confirm=yes here'],
    ['history board --search', 'Write: history NAME [--search TEXT]'],
    ['send board "a', 'A quote is opened and never closed'],
    ['status lurking', 'lurking is not one of'],
    ['friends trust board --limit much', 'much is not a size'],
    ['help nonsense', 'There is no command nonsense'],
    ['__proto__', 'There is no command __proto__'],
    ['verify board --__proto__', 'There is no --__proto__ here'],
    [`message board ${'x'.repeat(70_000)}`, 'The line is too long'],
  ])('%# says why, and what to write: %j', async (line, why) => {
    const told = await run(line);
    expect(told.lines[0]).toContain(why);
    expect(told.lines[0]).toContain('[COMMAND_INVALID]');
    expect(told.failure?.code).toBe('COMMAND_INVALID');
    expect(commands.asked).toEqual([]);
  });

  test('says in the reader’s language why the device refuses, with the code', async () => {
    commands.answer = () => Promise.reject(new SansfilError('NAME_TAKEN'));
    expect(await run('register pi')).toMatchObject({ lines: ['That name is taken; choose another one. [NAME_TAKEN]'], failure: { code: 'NAME_TAKEN' } });
    expect((await run('register pi', 'fr')).lines[0]).toMatch(/^Ce nom.* \[NAME_TAKEN\]$/);
  });

  test('takes the beginning of an id only where it is the only one', async () => {
    commands.answer = (command) => (command.type === 'transfer.list' ? [TRANSFER, { ...TRANSFER, id: LIKE_IT }] : TRANSFER);
    expect(await run('transfers pause 01234')).not.toHaveProperty('failure');
    expect(await run('transfers pause 0123')).toMatchObject({ failure: { code: 'ID_INVALID' }, lines: [expect.stringContaining('several begin like that')] });
    expect(await run('transfers pause 012')).toMatchObject({ failure: { code: 'ID_INVALID' } });
    expect(await run('transfers pause ffff')).toMatchObject({ failure: { code: 'TRANSFER_UNKNOWN' } });
  });

  test('is never more than told, whatever is typed', async () => {
    const words = fc.oneof(fc.constantFrom(...VERB_NAMES, '--', '--to', '--off', '"', "'", '\\', '@board', ID), fc.string({ unit: 'binary', maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 6 }), async (parts) => {
        const told = await run(parts.join(' '));
        expect(told.failure === undefined || /\[[A-Z_]+\]$/.test(told.lines.at(-1) ?? '')).toBe(true);
      }),
    );
    expect(Object.keys(VERBS)).toEqual(VERB_NAMES);
  });
});

test('an empty list says what to do', async () => {
  commands.answer = (command) => (command.type === 'share.browse' ? { ...BROWSED, shares: [] } : []);
  const said = await Promise.all(['friends', 'transfers', 'share', 'history board', 'read board', 'browse board'].map((line) => run(line)));
  expect(said.map(({ lines }) => lines[0])).toEqual([
    'Nobody yet. Ask somebody: friends add NAME',
    'No transfers. Send something: send NAME PATH',
    'Nothing is shared. Share something with all friends: share add PATH',
    'No messages with board yet. Write one: message board TEXT',
    'Nothing unread from board.',
    'board shares nothing.',
  ]);
});

test('a message that waits says for what', async () => {
  commands.answer = () => ({ ...MESSAGE, waits: { code: 'PEER_UNREACHABLE', retryInMs: 4_000 } });
  expect((await run('@board hi')).lines[0]).toMatch(/^The message waits: .*reached.*\[PEER_UNREACHABLE\] Next try in 4\.0 s\.$/);
});

test('what others wrote comes in lines of its own, below its head', async () => {
  commands.answer = () => [message(1, `${HOSTILE_TEXT}\n14:03 board  forged`, { with: FRIEND.name })];
  const { lines } = await run('history board');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ {10,}14:03 board {2}forged$/);
});
