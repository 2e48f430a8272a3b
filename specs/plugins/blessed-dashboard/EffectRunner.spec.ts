import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Subject } from 'rxjs';
import { LiveView, SansfilError, type AccountName, type Command } from '../../../core/index.js';
import { VirtualClock } from '../../../core/testing.js';
import { EffectRunner } from '../../../plugins/blessed-dashboard/EffectRunner.js';
import { ShellFiles } from '../../../plugins/blessed-dashboard/files/ShellFiles.js';
import type { Effect } from '../../../plugins/blessed-dashboard/state/Effect.js';
import type { Input } from '../../../plugins/blessed-dashboard/state/Input.js';
import type { Settings } from '../../../plugins/blessed-dashboard/state/Settings.js';
import type { Notice } from '../../../plugins/blessed-dashboard/state/Ui.js';
import { dataFolder, type DataFolder } from '../../support/dataFolder.js';
import { FakeCommands } from '../../support/fakeCommands.js';

const bob = 'Bob' as AccountName;
const quiet: Settings = { language: 'fr', mouse: false, bell: false };

let folder: DataFolder;
let commands: FakeCommands;
let heard: Input[];
let notices: Notice[];
let done: string[];

beforeEach(async () => {
  folder = await dataFolder();
  commands = new FakeCommands();
  [heard, notices, done] = [[], [], []];
});
afterEach(() => folder[Symbol.asyncDispose]());

/** Runs one effect and waits for what it is to come to. */
async function run(effect: Effect, files = new ShellFiles(folder.path), until: () => boolean = () => heard.length > 0): Promise<void> {
  const clock = new VirtualClock();
  const live = new (class extends LiveView {
    override open(name: AccountName): void {
      done.push(`open ${name}`);
    }
    override older(name: AccountName): void {
      done.push(`older ${name}`);
    }
    override refresh(part: string): void {
      done.push(`refresh ${part}`);
    }
  })({ commands, events: new Subject(), clock, onFailure: () => done.push('failed') });
  const display = {
    size: { rows: 24, columns: 80 },
    start: () => Promise.resolve(),
    paint: () => done.push('paint'),
    forget: () => void done.push('forget'),
    bell: () => void done.push('bell'),
    useMouse: () => done.push('mouse'),
    stop: () => done.push('stop'),
  };
  const host = {
    quit: () => void done.push('quit'),
    ends: 'device',
    plain: false,
    locale: 'C',
    terminal: 'xterm',
    colours: true,
    home: folder.path,
  } as const;
  const runner = new EffectRunner({
    ...{ commands, clock, live, files, host, display },
    runLine: (line) => (line === 'bad' ? Promise.reject(new SansfilError('COMMAND_INVALID')) : Promise.resolve([`said ${line}`])),
    hear: (input) => heard.push(input),
    tell: (notice) => notices.push(notice),
    changed: ({ language }) => done.push(`changed ${language}`),
  });
  runner.run(effect);
  while (!until()) await new Promise((resolve) => setImmediate(resolve));
  await runner.sent();
}

const atOnce = (): boolean => true;

describe('an effect', () => {
  test.each<readonly [Effect, string]>([
    [{ do: 'load', name: bob }, 'open Bob'],
    [{ do: 'load-older', name: bob }, 'older Bob'],
    [{ do: 'redraw' }, 'forget'],
    [{ do: 'quit' }, 'quit'],
  ])('%j is done', async (effect, what) => {
    await run(effect, undefined, atOnce);
    expect(done).toEqual([what]);
  });

  test('asks the device, and says what it was told to say once that has answered', async () => {
    const command: Command = { type: 'presence.set', state: 'busy' };
    commands.answer = () => 'fine';
    await run({ do: 'dispatch', command, to: 7, tag: 'mine', told: 'You are busy.' }, undefined, () => notices.length > 0);
    expect(commands.asked).toEqual([command]);
    expect(heard).toEqual([{ type: 'answer', to: 7, tag: 'mine', result: 'fine' }]);
    expect(notices).toEqual([{ text: 'You are busy.', tone: 'good' }]);
  });

  test('that the device refuses says so to who asked, and nothing else', async () => {
    commands.answer = () => {
      throw new SansfilError('MESSAGE_EMPTY');
    };
    await run({ do: 'dispatch', command: { type: 'message.send', to: bob, text: '' }, told: 'Sent.' });
    expect(heard).toMatchObject([{ type: 'refused', to: 0, tag: 'message.send', failure: { code: 'MESSAGE_EMPTY' } }]);
    expect(notices).toEqual([]);
  });

  test('that changes whom one trusts has the people read again: no fact tells of it', async () => {
    await run({ do: 'dispatch', command: { type: 'friend.trust', name: bob, limit: 'off' } }, undefined, () => done.length > 0);
    expect(done).toEqual(['refresh people']);
  });

  test('lists a folder, or says why it cannot', async () => {
    await writeFile(join(folder.path, 'a.txt'), 'text');
    await run({ do: 'list-folder', path: '~/', to: 3, tag: 'folder' });
    expect(heard).toMatchObject([{ type: 'answer', to: 3, tag: 'folder', result: [{ name: 'a.txt', folder: false, bytes: 4 }] }]);
    heard = [];
    await run({ do: 'list-folder', path: join(folder.path, 'none'), to: 3, tag: 'folder' });
    expect(heard).toMatchObject([{ type: 'refused', to: 3, tag: 'folder' }]);
  });

  test('writes a number as a QR code: a square with its three eyes', async () => {
    await run({ do: 'qr', text: '123456789012345678901234567890', to: 4, tag: 'qr' });
    const [answer] = heard;
    const modules = answer?.type === 'answer' ? (answer.result as readonly (readonly boolean[])[]) : [];
    const size = modules.length;
    expect(size).toBeGreaterThanOrEqual(21);
    expect(modules.every((row) => row.length === size)).toBe(true);
    for (const [row, column] of [
      [0, 0],
      [0, size - 7],
      [size - 7, 0],
    ] as const) {
      expect(modules[row]?.slice(column, column + 7)).toEqual(Array.from({ length: 7 }, () => true));
    }
  });

  test('runs a line of the command language, and hears when that cannot be done', async () => {
    await run({ do: 'run', line: 'people', to: 5, tag: 'run' });
    await run({ do: 'run', line: 'bad', to: 5, tag: 'run' }, undefined, () => heard.length > 1);
    expect(heard).toMatchObject([
      { type: 'answer', to: 5, result: ['said people'] },
      { type: 'refused', to: 5, failure: { code: 'COMMAND_INVALID' } },
    ]);
  });

  test('saves the settings, which hold at once also where they cannot be written', async () => {
    const files = new ShellFiles(folder.path);
    await run({ do: 'save-settings', settings: quiet }, files);
    expect((await files.settings('en')).value).toEqual(quiet);
    expect(done).toEqual(['changed fr']);
    heard = [];
    await run({ do: 'save-settings', settings: quiet }, new ShellFiles(join(folder.path, 'none')));
    expect(heard).toMatchObject([{ type: 'refused', to: 0, failure: { code: 'DATA_UNWRITABLE' } }]);
    expect(done).toEqual(['changed fr', 'changed fr']);
  });
});
